// Owns a price for tests. Knows no model.

import type { Price } from "../../../core/contracts/price.ts";
import { completeRates, type GivenRates } from "../../../core/prices/rates.ts";

/** Dollars a million tokens. */
export function samplePrice(dollars: GivenRates, others: Partial<Price> = {}): Price {
  return {
    ...sampleRates(dollars),
    tiers: [],
    perCallNanoUsd: 0,
    perWebSearchNanoUsd: 0,
    periods: [],
    origin: { kind: "policy" },
    ...others,
  };
}

export function sampleRates(dollars: GivenRates): ReturnType<typeof completeRates> {
  const nano = Object.entries(dollars).map(([name, amount = 0]) => [name, amount * 1e9]);
  return completeRates(Object.fromEntries(nano));
}
