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
  const cacheWrite1hTokens = Math.min(cacheWriteTokens, keptForAnHour(usage));
  return { ...noUsage, inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens };
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

function keptForAnHour({ cacheDetails }: JsonObject): number {
  const details = Array.isArray(cacheDetails) ? cacheDetails.filter(isObject) : [];
  return details.reduce(
    (sum, { ttl, inputTokens }) => sum + (ttl === "1h" ? (count(inputTokens) ?? 0) : 0),
    0,
  );
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
