// Owns what was charged for answers the provider keeps, so that fetching one later is not paid for twice.
// Knows no price.

import { LRUCache } from "lru-cache";
import type { Attempt } from "../contracts/exchange.ts";
import { noUsage, type Usage } from "../contracts/frame.ts";

/** Answers known at most; one that is forgotten, or was made elsewhere, is charged when it is fetched. */
const answersMax = 10_000;

export class PaidAnswers {
  /** By provider and the answer's id. */
  readonly #paid = new LRUCache<string, Usage>({ max: answersMax });

  /** Of the answer that the call fetches; undefined where it asks for a new one, or nobody here knows it. */
  paidFor({ exchange, target }: Attempt): Usage | undefined {
    const id = exchange.call?.answerId;
    return id === undefined ? undefined : this.#paid.get(keyOf(target.name, id));
  }

  /** `id`: as the answer says it. Nothing is kept of answers the provider does not keep. */
  note({ exchange, target }: Attempt, id: string | undefined, usage: Usage): void {
    const { call } = exchange;
    const known = call?.answerId ?? (call?.isKept === true ? id : undefined);
    if (known !== undefined) this.#paid.set(keyOf(target.name, known), usage);
  }
}

function keyOf(provider: string, id: string): string {
  return `${provider} ${id}`;
}

const countNames = Object.keys(noUsage).filter((name) => name !== "isExact") as Exclude<
  keyof Usage,
  "isExact"
>[];

/** What was charged too much is not given back: usage is never negative. */
export function unpaid(said: Usage, paid: Usage | undefined): Usage {
  if (paid === undefined) return said;
  const rest = countNames.map((name) => [name, Math.max(0, said[name] - paid[name])] as const);
  return { ...said, ...Object.fromEntries(rest) };
}
