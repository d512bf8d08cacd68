// Owns the token counts of Bedrock's `usage` object. Knows no price.

import type { JsonValue } from "../../contracts/dialect.ts";
import { noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/**
 * What the cache held stands beside `inputTokens`, here it is a part of it. Nova's own answers write
 * `…TokenCount`, Converse both. `undefined`: the object does not say both figures.
 */
export function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const fresh = count(usage.inputTokens);
  const outputTokens = count(usage.outputTokens);
  if (fresh === undefined || outputTokens === undefined) return undefined;
  const cachedInputTokens = count(usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount) ?? 0;
  const cacheWriteTokens = count(usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount) ?? 0;
  const inputTokens = fresh + cachedInputTokens + cacheWriteTokens;
  return { ...noUsage, inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens };
}

export function writeUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage;
  return {
    inputTokens: Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens),
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cacheReadInputTokens: cachedInputTokens,
    cacheWriteInputTokens: cacheWriteTokens,
  };
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
