// Owns what a price says: rates by kind of token, tiers, times, and who says so. No arithmetic.

import type { Attempt } from "./exchange.ts";

/**
 * What one token of each kind costs: integer nano-dollars a million, each a safe integer. A rate nobody
 * gives is that of the kind it belongs to: cached audio costs as cached input, that as input.
 */
export type Rates = { readonly [Name in RateName as `${Name}NanoUsdPerMillion`]: number };

/** As policies write them. */
export type RateName =
  | "input"
  | "cachedInput"
  | "cacheWrite"
  | "cacheWrite1h"
  | "audioInput"
  | "cachedAudioInput"
  | "imageInput"
  | "cachedImageInput"
  | "videoInput"
  | "cachedVideoInput"
  | "output"
  | "reasoning"
  | "audioOutput"
  | "imageOutput"
  | "videoOutput";

/** Holds for the whole call once its input is longer than this. */
export interface RateTier extends Rates {
  readonly inputTokensAbove: number;
}

export interface PriceTerms extends Rates {
  /** By `inputTokensAbove`, upwards. */
  readonly tiers: readonly RateTier[];
  /** On top of tokens; 0 where none is given. */
  readonly perCallNanoUsd: number;
  readonly perWebSearchNanoUsd: number;
}

/** Other terms from a day on, or at a time of day; of several that hold, the last does. */
export interface PricePeriod extends PriceTerms {
  /** Milliseconds since the epoch. */
  readonly fromMs: number | undefined;
  /** Milliseconds of the day in UTC, the end not in it. */
  readonly daily: { readonly startMs: number; readonly endMs: number } | undefined;
}

/**
 * Who says so: the policy's own file, the table that comes with Sluice, or the provider's `unknownPrice`,
 * which is an assumption.
 */
export type PriceOrigin =
  | { readonly kind: "policy" }
  | { readonly kind: "bundled"; readonly date: string; readonly entry: string }
  | { readonly kind: "assumed" };

export interface Price extends PriceTerms {
  readonly periods: readonly PricePeriod[];
  readonly origin: PriceOrigin;
}

/** Of the attempt's own target, or of `model`, which the answer names; undefined where nobody knows it. */
export type FindPrice = (attempt: Attempt, model: string | undefined) => Price | undefined;
