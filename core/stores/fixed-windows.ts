// Owns taking the fixed windows of a reservation, all or none. Knows no rate limiter: an implementation counts each.

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
