// Owns how long a store remembers what a provider keeps, and which counts it was charged by. Knows no store.

import { noUsage, type Usage } from "../contracts/frame.ts";

/** OpenAI keeps a response for 30 days. Counted from the last time anybody asked for it. */
export const keptLifeMs = 30 * 24 * 60 * 60 * 1000;

/** In this order they stand in Redis: new ones go to the end. */
export const countNames = [
  "inputTokens",
  "outputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "cacheWrite1hTokens",
  "reasoningTokens",
  "audioInputTokens",
  "audioOutputTokens",
  "cachedAudioInputTokens",
  "imageInputTokens",
  "imageOutputTokens",
  "cachedImageInputTokens",
  "videoInputTokens",
  "videoOutputTokens",
  "cachedVideoInputTokens",
  "webSearches",
] as const satisfies readonly (keyof Usage)[];

export type CountName = (typeof countNames)[number];

export function countsOf(usage: Usage): readonly number[] {
  return countNames.map((name) => usage[name]);
}

/** What is missing was never charged. */
export function usageOf(counts: readonly number[]): Usage {
  const known = countNames.map((name, at) => [name, counts[at] ?? 0] as const);
  return { ...noUsage, ...Object.fromEntries(known) };
}
