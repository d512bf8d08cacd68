// Owns the token counts of a response's `usage` object, read and written. Knows no price.

import type { JsonValue } from "../../contracts/dialect.ts";
import { noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { counted, readCount } from "../openai-chat/usage.ts";

/** `undefined`: the object does not say both figures, so they have to be counted. */
export function readUsage({ usage, output }: JsonObject): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = readCount(usage.input_tokens);
  const outputTokens = readCount(usage.output_tokens);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const input = isObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const answer = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {};
  return {
    ...noUsage,
    inputTokens,
    outputTokens,
    cachedInputTokens: Math.min(inputTokens, readCount(input.cached_tokens) ?? 0),
    cacheWriteTokens: readCount(input.cache_write_tokens) ?? 0,
    reasoningTokens: readCount(answer.reasoning_tokens) ?? 0,
    audioInputTokens: readCount(input.audio_tokens) ?? 0,
    audioOutputTokens: readCount(answer.audio_tokens) ?? 0,
    imageInputTokens: readCount(input.image_tokens) ?? 0,
    imageOutputTokens: readCount(answer.image_tokens) ?? 0,
    webSearches: countSearches(output),
  };
}

export function writeUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      ...counted("cache_write_tokens", usage.cacheWriteTokens),
      ...counted("audio_tokens", usage.audioInputTokens),
      ...counted("image_tokens", usage.imageInputTokens),
    },
    output_tokens: outputTokens,
    output_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      ...counted("audio_tokens", usage.audioOutputTokens),
      ...counted("image_tokens", usage.imageOutputTokens),
    },
    total_tokens: inputTokens + outputTokens,
  };
}

/** OpenAI charges searches, not the pages that are opened or searched after them. */
function countSearches(output: JsonValue | undefined): number {
  if (!Array.isArray(output)) return 0;
  return output.filter((item) => isObject(item) && item.type === "web_search_call" && isSearch(item.action))
    .length;
}

function isSearch(action: JsonValue | undefined): boolean {
  return !isObject(action) || action.type === undefined || action.type === "search";
}
