// Owns the proof that every recorded usage body is read as genai-prices reads it, by the dialect it is of.
// Knows no price.

import { describe, expect, it } from "vitest";
import type { Usage } from "../../../core/contracts/frame.ts";
import { readUsage as anthropic } from "../../../core/dialects/anthropic-messages/usage.ts";
import { readUsage as bedrock } from "../../../core/dialects/bedrock-converse/usage.ts";
import { readUsage as gemini } from "../../../core/dialects/gemini/usage.ts";
import { readUsage as openAiChat } from "../../../core/dialects/openai-chat/usage.ts";
import { readDeltas } from "../../../core/dialects/openai-embeddings/deltas.ts";
import { readUsage as openAiResponses } from "../../../core/dialects/openai-responses/usage.ts";
import { type Extraction, readUsageRows, type UsageBody } from "../prices/usages.ts";

type Read = (body: UsageBody) => Usage | undefined;

interface Kind {
  readonly name: string;
  readonly read: Read;
  /** Whose rules are for bodies of this kind; others happen to find names they know in it. */
  readonly flavors: RegExp;
}

const kinds = {
  chat: {
    name: "openai-chat",
    read: ({ usage }) => openAiChat(usage),
    flavors: /\/chat$|^(mistral|groq|perplexity|x-ai)\/default$/,
  },
  embeddings: { name: "openai-embeddings", read: usageOfEmbeddings, flavors: /\/embeddings$/ },
  responses: { name: "openai-responses", read: openAiResponses, flavors: /\/responses$/ },
  messages: {
    name: "anthropic-messages",
    read: ({ usage }) => anthropic(usage),
    flavors: /\/anthropic$|^(anthropic|minimax)\/default$/,
  },
  gemini: {
    name: "gemini",
    read: ({ usageMetadata }) => gemini(usageMetadata),
    flavors: /^google\/default$/,
  },
  converse: { name: "bedrock-converse", read: ({ usage }) => bedrock(usage), flavors: /^aws\/default$/ },
} as const satisfies Record<string, Kind>;

const rows = readUsageRows();

describe.skipIf(rows === undefined)("recorded usage bodies", () => {
  const known = (rows ?? []).flatMap((row) => {
    const kind = kindOf(row.body);
    return kind === undefined ? [] : [{ ...row, kind }];
  });

  it("are of a dialect that is spoken, but for Cohere's own", () => {
    expect(countBy(known.map(({ kind }) => kind.name))).toEqual({
      "anthropic-messages": 159,
      "bedrock-converse": 155,
      gemini: 317,
      "openai-chat": 288,
      "openai-embeddings": 3,
      "openai-responses": 189,
    });
    const unknown = (rows ?? []).filter(({ body }) => kindOf(body) === undefined);
    expect(unknown.filter(({ body }) => !/cohere/i.test(String(body.file)))).toEqual([]);
    expect(unknown).toHaveLength(15);
  });

  it("are read as their vendor's rules read them", () => {
    for (const { kind, body, extracted } of known) {
      const usage = kind.read(body);
      const said = usage && countsOf(usage);
      const own = extracted.filter(({ extractors }) => extractors.some((rule) => isOwn(rule, kind, body)));
      expect(own, `${body.file}`).not.toEqual([]);
      for (const [name, tokens] of own.flatMap(({ usage: counts }) => Object.entries(counts))) {
        if (!ofText.includes(name)) expect(said?.[name], `${body.file}: ${name}`).toBe(tokens);
      }
    }
  });
});

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

type Rule = Extraction["extractors"][number];

function isOwn({ provider_id, api_flavor }: Rule, { flavors }: Kind, body: UsageBody): boolean {
  const rule = `${provider_id}/${api_flavor}`;
  return flavors.test(rule) && !(rule === "x-ai/chat" && isWhole(body));
}

function usageOfEmbeddings(body: UsageBody): Usage | undefined {
  return readDeltas({ ...body })?.flatMap((delta) => (delta.kind === "usage" ? [delta.usage] : []))[0];
}

function kindOf({ usage, usageMetadata }: UsageBody): Kind | undefined {
  if (usageMetadata !== undefined) return kinds.gemini;
  if (typeof usage !== "object" || usage === null || Array.isArray(usage)) return undefined;
  if ("completion_tokens" in usage) return kinds.chat;
  if ("prompt_tokens" in usage) return kinds.embeddings;
  if ("inputTokens" in usage) return kinds.converse;
  if ("input_tokens_details" in usage) return kinds.responses;
  return "input_tokens" in usage ? kinds.messages : undefined;
}

/** xAI's rule adds the reasoning; these bodies' own total says that it is in the completion already. */
function isWhole({ usage }: UsageBody): boolean {
  const { prompt_tokens, completion_tokens, total_tokens } = usage as Readonly<Record<string, number>>;
  return total_tokens === Number(prompt_tokens) + Number(completion_tokens);
}

/** The rest, which is text, and what tools put into it: priced as input and output are. */
const ofText = [
  "input_text_tokens",
  "output_text_tokens",
  "cache_text_read_tokens",
  "input_tool_tokens",
  "input_text_tool_tokens",
];

/** In genai-prices' words. */
function countsOf(usage: Usage): Readonly<Record<string, number>> {
  const { inputTokens, outputTokens, cachedInputTokens } = usage;
  const { audioInputTokens, imageInputTokens, videoInputTokens } = usage;
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cache_read_tokens: cachedInputTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    cache_write_5m_tokens: usage.cacheWriteTokens - usage.cacheWrite1hTokens,
    output_reasoning_tokens: usage.reasoningTokens,
    input_audio_tokens: audioInputTokens,
    input_image_tokens: imageInputTokens,
    input_video_tokens: videoInputTokens,
    output_audio_tokens: usage.audioOutputTokens,
    output_image_tokens: usage.imageOutputTokens,
    output_video_tokens: usage.videoOutputTokens,
    cache_audio_read_tokens: usage.cachedAudioInputTokens,
    cache_image_read_tokens: usage.cachedImageInputTokens,
    cache_video_read_tokens: usage.cachedVideoInputTokens,
    web_searches: usage.webSearches,
  };
}
