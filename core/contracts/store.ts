// Owns the contract of a store: counters, and whose the things are that providers keep. Implementations
// live in stores/; nobody else keeps shared figures.

import type { Approvals } from "./approval.ts";
import type { Async, Usage } from "./frame.ts";
import type { Ask, Counter, CounterState, CounterWindow, Units } from "./limit.ts";
import type { ToolRegistry } from "./tool-registry.ts";

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

/** One call under an idempotency key. `key` tells nothing of whose it is, nor of the key that was sent. */
export interface AnswerClaim {
  readonly key: string;
  /** Of what was asked: another one under the same key is another call. */
  readonly fingerprint: string;
  /** Whoever makes this call; nobody else says what came of it. */
  readonly owner: string;
  /** As long the call may take: then nobody knows what came of it. */
  readonly pendingMs: number;
  /** How long it is remembered. */
  readonly lifeMs: number;
}

export type AnswerState =
  /** Nobody came before: make the call. */
  | { readonly kind: "begun" }
  | { readonly kind: "pending" }
  | { readonly kind: "answered"; readonly answer: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "conflict" };

/** What came of calls that may not be made twice. No operation rejects. */
export interface KeptAnswers {
  begin(claim: AnswerClaim): Async<AnswerState | "lost">;
  /** `answer` undefined: nobody knows, and nobody will. */
  finish(claim: AnswerClaim, answer: string | undefined): Async<void>;
  /** The call was not made: as if it had never begun. */
  drop(claim: AnswerClaim): Async<void>;
}

export interface Counters {
  readonly name: string;
  /** Other processes may draw on the same counters. */
  readonly isShared: boolean;
  /** One atomic step over all counters: all or none. */
  reserve(ask: Ask): Async<Lease | Shortage>;
  /** False while operations fail; what then happens is each limit's own setting. */
  readonly isUp: boolean;
  close(): Promise<void>;
}

/** Names a figure, and says what of it is looked at. */
export type Gauge = Pick<Counter, "key" | "limit" | "window">;

/** One figure as it stands in the store. A sliding window of another length is another figure. */
export interface StandingFigure {
  /** Its counter's. */
  readonly key: string;
  readonly kind: Exclude<CounterWindow["kind"], "fixed">;
  /** Of a sliding window; 0 for all others. */
  readonly windowMs: number;
  /** Below 0 where more was granted than used. */
  readonly used: number;
  /** Milliseconds until something of it comes back; 0 where time alone brings nothing. */
  readonly resetMs: number;
}

/**
 * For operators. Fixed windows are not seen here: `read` says 0 of them, `list` names none and the others
 * change none. No operation rejects.
 */
export interface CounterDesk {
  /** What a reservation would see now, in their order; nothing is taken. */
  read(gauges: readonly Gauge[]): Async<readonly CounterState[] | "lost">;
  /** Figures whose counter's key begins so, in no order, `max` at most. */
  list(prefix: string, max: number): Async<readonly StandingFigure[] | "lost">;
  /**
   * Counts so much more as used in the running window, or less where `by` is below 0: a grant, which may
   * leave less than nothing used. What is held at the same time is not adjusted. Says what is so then.
   */
  adjust(gauge: Gauge, by: number): Async<CounterState | "lost">;
  /** Nothing is used any more, and what was reserved before gives nothing back. */
  reset(figure: Pick<StandingFigure, "key" | "kind" | "windowMs">): Async<"done" | "lost">;
}

export interface Store extends Counters {
  readonly kept: KeptRecords;
  readonly desk: CounterDesk;
  readonly answers: KeptAnswers;
  readonly approvals: Approvals;
  readonly tools: ToolRegistry;
}
