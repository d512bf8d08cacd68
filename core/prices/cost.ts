// Owns what a use costs at a price, exactly: femto-dollars inside, nano-dollars outside. Knows no model and
// no provider.

import type { Usage } from "../contracts/frame.ts";
import type { Price, PriceTerms, Rates } from "../contracts/price.ts";
import { FemtoSum, femtoPerNano } from "./femto-sum.ts";

const dayMs = 24 * 3_600_000;
const zero = 0x30;

/** Integer nano-dollars, rounded up. `atMs`: when the call was made, milliseconds since the epoch. */
export function costNanoUsd(usage: Usage, price: Price, atMs: number): number {
  const sum = new FemtoSum();
  const terms = termsAt(price, atMs);
  const rates = ratesFor(terms, usage.inputTokens);
  addInput(sum, usage, rates);
  addOutput(sum, usage, rates);
  addPieces(sum, usage, terms);
  return sum.nanoUsd;
}

/** The same by part and unrounded, in 10^-15 dollars. `extras` is what is charged by the piece. */
export interface CostParts {
  readonly input: bigint;
  readonly output: bigint;
  readonly extras: bigint;
}

export function costFemtoUsd(usage: Usage, price: Price, atMs: number): CostParts {
  const [input, output, extras] = [new FemtoSum(), new FemtoSum(), new FemtoSum()];
  const terms = termsAt(price, atMs);
  const rates = ratesFor(terms, usage.inputTokens);
  addInput(input, usage, rates);
  addOutput(output, usage, rates);
  addPieces(extras, usage, terms);
  return { input: input.femtoUsd, output: output.femtoUsd, extras: extras.femtoUsd };
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

function addInput(sum: FemtoSum, usage: Usage, rates: Rates): void {
  const { cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens } = usage;
  const { audioInputTokens, imageInputTokens, videoInputTokens } = usage;
  const { cachedAudioInputTokens, cachedImageInputTokens, cachedVideoInputTokens } = usage;
  const parts = new Parts(sum, usage.inputTokens);
  parts.take(cachedAudioInputTokens, rates.cachedAudioInputNanoUsdPerMillion);
  parts.take(cachedImageInputTokens, rates.cachedImageInputNanoUsdPerMillion);
  parts.take(cachedVideoInputTokens, rates.cachedVideoInputNanoUsdPerMillion);
  const cachedText =
    cachedInputTokens - cachedAudioInputTokens - cachedImageInputTokens - cachedVideoInputTokens;
  parts.take(cachedText, rates.cachedInputNanoUsdPerMillion);
  parts.take(cacheWrite1hTokens, rates.cacheWrite1hNanoUsdPerMillion);
  parts.take(cacheWriteTokens - cacheWrite1hTokens, rates.cacheWriteNanoUsdPerMillion);
  parts.take(audioInputTokens - cachedAudioInputTokens, rates.audioInputNanoUsdPerMillion);
  parts.take(imageInputTokens - cachedImageInputTokens, rates.imageInputNanoUsdPerMillion);
  parts.take(videoInputTokens - cachedVideoInputTokens, rates.videoInputNanoUsdPerMillion);
  parts.takeRest(rates.inputNanoUsdPerMillion);
}

function addOutput(sum: FemtoSum, usage: Usage, rates: Rates): void {
  const parts = new Parts(sum, usage.outputTokens);
  parts.take(usage.audioOutputTokens, rates.audioOutputNanoUsdPerMillion);
  parts.take(usage.imageOutputTokens, rates.imageOutputNanoUsdPerMillion);
  parts.take(usage.videoOutputTokens, rates.videoOutputNanoUsdPerMillion);
  parts.take(usage.reasoningTokens, rates.reasoningNanoUsdPerMillion);
  parts.takeRest(rates.outputNanoUsdPerMillion);
}

function addPieces(sum: FemtoSum, { webSearches }: Usage, terms: PriceTerms): void {
  sum.add(terms.perCallNanoUsd + webSearches * terms.perWebSearchNanoUsd, femtoPerNano);
}

/**
 * Each part at its own rate, the rest at the plain one. Parts that do not add up never make a cost negative.
 */
class Parts {
  readonly #sum: FemtoSum;
  #rest: number;

  constructor(sum: FemtoSum, tokens: number) {
    this.#sum = sum;
    this.#rest = tokens;
  }

  take(tokens: number, nanoUsdPerMillion: number): void {
    if (tokens <= 0) return;
    const taken = Math.min(tokens, this.#rest);
    this.#rest -= taken;
    this.#sum.add(taken, nanoUsdPerMillion);
  }

  takeRest(nanoUsdPerMillion: number): void {
    this.#sum.add(this.#rest, nanoUsdPerMillion);
  }
}

/** Dollars with up to nine decimals, without trailing zeros. */
export function formatUsd(nanoUsd: number | bigint): string {
  const digits = String(nanoUsd).padStart(10, "0");
  const whole = digits.slice(0, -9);
  let end = digits.length;
  while (end > whole.length && digits.charCodeAt(end - 1) === zero) end--;
  return end === whole.length ? whole : `${whole}.${digits.slice(whole.length, end)}`;
}
