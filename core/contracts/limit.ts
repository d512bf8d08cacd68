// Owns what a limit and its counters are. Knows nothing of stores: planning is pure.

import type { Exchange } from "./exchange.ts";

export type CounterWindow =
  /** At most `limit` in the clock-aligned window; counted by rate-limiter-flexible. */
  | { readonly kind: "fixed"; readonly windowMs: number }
  /** At most `limit` in any window of this length, and at most `burst` at once. */
  | { readonly kind: "sliding"; readonly windowMs: number; readonly burst?: number }
  /** At most `limit` held at the same time; given back on settle. */
  | { readonly kind: "concurrency" };

/** One figure in the store, and how much of it this exchange takes. */
export interface Counter {
  /** Limit's name and scope; never holds a raw credential. */
  readonly key: string;
  readonly limit: number;
  readonly amount: number;
  readonly window: CounterWindow;
  /** What happens when the store cannot answer. */
  readonly onStoreLoss: "closed" | "open";
}

/** How full a counter is after a reservation, for the `RateLimit` headers and the refusal's message. */
export interface CounterState {
  readonly remaining: number;
  /** Milliseconds until something comes back; 0 where time alone brings nothing (concurrency). */
  readonly resetMs: number;
}

export interface Limit {
  readonly name: string;
  /** Status of the refusal, as the policy selects it. */
  readonly status: 429 | 503;
  /** Its counter is drawn on by others than one caller's team: how much is left would tell of them. */
  readonly isShared: boolean;
  /** Pure: which counters, how much. `undefined`: this exchange does not draw on it. */
  plan(exchange: Exchange): Counter | undefined;
}
