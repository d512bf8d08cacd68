// Owns short ways to write counters and to read verdicts in the stores' tests. Knows no store.

import type { Counter } from "../../../core/contracts/limit.ts";
import type { Counters, Lease, Shortage } from "../../../core/contracts/store.ts";

type Extra = Partial<Pick<Counter, "amount" | "onStoreLoss">> & { burst?: number; windowMs?: number };

export function sliding(key: string, limit: number, extra: Extra = {}): Counter {
  const { burst, windowMs = 60_000, ...rest } = extra;
  const window = { kind: "sliding" as const, windowMs, ...(burst === undefined ? {} : { burst }) };
  return { key, limit, amount: 1, onStoreLoss: "closed", ...rest, window };
}

export function fixed(key: string, limit: number, extra: Extra = {}): Counter {
  const { windowMs = 86_400_000, burst: _burst, ...rest } = extra;
  return { key, limit, amount: 1, onStoreLoss: "closed", ...rest, window: { kind: "fixed", windowMs } };
}

export function slots(key: string, limit: number, extra: Extra = {}): Counter {
  const { windowMs: _windowMs, burst: _burst, ...rest } = extra;
  return { key, limit, amount: 1, onStoreLoss: "closed", ...rest, window: { kind: "concurrency" } };
}

let reservations = 0;

/** Under an id of its own. */
export async function reserve(store: Counters, ...counters: readonly Counter[]): Promise<Lease | Shortage> {
  reservations += 1;
  return store.reserve(`test-${process.pid}-${reservations}`, counters);
}

/** How many of so many reservations in a row were let in. */
export async function admitted(store: Counters, count: number, counter: Counter): Promise<number> {
  let leases = 0;
  for (let n = 0; n < count; n += 1) {
    if ((await reserve(store, counter)).kind === "lease") leases += 1;
  }
  return leases;
}

export function asLease(verdict: Lease | Shortage): Lease {
  if (verdict.kind === "lease") return verdict;
  throw new Error(`short: ${JSON.stringify(verdict)}`);
}

export function asShortage(verdict: Lease | Shortage): Shortage {
  if (verdict.kind === "shortage") return verdict;
  throw new Error(`a lease: ${JSON.stringify(verdict.states)}`);
}
