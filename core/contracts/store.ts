// Owns the contract of a store of counters. Implementations live in stores/; nobody else keeps shared
// figures.

import type { Async } from "./frame.ts";
import type { Counter, CounterState } from "./limit.ts";

/** What was reserved on all counters in one step; settled once, later calls do nothing. */
export interface Lease {
  readonly kind: "lease";
  /** One a counter, in the order asked. */
  readonly states: readonly CounterState[];
  /** Gives back what is held (concurrency). Never throws, never waits. */
  settle(): void;
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
  /** One atomic step over all counters: all or none. `id` makes a repeated call count once. */
  reserve(id: string, counters: readonly Counter[]): Async<Lease | Shortage>;
  /** False while operations fail; what then happens is each limit's own setting. */
  readonly isUp: boolean;
  close(): Promise<void>;
}
