// Owns the contract of a store of counters. Implementations live in stores/; nobody else keeps shared
// figures.

import type { Async } from "./frame.ts";
import type { Ask, CounterState, Units } from "./limit.ts";

/** More of what a lease holds already. */
export interface More {
  /** One a counter of the ask, beside what is taken for units. */
  readonly amounts?: readonly number[];
  readonly units: Units;
}

/** What was reserved on all counters in one step; may be extended, is settled once. */
export interface Lease {
  readonly kind: "lease";
  /** One a counter, in the order asked, as of the last step. */
  readonly states: readonly CounterState[];
  /** Granted so far. */
  readonly units: number;
  /** One atomic step, all or none: a shortage leaves what the lease holds. One at a time. */
  extend(more: More): Async<Lease | Shortage>;
  /**
   * `used`: what each counter is to hold in the end, less or more than was taken; undefined, for one or for
   * all: what was taken stays. What is held at the same time comes back. Later calls do nothing. Never
   * throws, never waits.
   */
  settle(used?: readonly (number | undefined)[]): void;
}

/** The first counter that is full, or that the store cannot answer. Nothing was taken on any of them. */
export interface Shortage {
  readonly kind: "shortage";
  /** Index into the counters asked for. */
  readonly index: number;
  readonly state: CounterState;
  readonly cause: "full" | "lost";
}

export interface Store {
  readonly name: string;
  /** One atomic step over all counters: all or none. */
  reserve(ask: Ask): Async<Lease | Shortage>;
  /** False while operations fail; what then happens is each limit's own setting. */
  readonly isUp: boolean;
  close(): Promise<void>;
}
