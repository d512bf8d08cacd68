// Owns taking the fixed windows of a reservation, all or none. Knows no limiter: others count each.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Shortage } from "../contracts/store.ts";

/** What a shortage says where the figure itself is not known. */
export const unknownState: CounterState = Object.freeze({ used: 0, remaining: 0, resetMs: 0 });

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
  /** One a counter; those of other windows are not known yet. */
  readonly states: readonly CounterState[];
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
  const { limit, amount, role } = counter;
  const used = verdict.consumedPoints;
  const resetMs = windowMs - (verdict.msBeforeNext % windowMs);
  if (used <= limit || role === "watched") {
    return { kind: "consumed", state: { used, remaining: Math.max(limit - used, 0), resetMs }, giveBack };
  }
  const before = used - amount;
  const state = { used: before, remaining: Math.max(limit - before, 0), resetMs };
  return { kind: "shortage", cause: "full", state };
}

/** What the limiter holds a counter to: one that is only watched is counted past its limit, too. */
export function pointsOf({ limit, role }: Counter): number {
  return role === "watched" ? Number.MAX_SAFE_INTEGER : limit;
}

export function hasFixed(counters: readonly Counter[]): boolean {
  return counters.some(({ window }) => window.kind === "fixed");
}

/** rate-limiter-flexible counts one key at a time: where one is short, the others are given back. */
export async function takeFixed(
  windows: FixedWindows,
  counters: readonly Counter[],
  deadlineAtMs: number,
): Promise<Taken | Shortage> {
  const consumptions = await Promise.all(
    counters.map((counter) =>
      counter.window.kind === "fixed"
        ? windows.consume(counter, counter.window.windowMs, deadlineAtMs)
        : undefined,
    ),
  );
  const giveBack = () => {
    for (const one of consumptions) if (one?.kind === "consumed") one.giveBack();
  };
  for (const [index, one] of consumptions.entries()) {
    if (one?.kind !== "shortage" || counters[index]?.role === "watched") continue;
    giveBack();
    return { ...one, index };
  }
  return { kind: "taken", states: consumptions.map((one) => one?.state ?? unknownState), giveBack };
}
