// Owns the token counts of OpenAI's `usage` object and of its imitators. Knows no price.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/**
 * `undefined`: the object does not say both figures, so they have to be counted. Some say that more was
 * cached than came in: a cached token is one of the input here, so that no price turns negative.
 */
export function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = count(usage.prompt_tokens);
  const outputTokens = count(usage.completion_tokens);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const input = detailsOf(usage.prompt_tokens_details);
  const output = detailsOf(usage.completion_tokens_details);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: Math.min(inputTokens, cachedTokens(usage, input)),
    cacheWriteTokens: count(input.cache_write_tokens) ?? 0,
    reasoningTokens: count(output.reasoning_tokens) ?? 0,
    audioInputTokens: count(input.audio_tokens) ?? 0,
    audioOutputTokens: count(output.audio_tokens) ?? 0,
    cachedAudioInputTokens: 0,
    isExact: true,
  };
}

export function writeUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}

/** OpenAI's own place first, then DeepSeek's, then those of Moonshot and Perplexity's kin. */
function cachedTokens(usage: JsonObject, input: JsonObject): number {
  const places = [input.cached_tokens, usage.prompt_cache_hit_tokens, usage.cached_tokens];
  return places.map(count).find((tokens) => tokens !== undefined) ?? 0;
}

function detailsOf(details: JsonValue | undefined): JsonObject {
  return isObject(details) ? details : {};
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
