// Owns what a figure of the memory store answers to: how long to wait, take, say. Knows no key, no clock.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Expiring } from "./expiring-map.ts";

/** Two steps, so that all counters of a reservation are asked before any is taken from. */
export interface Figure extends Expiring {
  /** 0: there is room now. Else milliseconds until there is; `Infinity` where time alone brings none. */
  wait(counter: Counter, nowMs: number): number;
  take(counter: Counter, nowMs: number): void;
  state(counter: Counter, nowMs: number): CounterState;
}
