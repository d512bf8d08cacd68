// Owns what a limit and its counters are. Knows nothing of stores: planning is pure.

import type { Exchange } from "./exchange.ts";
import type { LimitSpec } from "./policy.ts";
import type { Price } from "./price.ts";

export type CounterWindow =
  /** At most `limit` in the clock-aligned window; counted by rate-limiter-flexible. Requests only. */
  | { readonly kind: "fixed"; readonly windowMs: number }
  /** At most `limit` in any window of this length, and at most `burst` at once. */
  | { readonly kind: "sliding"; readonly windowMs: number; readonly burst?: number }
  /**
   * At most `limit` from one start to the next, milliseconds since the epoch: of the period before the
   * planner's own, of that one, and of the two after. The store's clock says which holds.
   */
  | { readonly kind: "calendar"; readonly startsMs: readonly [number, number, number, number] }
  /** At most `limit` as long as the key lives: until nobody has drawn on it for so long. */
  | { readonly kind: "life"; readonly idleMs: number }
  /** At most `limit` held at the same time; given back on settle. */
  | { readonly kind: "concurrency" };

/** One figure in the store, and how much of it is taken. All amounts are integers in the meter's unit. */
export interface Counter {
  /** Limit's name and scope; never holds a raw credential. */
  readonly key: string;
  readonly limit: number;
  /** Taken whatever is granted. */
  readonly amount: number;
  /** Taken for each unit of the ask that is granted; 0 where units do not matter here. */
  readonly perUnit: number;
  /** Of the units that still fit, one in so many goes to one ask, but never less than the ask's least. */
  readonly share: number;
  readonly window: CounterWindow;
  /** `watched`: counted past its limit, too, and never short. */
  readonly role: "ceiling" | "watched";
  /** What happens when the store cannot answer. */
  readonly onStoreLoss: "closed" | "lease" | "open";
  /** `strict`: nothing is granted that one replica at least does not know. */
  readonly consistency: "fast" | "strict";
}

/** Output tokens that are open-ended: as many as fit on every counter, between these. */
export interface Units {
  readonly min: number;
  readonly max: number;
}
export const noUnits: Units = Object.freeze({ min: 0, max: 0 });

/** Everything one exchange or attempt takes in one step: all or none. */
export interface Ask {
  /** A repeated one counts once. */
  readonly id: string;
  /** No two of one figure. */
  readonly counters: readonly Counter[];
  readonly units: Units;
}

/** How full a counter is after a reservation, for headers, thresholds and the refusal's message. */
export interface CounterState {
  /** What others reserved and did not settle yet is in it. */
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds until something comes back; 0 where time alone brings nothing. */
  readonly resetMs: number;
}

/** What one exchange or attempt is about to use at most, apart from open-ended output. */
export interface Draw {
  readonly exchange: Exchange;
  /** An earlier attempt of the exchange was counted already: it is no further request and no further step. */
  readonly isRepeat: boolean;
  /** The provider of the attempt's target; undefined where there is none. */
  readonly provider: string | undefined;
  /** An upper bound. */
  readonly inputTokens: number;
  /** Undefined: nobody knows what it costs. */
  readonly price: Price | undefined;
  /** An upper bound, at `price`. */
  readonly inputNanoUsd: number;
  /** Of one more output token, at `price`. */
  readonly outputNanoUsd: number;
}

/** Where no target is asked, nobody knows yet what will be used. */
export const nothingDrawn: Omit<Draw, "exchange"> = Object.freeze({
  isRepeat: false,
  provider: undefined,
  inputTokens: 0,
  price: undefined,
  inputNanoUsd: 0,
  outputNanoUsd: 0,
});

/** What it used in the end. */
export interface Spent {
  /** Input and output. */
  readonly tokens: number;
  readonly nanoUsd: number;
  readonly toolCalls: number;
}

export interface Limit {
  readonly name: string;
  readonly spec: LimitSpec;
  /** Its counter is drawn on by others than one caller's team: how much is left would tell of them. */
  readonly isShared: boolean;
  /** Pure: which counter, how much. `undefined`: this exchange does not draw on it. */
  plan(draw: Draw): Counter | undefined;
  /** What its counter is to hold in the end; undefined: what was taken stays. */
  settle(spent: Spent): number | undefined;
}
