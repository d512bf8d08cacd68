// Owns short ways to write counters and asks and to read verdicts in the stores' tests. Knows no store.

import {
  type Ask,
  type Counter,
  type CounterWindow,
  noUnits,
  type Units,
} from "../../../core/contracts/limit.ts";
import type { Counters, Lease, Shortage } from "../../../core/contracts/store.ts";

type Extra = Partial<Omit<Counter, "key" | "limit" | "window">> & { burst?: number; windowMs?: number };

function counter(key: string, limit: number, window: CounterWindow, extra: Extra): Counter {
  const { burst: _burst, windowMs: _windowMs, ...rest } = extra;
  const plain = { amount: 1, perUnit: 0, share: 1, role: "ceiling", onStoreLoss: "closed" } as const;
  return { key, limit, ...plain, consistency: "fast", ...rest, window };
}

export function sliding(key: string, limit: number, extra: Extra = {}): Counter {
  const { burst, windowMs = 60_000 } = extra;
  const window = { kind: "sliding" as const, windowMs, ...(burst === undefined ? {} : { burst }) };
  return counter(key, limit, window, extra);
}

export function fixed(key: string, limit: number, extra: Extra = {}): Counter {
  const { windowMs = 86_400_000 } = extra;
  return counter(key, limit, { kind: "fixed", windowMs }, extra);
}

export function slots(key: string, limit: number, extra: Extra = {}): Counter {
  return counter(key, limit, { kind: "concurrency" }, extra);
}

/** Periods of `windowMs`, counted from the epoch: the one before, the one of `nowMs`, and two after. */
export function startsAround(nowMs: number, windowMs: number): readonly [number, number, number, number] {
  const start = Math.floor(nowMs / windowMs) * windowMs;
  return [start - windowMs, start, start + windowMs, start + 2 * windowMs];
}

/** Of this very day unless `windowMs` says otherwise. */
export function calendar(key: string, limit: number, extra: Extra = {}): Counter {
  const startsMs = startsAround(Date.now(), extra.windowMs ?? 86_400_000);
  return counter(key, limit, { kind: "calendar", startsMs }, extra);
}

/** `windowMs`: how long it may lie idle. */
export function life(key: string, limit: number, extra: Extra = {}): Counter {
  return counter(key, limit, { kind: "life", idleMs: extra.windowMs ?? 60_000 }, extra);
}

let asks = 0;

export function askOf(counters: readonly Counter[], units: Units = noUnits, id?: string): Ask {
  asks += 1;
  return { id: id ?? `test-${process.pid}-${asks}`, counters, units };
}

/** Under an id of its own. */
export async function reserve(store: Counters, ...counters: readonly Counter[]): Promise<Lease | Shortage> {
  return store.reserve(askOf(counters));
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
