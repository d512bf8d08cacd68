// Owns the most that input and one more output token can cost at a price: what is reserved. Knows no usage.

import type { Price, PriceTerms, Rates } from "../contracts/price.ts";

export interface PriceBound {
  /** Of the whole input and of the call itself, integer nano-dollars, rounded up. */
  readonly inputNanoUsd: number;
  /** Of one token, integer nano-dollars, rounded up. */
  readonly outputNanoUsd: number;
}

const perMillion = 1_000_000;

/** At the dearest terms of any time: nobody knows at which of them the vendor will have counted. */
export function boundCost(inputTokens: number, price: Price): PriceBound {
  let input = 0;
  let output = 0;
  let pieces = 0;
  for (const terms of [price, ...price.periods]) {
    for (const rates of ratesBelow(terms, inputTokens)) {
      input = Math.max(input, dearest(rates, inputRates));
      output = Math.max(output, dearest(rates, outputRates));
    }
    pieces = Math.max(pieces, terms.perCallNanoUsd);
  }
  return { inputNanoUsd: nanoUsdFor(inputTokens, input) + pieces, outputNanoUsd: nanoUsdFor(1, output) };
}

function nanoUsdFor(tokens: number, nanoUsdPerMillion: number): number {
  const product = tokens * nanoUsdPerMillion;
  if (Number.isSafeInteger(product)) return Math.ceil(product / perMillion);
  const exact = BigInt(tokens) * BigInt(nanoUsdPerMillion);
  return Number((exact + BigInt(perMillion) - 1n) / BigInt(perMillion));
}

/** A tier holds from fewer tokens on than the bound: the call may fall into any of these. */
function ratesBelow(terms: PriceTerms, inputTokens: number): readonly Rates[] {
  return [terms, ...terms.tiers.filter(({ inputTokensAbove }) => inputTokens > inputTokensAbove)];
}

const inputRates: readonly (keyof Rates)[] = [
  "inputNanoUsdPerMillion",
  "cachedInputNanoUsdPerMillion",
  "cacheWriteNanoUsdPerMillion",
  "cacheWrite1hNanoUsdPerMillion",
  "audioInputNanoUsdPerMillion",
  "cachedAudioInputNanoUsdPerMillion",
  "imageInputNanoUsdPerMillion",
  "cachedImageInputNanoUsdPerMillion",
  "videoInputNanoUsdPerMillion",
  "cachedVideoInputNanoUsdPerMillion",
];
const outputRates: readonly (keyof Rates)[] = [
  "outputNanoUsdPerMillion",
  "reasoningNanoUsdPerMillion",
  "audioOutputNanoUsdPerMillion",
  "imageOutputNanoUsdPerMillion",
  "videoOutputNanoUsdPerMillion",
];

function dearest(rates: Rates, names: readonly (keyof Rates)[]): number {
  let rate = 0;
  for (const name of names) rate = Math.max(rate, rates[name]);
  return rate;
}
