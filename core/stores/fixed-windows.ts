// Owns taking the fixed windows of a reservation, all or none. Knows no limiter: others count each.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Shortage } from "../contracts/store.ts";

/** What a shortage says where the figure itself is not known. */
export const unknownState: CounterState = Object.freeze({ remaining: 0, resetMs: 0 });

/** One counter taken from. */
export interface Consumed {
  readonly kind: "consumed";
  readonly state: CounterState;
  /** Never throws, never waits. */
  giveBack(): void;
}

export type Consumption = Consumed | Pick<Shortage, "kind" | "state" | "cause">;

export const lostConsumption: Consumption = { kind: "shortage", cause: "lost", state: unknownState };

export interface FixedWindows {
  /** Counters of a fixed window only. `deadlineAtMs` is of the store's monotonic clock. */
  consume(counter: Counter, windowMs: number, deadlineAtMs: number): Promise<Consumption>;
}

export interface Taken {
  readonly kind: "taken";
  /** At the index of each fixed counter; the others' places are empty. */
  readonly states: CounterState[];
  giveBack(): void;
}

/** What a limiter said: points used by now, a refused amount among them, and the clock it counted by. */
export interface Verdict {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** `giveBack` is for what was consumed; what was refused is not counted when this is called. */
export function consumption(
  counter: Counter,
  windowMs: number,
  verdict: Verdict,
  giveBack: () => void,
): Consumption {
  const { limit, amount } = counter;
  const used = verdict.consumedPoints;
  const resetMs = windowMs - (verdict.msBeforeNext % windowMs);
  if (used <= limit) return { kind: "consumed", state: { remaining: limit - used, resetMs }, giveBack };
  const remaining = Math.max(limit - used + amount, 0);
  return { kind: "shortage", cause: "full", state: { remaining, resetMs } };
}

export function hasFixed(counters: readonly Counter[]): boolean {
  return counters.some(({ window }) => window.kind === "fixed");
}

/** rate-limiter-flexible counts one key at a time, so a later refusal gives back what was taken before it. */
export async function takeFixed(
  windows: FixedWindows,
  counters: readonly Counter[],
  deadlineAtMs: number,
): Promise<Taken | Shortage> {
  const states: CounterState[] = [];
  const consumed: Consumed[] = [];
  const giveBack = () => {
    for (const one of consumed) one.giveBack();
  };
  for (const [index, counter] of counters.entries()) {
    if (counter.window.kind !== "fixed") continue;
    const consumption = await windows.consume(counter, counter.window.windowMs, deadlineAtMs);
    if (consumption.kind === "shortage") {
      giveBack();
      return { ...consumption, index };
    }
    consumed.push(consumption);
    states[index] = consumption.state;
  }
  return { kind: "taken", states, giveBack };
}
