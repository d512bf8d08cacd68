// Owns what a figure of the memory store answers to: room, wait, take, give back. Knows no key, no clock.

import type { CounterState } from "../contracts/limit.ts";
import type { Gauge } from "../contracts/store.ts";
import type { Expiring } from "./expiring-map.ts";

/** Two steps, so that all counters of a reservation are asked before any is taken from. */
export interface Figure extends Expiring {
  /** What fits now; below 0 where more is used than the limit allows. */
  room(gauge: Gauge, nowMs: number): number;
  /** Milliseconds until `amount`, which does not fit now, does; 0 where time alone brings none. */
  wait(gauge: Gauge, amount: number, nowMs: number): number;
  /** Says where it was counted: the place that something of it goes back to. */
  take(amount: number, nowMs: number): number;
  /** Less than nothing: more was used than taken. Nothing happens where the place has passed. */
  giveBack(amount: number, place: number): void;
  /** Of what was last asked for room. */
  state(gauge: Gauge, nowMs: number): CounterState;
  /** What it says of itself where nobody names a limit. */
  standing(nowMs: number): Pick<CounterState, "used" | "resetMs">;
}

/** One moment by the two clocks that windows go by. */
export interface Moment {
  /** Monotonic. */
  readonly runningMs: number;
  /** Since the epoch; calendars go by it. */
  readonly wallMs: number;
}

export function timeOf({ window }: Gauge, { runningMs, wallMs }: Moment): number {
  return window.kind === "calendar" ? wallMs : runningMs;
}
