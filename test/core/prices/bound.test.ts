// Owns the proof that nothing within a bound costs more than what was reserved for it, at any price and time.

import fc from "fast-check";
import { expect, it } from "vitest";
import { noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { Price, PriceTerms, RateName } from "../../../core/contracts/price.ts";
import { boundCost } from "../../../core/prices/bound.ts";
import { costNanoUsd } from "../../../core/prices/cost.ts";
import { completeRates } from "../../../core/prices/rates.ts";
import { samplePrice } from "./sample-price.ts";

const dayMs = 86_400_000;
/** Nano-dollars a million tokens: to $1,000, as odd as can be. */
const rate = fc.nat(1e12);
const optional: readonly RateName[] = [
  "cachedInput",
  "cacheWrite",
  "cacheWrite1h",
  "audioInput",
  "cachedAudioInput",
  "imageInput",
  "cachedImageInput",
  "videoInput",
  "cachedVideoInput",
  "reasoning",
  "audioOutput",
  "imageOutput",
  "videoOutput",
];
const rates = fc
  .record(
    { input: rate, output: rate, ...Object.fromEntries(optional.map((name) => [name, rate])) },
    { requiredKeys: ["input", "output"] },
  )
  .map(completeRates);

const terms: fc.Arbitrary<PriceTerms> = fc
  .record({
    rates,
    tiers: fc.array(fc.record({ rates, above: fc.nat(300_000) }), { maxLength: 3 }),
    perCallNanoUsd: fc.nat(1e9),
  })
  .map(({ rates: plain, tiers, perCallNanoUsd }) => ({
    ...plain,
    tiers: tiers
      .map(({ rates: above, above: inputTokensAbove }) => ({ ...above, inputTokensAbove }))
      .sort((a, b) => a.inputTokensAbove - b.inputTokensAbove),
    perCallNanoUsd,
    perWebSearchNanoUsd: 0,
  }));

const period = fc.record({
  terms,
  fromMs: fc.option(fc.nat(100 * dayMs), { nil: undefined }),
  daily: fc.option(
    fc.tuple(fc.nat(dayMs), fc.nat(dayMs)).map(([startMs, endMs]) => ({ startMs, endMs })),
    { nil: undefined },
  ),
});

const price: fc.Arbitrary<Price> = fc
  .record({ terms, periods: fc.array(period, { maxLength: 3 }) })
  .map(({ terms: plain, periods }) => ({
    ...plain,
    periods: periods.map(({ terms: at, fromMs, daily }) => ({ ...at, fromMs, daily })),
    origin: { kind: "policy" },
  }));

/** Parts may say anything: those that do not add up are a provider's mistake, too. */
const usage: fc.Arbitrary<Usage> = fc
  .record({
    inputTokens: fc.nat(400_000),
    outputTokens: fc.nat(100_000),
    ...Object.fromEntries(
      Object.keys(noUsage)
        .filter((name) => !["inputTokens", "outputTokens", "webSearches", "isExact"].includes(name))
        .map((name) => [name, fc.oneof(fc.constant(0), fc.nat(400_000))]),
    ),
  })
  .map((said) => ({ ...noUsage, ...said }));

it("holds any usage within it, whatever kinds of token it is, at any time", () => {
  const spare = fc.nat(50_000);
  const atMs = fc.nat(200 * dayMs);
  fc.assert(
    fc.property(price, usage, fc.tuple(spare, spare), atMs, (of, used, [moreInput, moreOutput], at) => {
      const bound = boundCost(used.inputTokens + moreInput, of);
      const units = used.outputTokens + moreOutput;
      expect(bound.inputNanoUsd + units * bound.outputNanoUsd).toBeGreaterThanOrEqual(
        costNanoUsd(used, of, at),
      );
    }),
    { numRuns: 3_000 },
  );
});

it("is whole nano-dollars, exact where a float is not", () => {
  const dear = { ...samplePrice({ input: 0, output: 0 }), inputNanoUsdPerMillion: 999_999_999_999 };
  const { inputNanoUsd } = boundCost(12_345_679, dear);
  const exact = (12_345_679n * 999_999_999_999n + 999_999n) / 1_000_000n;
  expect(BigInt(inputNanoUsd)).toBe(exact);
});

it("is at the plain price where there is nothing else", () => {
  const plain = samplePrice({ input: 2.5, output: 10 }, { perCallNanoUsd: 7 });
  expect(boundCost(1_000, plain)).toEqual({ inputNanoUsd: 2_500_007, outputNanoUsd: 10_000 });
});
