// Owns what a figure of the memory store answers to: room, wait, take, give back. Knows no key, no clock.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Expiring } from "./expiring-map.ts";

/** Two steps, so that all counters of a reservation are asked before any is taken from. */
export interface Figure extends Expiring {
  /** What fits now; below 0 where more is used than the limit allows. */
  room(counter: Counter, nowMs: number): number;
  /** Milliseconds until `amount`, which does not fit now, does; 0 where time alone brings none. */
  wait(counter: Counter, amount: number, nowMs: number): number;
  /** Says where it was counted: the place that something of it goes back to. */
  take(amount: number, nowMs: number): number;
  /** Less than nothing: more was used than taken. Nothing happens where the place has passed. */
  giveBack(amount: number, place: number): void;
  state(counter: Counter, nowMs: number): CounterState;
}
