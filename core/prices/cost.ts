// Owns what a use costs at a price, exactly: femto-dollars inside, nano-dollars outside. Knows no model and
// no provider.

import type { Usage } from "../contracts/frame.ts";
import type { Price, PriceTerms, Rates } from "../contracts/price.ts";

const femtoPerNano = 1_000_000n;
const dayMs = 24 * 3_600_000;

/** Integer nano-dollars, rounded up. `atMs`: when the call was made, milliseconds since the epoch. */
export function costNanoUsd(usage: Usage, price: Price, atMs: number): number {
  const { input, output, extras } = costFemtoUsd(usage, price, atMs);
  return Number((input + output + extras + femtoPerNano - 1n) / femtoPerNano);
}

/** The same by part and unrounded, in 10^-15 dollars. `extras` is what is charged by the piece. */
export interface CostParts {
  readonly input: bigint;
  readonly output: bigint;
  readonly extras: bigint;
}

export function costFemtoUsd(usage: Usage, price: Price, atMs: number): CostParts {
  const terms = termsAt(price, atMs);
  const rates = ratesFor(terms, usage.inputTokens);
  const pieces = terms.perCallNanoUsd + usage.webSearches * terms.perWebSearchNanoUsd;
  return {
    input: inputCost(usage, rates),
    output: outputCost(usage, rates),
    extras: BigInt(pieces) * femtoPerNano,
  };
}

function termsAt(price: Price, atMs: number): PriceTerms {
  const { periods } = price;
  if (periods.length === 0) return price;
  const timeOfDayMs = atMs % dayMs;
  const holding = periods.findLast(
    ({ fromMs = 0, daily }) =>
      atMs >= fromMs && (daily === undefined || (timeOfDayMs >= daily.startMs && timeOfDayMs < daily.endMs)),
  );
  return holding ?? price;
}

function ratesFor(terms: PriceTerms, inputTokens: number): Rates {
  return terms.tiers.findLast(({ inputTokensAbove }) => inputTokens > inputTokensAbove) ?? terms;
}

function inputCost(usage: Usage, rates: Rates): bigint {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens } = usage;
  const { audioInputTokens, imageInputTokens, videoInputTokens } = usage;
  const { cachedAudioInputTokens, cachedImageInputTokens, cachedVideoInputTokens } = usage;
  return costOfParts(inputTokens, rates.inputNanoUsdPerMillion, [
    [cachedAudioInputTokens, rates.cachedAudioInputNanoUsdPerMillion],
    [cachedImageInputTokens, rates.cachedImageInputNanoUsdPerMillion],
    [cachedVideoInputTokens, rates.cachedVideoInputNanoUsdPerMillion],
    [
      cachedInputTokens - cachedAudioInputTokens - cachedImageInputTokens - cachedVideoInputTokens,
      rates.cachedInputNanoUsdPerMillion,
    ],
    [cacheWrite1hTokens, rates.cacheWrite1hNanoUsdPerMillion],
    [cacheWriteTokens - cacheWrite1hTokens, rates.cacheWriteNanoUsdPerMillion],
    [audioInputTokens - cachedAudioInputTokens, rates.audioInputNanoUsdPerMillion],
    [imageInputTokens - cachedImageInputTokens, rates.imageInputNanoUsdPerMillion],
    [videoInputTokens - cachedVideoInputTokens, rates.videoInputNanoUsdPerMillion],
  ]);
}

function outputCost(usage: Usage, rates: Rates): bigint {
  return costOfParts(usage.outputTokens, rates.outputNanoUsdPerMillion, [
    [usage.audioOutputTokens, rates.audioOutputNanoUsdPerMillion],
    [usage.imageOutputTokens, rates.imageOutputNanoUsdPerMillion],
    [usage.videoOutputTokens, rates.videoOutputNanoUsdPerMillion],
    [usage.reasoningTokens, rates.reasoningNanoUsdPerMillion],
  ]);
}

type Part = readonly [tokens: number, nanoUsdPerMillion: number];

/**
 * Each part at its own rate, the rest at the plain one. Parts that do not add up never make a cost negative.
 */
function costOfParts(tokens: number, plainRate: number, parts: readonly Part[]): bigint {
  let rest = tokens;
  const charged: Part[] = [];
  for (const [partTokens, rate] of parts) {
    if (partTokens <= 0) continue;
    const taken = Math.min(partTokens, rest);
    rest -= taken;
    charged.push([taken, rate]);
  }
  charged.push([rest, plainRate]);
  const femto = charged.reduce((sum, [taken, rate]) => sum + taken * rate, 0);
  if (Number.isSafeInteger(femto)) return BigInt(femto);
  return charged.reduce((sum, [taken, rate]) => sum + BigInt(taken) * BigInt(rate), 0n);
}

/** Dollars with up to nine decimals, without trailing zeros. */
export function formatUsd(nanoUsd: number | bigint): string {
  const digits = String(nanoUsd).padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
}
