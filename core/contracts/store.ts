// Owns the contract of a store: counters, and whose the things are that providers keep. Implementations
// live in stores/; nobody else keeps shared figures.

import type { Async, Usage } from "./frame.ts";
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

/** Opaque names, neither of which tells an id or a user. */
export interface KeptClaim {
  readonly key: string;
  readonly owner: string;
}

/**
 * What is known of things that providers keep under an id: whose they are, and how much was charged for
 * them. Forgotten 30 days after they were last asked for. No operation rejects.
 */
export interface KeptRecords {
  /** Who came first stays the owner. False: the store did not answer, and some may not be written. */
  claim(claims: readonly KeptClaim[]): Async<boolean>;
  /** In the order of the keys, undefined for what nobody has claimed. */
  owners(keys: readonly string[]): Async<readonly (string | undefined)[] | "lost">;
  /** In one atomic step: what was charged before; from now on each count is the larger one. */
  charge(key: string, usage: Usage): Async<Usage | "lost">;
  /** Whether a claim has a chance; where the store was lost it is asked. */
  isReachable(): Async<boolean>;
}

export interface Counters {
  readonly name: string;
  /** One atomic step over all counters: all or none. `id` makes a repeated call count once. */
  reserve(id: string, counters: readonly Counter[]): Async<Lease | Shortage>;
  /** False while operations fail; what then happens is each limit's own setting. */
  readonly isUp: boolean;
  close(): Promise<void>;
}

export interface Store extends Counters {
  readonly kept: KeptRecords;
}
