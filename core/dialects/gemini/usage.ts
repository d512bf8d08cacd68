// Owns the token counts of Google's `usageMetadata`. Knows no price.

import type { JsonValue } from "../../contracts/dialect.ts";
import { noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/**
 * As names, or as numbers where the client asked for `enum-encoding=int`. A document is priced as its
 * images.
 */
const modalities = {
  image: ["IMAGE", 2, "DOCUMENT", 5],
  video: ["VIDEO", 3],
  audio: ["AUDIO", 4],
} as const satisfies Record<string, readonly JsonValue[]>;

/**
 * Cumulative in a stream: the last one counts. `undefined`: the prompt's figure is not in it yet, as in all
 * but the last chunk from Vertex AI. What a hosted tool put into the prompt is counted beside it; thoughts
 * are counted beside the candidates.
 */
export function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const promptTokens = count(usage.promptTokenCount);
  if (promptTokens === undefined) return undefined;
  const inputTokens = promptTokens + (count(usage.toolUsePromptTokenCount) ?? 0);
  const reasoningTokens = count(usage.thoughtsTokenCount) ?? 0;
  const said = {
    ...noUsage,
    inputTokens,
    outputTokens: (count(usage.candidatesTokenCount) ?? 0) + reasoningTokens,
    cachedInputTokens: Math.min(inputTokens, count(usage.cachedContentTokenCount) ?? 0),
    reasoningTokens,
  };
  const media = mediaTokens(usage);
  return media === undefined ? said : { ...said, ...media };
}

export function writeUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = usage;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: Math.max(0, outputTokens - reasoningTokens),
    totalTokenCount: inputTokens + outputTokens,
    ...(cachedInputTokens > 0 && { cachedContentTokenCount: cachedInputTokens }),
    ...(reasoningTokens > 0 && { thoughtsTokenCount: reasoningTokens }),
  };
}

function mediaTokens(usage: JsonObject): Partial<Usage> | undefined {
  const { promptTokensDetails: prompt, toolUsePromptTokensDetails: tools } = usage;
  const { candidatesTokensDetails: candidates, cacheTokensDetails: cache } = usage;
  if ((prompt ?? tools ?? candidates ?? cache) === undefined) return undefined;
  const input = [...detailsOf(prompt), ...detailsOf(tools)];
  const output = detailsOf(candidates);
  const cached = detailsOf(cache);
  return {
    audioInputTokens: tokensOf("audio", input),
    audioOutputTokens: tokensOf("audio", output),
    cachedAudioInputTokens: tokensOf("audio", cached),
    imageInputTokens: tokensOf("image", input),
    imageOutputTokens: tokensOf("image", output),
    cachedImageInputTokens: tokensOf("image", cached),
    videoInputTokens: tokensOf("video", input),
    videoOutputTokens: tokensOf("video", output),
    cachedVideoInputTokens: tokensOf("video", cached),
  };
}

function detailsOf(details: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(details) ? details.filter(isObject) : [];
}

function tokensOf(medium: keyof typeof modalities, details: readonly JsonObject[]): number {
  const names: readonly (JsonValue | undefined)[] = modalities[medium];
  return details
    .filter(({ modality }) => names.includes(modality))
    .reduce((sum, { tokenCount }) => sum + (count(tokenCount) ?? 0), 0);
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
