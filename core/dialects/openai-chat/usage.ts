// Owns the token counts of OpenAI's `usage` object and of its imitators. Knows no price.

import type { JsonValue } from "../../contracts/dialect.ts";
import { noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/**
 * `undefined`: the object does not say both figures, so they have to be counted. Some say that more was
 * cached than came in: a cached token is one of the input here, so that no price turns negative.
 */
export function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = readCount(usage.prompt_tokens);
  const completionTokens = readCount(usage.completion_tokens);
  if (inputTokens === undefined || completionTokens === undefined) return undefined;
  const input = detailsOf(usage.prompt_tokens_details);
  const output = detailsOf(usage.completion_tokens_details);
  const reasoningTokens = readCount(output.reasoning_tokens) ?? readCount(usage.reasoning_tokens) ?? 0;
  // xAI and Perplexity leave the reasoning out of the completion; where they do, their total says so.
  const isReasoningApart = usage.total_tokens === inputTokens + completionTokens + reasoningTokens;
  return {
    ...noUsage,
    inputTokens,
    outputTokens: isReasoningApart ? completionTokens + reasoningTokens : completionTokens,
    cachedInputTokens: Math.min(inputTokens, cachedTokens(usage, input)),
    cacheWriteTokens: readCount(input.cache_write_tokens) ?? 0,
    reasoningTokens,
    audioInputTokens: readCount(input.audio_tokens) ?? 0,
    audioOutputTokens: readCount(output.audio_tokens) ?? 0,
    webSearches: readCount(usage.num_search_queries) ?? 0,
  };
}

export function writeUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      ...counted("cache_write_tokens", usage.cacheWriteTokens),
      ...counted("audio_tokens", usage.audioInputTokens),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      ...counted("audio_tokens", usage.audioOutputTokens),
    },
  };
}

/** A member only where there is something to count. */
export function counted(name: string, tokens: number): JsonObject {
  return tokens === 0 ? {} : { [name]: tokens };
}

/** OpenAI's own place first, then DeepSeek's, then those of Moonshot and Perplexity's kin. */
function cachedTokens(usage: JsonObject, input: JsonObject): number {
  const places = [input.cached_tokens, usage.prompt_cache_hit_tokens, usage.cached_tokens];
  return places.map(readCount).find((tokens) => tokens !== undefined) ?? 0;
}

function detailsOf(details: JsonValue | undefined): JsonObject {
  return isObject(details) ? details : {};
}

export function readCount(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
