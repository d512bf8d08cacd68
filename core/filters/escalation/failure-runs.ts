// Owns how many answers of a session have failed in a row. Bounded; forgotten with the process. Knows no
// signal.

import { LRUCache } from "lru-cache";
import type { Exchange } from "../../contracts/exchange.ts";
import { refusalTable } from "../../contracts/refusal.ts";
import type { Outcome } from "../../contracts/visit.ts";

const sessionsMax = 10_000;
const forgottenAfterMs = 24 * 60 * 60 * 1_000;

export class FailureRuns {
  readonly #runs = new LRUCache<string, number>({ max: sessionsMax, ttl: forgottenAfterMs });

  /** Of its session so far; 0 where nobody knows the session. */
  of(exchange: Exchange): number {
    const key = keyOf(exchange);
    return key === undefined ? 0 : (this.#runs.get(key) ?? 0);
  }

  /** How many there are with this one. */
  note(exchange: Exchange, end: End): number {
    const key = keyOf(exchange);
    if (key === undefined || end === "neither") return 0;
    const run = end === "failed" ? (this.#runs.get(key) ?? 0) + 1 : 0;
    if (run === 0) this.#runs.delete(key);
    else this.#runs.set(key, run);
    return run;
  }

  /** Told of: the next ones begin anew. */
  forget(exchange: Exchange): void {
    const key = keyOf(exchange);
    if (key !== undefined) this.#runs.delete(key);
  }
}

export type End = "failed" | "done" | "neither";

/** What the caller itself did wrong, or left, says nothing of the agent. */
export function endOf({ ended, status, refusal }: Outcome): End {
  if (ended === "client-gone" || ended === "replaced") return "neither";
  if (ended === "bug" || status >= 500) return "failed";
  if (refusal === undefined) return status >= 400 ? "neither" : "done";
  const { fault } = refusalTable[refusal.code];
  return fault === "upstream" || fault === "sluice" ? "failed" : "neither";
}

function keyOf({ context, claims, route }: Exchange): string | undefined {
  const session = context?.session ?? claims?.session;
  const user = context?.user ?? claims?.user;
  if (session !== undefined) return `${route.agent} session ${context?.caller ?? ""} ${session}`;
  return user === undefined ? undefined : `${route.agent} user ${context?.caller ?? ""} ${user}`;
}
