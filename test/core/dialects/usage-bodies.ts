// Owns how the 1,126 real usage bodies are read: each by its vendor's dialect, against what genai-prices
// extracts by that vendor's rules. Knows no price, and no test runner.

import type { Usage } from "../../../core/contracts/frame.ts";
import { readUsage as anthropic } from "../../../core/dialects/anthropic-messages/usage.ts";
import { readUsage as bedrock } from "../../../core/dialects/bedrock-converse/usage.ts";
import { readBilled } from "../../../core/dialects/cohere/billing.ts";
import { readUsage as gemini } from "../../../core/dialects/gemini/usage.ts";
import { readUsage as openAiChat } from "../../../core/dialects/openai-chat/usage.ts";
import { readDeltas } from "../../../core/dialects/openai-embeddings/deltas.ts";
import { readUsage as openAiResponses } from "../../../core/dialects/openai-responses/usage.ts";
import type { Extraction, UsageBody, UsageRow } from "../prices/usages.ts";
import { lastUsage } from "./recorded-checks.ts";

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
  cohere: {
    name: "cohere-chat",
    read: (body) => lastUsage(readBilled({ ...body })),
    flavors: /^cohere\/(default|embeddings)$/,
  },
  converse: { name: "bedrock-converse", read: ({ usage }) => bedrock(usage), flavors: /^aws\/default$/ },
} as const satisfies Record<string, Kind>;

export interface ExtractionReport {
  /** By dialect: how many are read as their vendor's rules read them. */
  readonly extracted: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

export function checkExtraction(rows: readonly UsageRow[]): ExtractionReport {
  const extracted = new Map<string, number>();
  const problems: string[] = [];
  for (const row of rows) {
    const kind = kindOf(row.body);
    const wrong = kind === undefined ? ["of no dialect"] : differencesOf(row, kind);
    problems.push(...wrong.map((problem) => `${row.body.file}: ${problem}`));
    if (kind !== undefined && wrong.length === 0)
      extracted.set(kind.name, (extracted.get(kind.name) ?? 0) + 1);
  }
  return { extracted, problems };
}

function differencesOf({ body, extracted }: UsageRow, kind: Kind): readonly string[] {
  const usage = kind.read(body);
  const said = usage && countsOf(usage);
  const own = extracted.filter(({ extractors }) => extractors.some((rule) => isOwn(rule, kind, body)));
  if (own.length === 0) return ["no rule is its vendor's"];
  return own
    .flatMap(({ usage: counts }) => Object.entries(counts))
    .filter(([name, tokens]) => !ofText.includes(name) && said?.[name] !== tokens)
    .map(([name, tokens]) => `${name} is ${said?.[name]}, not ${tokens}`);
}

type Rule = Extraction["extractors"][number];

function isOwn({ provider_id, api_flavor }: Rule, { flavors }: Kind, body: UsageBody): boolean {
  const rule = `${provider_id}/${api_flavor}`;
  return flavors.test(rule) && !(rule === "x-ai/chat" && isWhole(body));
}

function usageOfEmbeddings(body: UsageBody): Usage | undefined {
  return lastUsage(readDeltas({ ...body }) ?? []);
}

function kindOf({ usage, usageMetadata, meta }: UsageBody): Kind | undefined {
  if (usageMetadata !== undefined) return kinds.gemini;
  if (meta !== undefined) return kinds.cohere;
  if (typeof usage !== "object" || usage === null || Array.isArray(usage)) return undefined;
  if ("completion_tokens" in usage) return kinds.chat;
  if ("prompt_tokens" in usage) return kinds.embeddings;
  if ("billed_units" in usage) return kinds.cohere;
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
