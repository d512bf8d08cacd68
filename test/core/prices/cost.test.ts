// Owns the proof that a use costs what its price says: each kind at its rate, tiers, times, pieces, rounding.
// Knows no table.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { Price } from "../../../core/contracts/price.ts";
import { costNanoUsd, formatUsd } from "../../../core/prices/cost.ts";
import { samplePrice, sampleRates } from "./sample-price.ts";

const million = 1_000_000;
const dollars = (usage: Partial<Usage>, price: Price, atMs = 0): number =>
  costNanoUsd({ ...noUsage, ...usage }, price, atMs) / 1e9;

describe("each kind of token has its own rate", () => {
  const price = samplePrice({
    input: 1,
    cachedInput: 2,
    cacheWrite: 3,
    cacheWrite1h: 4,
    audioInput: 5,
    cachedAudioInput: 6,
    imageInput: 7,
    cachedImageInput: 8,
    videoInput: 9,
    output: 10,
    reasoning: 11,
    audioOutput: 12,
    imageOutput: 13,
    videoOutput: 14,
  });
  const input = { inputTokens: million };
  const output = { outputTokens: million };
  const cached = { ...input, cachedInputTokens: million };
  const kinds: readonly (readonly [string, Partial<Usage>, number])[] = [
    ["input", input, 1],
    ["cached", cached, 2],
    ["cache write", { ...input, cacheWriteTokens: million }, 3],
    ["cache write for an hour", { ...input, cacheWriteTokens: million, cacheWrite1hTokens: million }, 4],
    ["audio", { ...input, audioInputTokens: million }, 5],
    ["cached audio", { ...cached, audioInputTokens: million, cachedAudioInputTokens: million }, 6],
    ["image", { ...input, imageInputTokens: million }, 7],
    ["cached image", { ...cached, imageInputTokens: million, cachedImageInputTokens: million }, 8],
    ["video", { ...input, videoInputTokens: million }, 9],
    ["output", output, 10],
    ["reasoning", { ...output, reasoningTokens: million }, 11],
    ["audio output", { ...output, audioOutputTokens: million }, 12],
    ["image output", { ...output, imageOutputTokens: million }, 13],
    ["video output", { ...output, videoOutputTokens: million }, 14],
  ];
  it.each(kinds)("%s", (_kind, usage, cost) => expect(dollars(usage, price)).toBe(cost));

  it("where one is not given, that of the kind it belongs to", () => {
    const plain = samplePrice({ input: 1, output: 10 });
    for (const [, usage] of kinds) expect(dollars(usage, plain)).toBe(usage.inputTokens ? 1 : 10);
    const withCache = samplePrice({ input: 1, output: 10, cachedInput: 0.5 });
    expect(
      dollars({ ...cached, audioInputTokens: million, cachedAudioInputTokens: million }, withCache),
    ).toBe(0.5);
  });
});

it("parts that do not add up cost no less than nothing and no more than all at the dearest rate", () => {
  const count = fc.nat({ max: million });
  const usages = fc.record({
    inputTokens: count,
    outputTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count,
    cacheWrite1hTokens: count,
    audioInputTokens: count,
    cachedAudioInputTokens: count,
    reasoningTokens: count,
  });
  const price = samplePrice({ input: 2, cachedInput: 1, cacheWrite: 3, audioInput: 4, output: 5 });
  fc.assert(
    fc.property(usages, (usage) => {
      const cost = costNanoUsd({ ...noUsage, ...usage }, price, 0);
      expect(cost).toBeGreaterThanOrEqual(usage.inputTokens * 1_000 + usage.outputTokens * 5_000);
      expect(cost).toBeLessThanOrEqual(usage.inputTokens * 4_000 + usage.outputTokens * 5_000);
    }),
  );
});

it("a tier holds for the whole call, once its input is longer", () => {
  const tier = { ...sampleRates({ input: 2, output: 20 }), inputTokensAbove: 200_000 };
  const higher = { ...sampleRates({ input: 3, output: 30 }), inputTokensAbove: 500_000 };
  const price = samplePrice({ input: 1, output: 10 }, { tiers: [tier, higher] });
  expect(dollars({ inputTokens: 200_000, outputTokens: 100 }, price)).toBe(0.201);
  expect(dollars({ inputTokens: 200_001, outputTokens: 100 }, price)).toBe(0.402002);
  expect(dollars({ inputTokens: 600_000, outputTokens: 100 }, price)).toBe(1.803);
});

it("a price holds from its day on, and at its time of day", () => {
  const later = samplePrice({ input: 2, output: 0 });
  const nightly = samplePrice({ input: 3, output: 0 });
  const price = samplePrice(
    { input: 1, output: 0 },
    {
      periods: [
        { ...later, fromMs: Date.parse("2026-07-30"), daily: undefined },
        { ...nightly, fromMs: undefined, daily: { startMs: 30 * 60_000, endMs: 60 * 60_000 } },
      ],
    },
  );
  const at = (time: string) => dollars({ inputTokens: million }, price, Date.parse(time));
  expect(at("2026-07-29T23:59:59Z")).toBe(1);
  expect(at("2026-07-30T00:00:00Z")).toBe(2);
  expect(at("2026-07-30T00:30:00Z")).toBe(3);
  expect(at("2026-07-30T01:00:00Z")).toBe(2);
});

it("calls and searches are charged by the piece", () => {
  const price = samplePrice({ input: 1, output: 0 }, { perCallNanoUsd: 5e6, perWebSearchNanoUsd: 1e7 });
  expect(dollars({}, price)).toBe(0.005);
  expect(dollars({ webSearches: 3 }, price)).toBe(0.035);
});

it("what is less than a nano-dollar is one; what is more than a double holds is exact", () => {
  const price = samplePrice({ input: 0.000000001, output: 9_000_000 });
  expect(costNanoUsd({ ...noUsage, inputTokens: 1 }, price, 0)).toBe(1);
  expect(costNanoUsd({ ...noUsage, outputTokens: 999_999 }, price, 0)).toBe(8_999_991_000_000_000);
});

it("dollars are written without a float's rest", () => {
  expect([0, 1, 1_500_000_000, 2_000_000_000, 10].map(formatUsd)).toEqual([
    "0",
    "0.000000001",
    "1.5",
    "2",
    "0.00000001",
  ]);
});
