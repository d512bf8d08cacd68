// Owns that an answer the provider keeps is paid for once, whoever fetches it, how often and where. Knows no
// price.

import type { Attempt } from "../contracts/exchange.ts";
import { noUsage, type Usage } from "../contracts/frame.ts";
import { keptKey } from "../stores/kept-names.ts";

/**
 * `id`: as the answer says it. Undefined: the provider keeps nothing of it, so nobody can come back for it
 * and no store is asked.
 */
export function keptKeyOf(
  { exchange, isTranslated, target }: Attempt,
  id: string | undefined,
): string | undefined {
  const { call } = exchange;
  const known = call?.answerId ?? (call?.isKept === true && !isTranslated ? id : undefined);
  return known === undefined ? undefined : keptKey(target.origin, known);
}

const countNames = Object.keys(noUsage).filter((name) => name !== "isExact") as Exclude<
  keyof Usage,
  "isExact"
>[];

export function isCharged(paid: Usage): boolean {
  return countNames.some((name) => paid[name] > 0);
}

/** What is left to be paid. */
export function unpaid(used: Usage, paid: Usage): Usage {
  const rest = countNames.map((name) => [name, Math.max(0, used[name] - paid[name])] as const);
  return { ...used, ...Object.fromEntries(rest) };
}
