// Owns the token counts of Anthropic's `usage` object. Knows no price.

import type { JsonValue } from "../../contracts/dialect.ts";
import { noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/**
 * `undefined`: the object does not say both figures. A compaction is worked on and billed like the rest,
 * but stands in `iterations` alone (platform.claude.com: compaction, understanding usage).
 */
export function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (
    !isObject(usage) ||
    count(usage.input_tokens) === undefined ||
    count(usage.output_tokens) === undefined
  ) {
    return undefined;
  }
  const worked = [usage, ...compactionsOf(usage)];
  const cachedInputTokens = sum(worked, "cache_read_input_tokens");
  const cacheWriteTokens = sum(worked, "cache_creation_input_tokens");
  return {
    ...noUsage,
    inputTokens: sum(worked, "input_tokens") + cachedInputTokens + cacheWriteTokens,
    outputTokens: sum(worked, "output_tokens"),
    cachedInputTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: sum(
      worked.map(({ cache_creation }) => cache_creation),
      "ephemeral_1h_input_tokens",
    ),
    reasoningTokens: sum([usage.output_tokens_details], "thinking_tokens"),
    webSearches: sum([usage.server_tool_use], "web_search_requests"),
  };
}

/** A later object of a stream replaces what it says, and no more: older models repeat the output alone. */
export function mergeUsage(before: JsonObject, usage: JsonValue | undefined): JsonObject {
  if (!isObject(usage)) return before;
  return { ...before, ...Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null)) };
}

export function writeUsage(usage: Usage): JsonObject {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens } = usage;
  const { reasoningTokens, webSearches } = usage;
  const lives = {
    ephemeral_5m_input_tokens: cacheWriteTokens - cacheWrite1hTokens,
    ephemeral_1h_input_tokens: cacheWrite1hTokens,
  };
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
    ...(cacheWrite1hTokens === 0 ? {} : { cache_creation: lives }),
    ...(reasoningTokens === 0 ? {} : { output_tokens_details: { thinking_tokens: reasoningTokens } }),
    ...(webSearches === 0 ? {} : { server_tool_use: { web_search_requests: webSearches } }),
  };
}

function compactionsOf({ iterations }: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(iterations)) return [];
  return iterations.filter(isObject).filter(({ type }) => type === "compaction");
}

function sum(parts: readonly (JsonValue | undefined)[], name: string): number {
  return parts.reduce<number>((total, part) => total + ((isObject(part) && count(part[name])) || 0), 0);
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
