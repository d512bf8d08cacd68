// Owns what an answer's body says was used, by each vendor's documented rules, read plainly. Shares no code
// with the dialects' own readers.

import type { AnswerHead, JsonValue } from "../../../core/contracts/dialect.ts";
import type { Usage } from "../../../core/contracts/frame.ts";

export type Node = { readonly [name: string]: JsonValue };
export type Counts = Partial<Omit<Usage, "isExact">>;

/** `pieces`: the JSON of the answer's units, in their order. Undefined: the body does not say. */
type Oracle = (pieces: readonly Node[], head: AnswerHead) => Counts | undefined;

const node = (value: JsonValue | undefined): Node =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
const nodes = (value: JsonValue | undefined): readonly Node[] =>
  Array.isArray(value) ? value.map(node) : [];
const count = (value: JsonValue | undefined): number => Number(value ?? 0);
const isSaid = (value: Node): boolean => Object.keys(value).length > 0;

function last(pieces: readonly Node[], find: (piece: Node) => JsonValue | undefined): Node | undefined {
  return pieces.map((piece) => node(find(piece))).findLast(isSaid);
}

/** Chat and legacy completions. Groq has it in `x_groq`; DeepSeek and Moonshot have the cache elsewhere. */
const openAiChat: Oracle = (pieces) => {
  const usage = last(pieces, (piece) => piece.usage ?? node(piece.x_groq).usage);
  if (usage?.prompt_tokens === undefined || usage.completion_tokens === undefined) return undefined;
  const [prompt, completion] = [node(usage.prompt_tokens_details), node(usage.completion_tokens_details)];
  const [input, output] = [count(usage.prompt_tokens), count(usage.completion_tokens)];
  const reasoning = count(completion.reasoning_tokens ?? usage.reasoning_tokens);
  const cached = count(prompt.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens);
  return {
    inputTokens: input,
    // xAI and Perplexity count the reasoning beside the completion: their total says so.
    outputTokens: usage.total_tokens === input + output + reasoning ? output + reasoning : output,
    cachedInputTokens: Math.min(cached, input),
    reasoningTokens: reasoning,
    audioInputTokens: count(prompt.audio_tokens),
    audioOutputTokens: count(completion.audio_tokens),
  };
};

const openAiResponses: Oracle = (pieces) => {
  const usage = last(pieces, (piece) => node(piece.response).usage ?? piece.usage);
  if (usage === undefined) return undefined;
  return {
    inputTokens: count(usage.input_tokens),
    outputTokens: count(usage.output_tokens),
    cachedInputTokens: count(node(usage.input_tokens_details).cached_tokens),
    reasoningTokens: count(node(usage.output_tokens_details).reasoning_tokens),
  };
};

const openAiEmbeddings: Oracle = ([answer = {}]) => {
  const { prompt_tokens, total_tokens } = node(answer.usage);
  const tokens = prompt_tokens ?? total_tokens;
  return tokens === undefined ? undefined : { inputTokens: count(tokens), outputTokens: 0 };
};

/** Each event's usage takes the place of what the one before said; what compacts the input is paid beside. */
const anthropicMessages: Oracle = (pieces) => {
  let usage: { [name: string]: JsonValue } = {};
  for (const piece of pieces) {
    const message = piece.type === "message_start" ? node(piece.message) : piece;
    if (piece.type === "message_start") usage = {};
    for (const [name, value] of Object.entries(node(message.usage))) if (value !== null) usage[name] = value;
  }
  if (!isSaid(usage)) return undefined;
  const cached = count(usage.cache_read_input_tokens);
  const written = count(usage.cache_creation_input_tokens);
  const compactions = nodes(usage.iterations).filter(({ type }) => type === "compaction");
  const beside = (name: string) => compactions.reduce((sum, one) => sum + count(one[name]), 0);
  return {
    inputTokens: count(usage.input_tokens) + cached + written + beside("input_tokens"),
    outputTokens: count(usage.output_tokens) + beside("output_tokens"),
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    cacheWrite1hTokens: count(node(usage.cache_creation).ephemeral_1h_input_tokens),
    reasoningTokens: count(node(usage.output_tokens_details).thinking_tokens),
    webSearches: count(node(usage.server_tool_use).web_search_requests),
  };
};

const gemini: Oracle = (pieces) => {
  const usage = pieces
    .map(({ usageMetadata }) => node(usageMetadata))
    .findLast(({ promptTokenCount }) => promptTokenCount !== undefined);
  if (usage === undefined) return undefined;
  const thoughts = count(usage.thoughtsTokenCount);
  return {
    inputTokens: count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount),
    outputTokens: count(usage.candidatesTokenCount) + thoughts,
    cachedInputTokens: count(usage.cachedContentTokenCount),
    reasoningTokens: thoughts,
  };
};

const geminiEmbeddings: Oracle = (pieces) => {
  const [answer = {}] = pieces;
  const texts = nodes(answer.predictions).map(
    ({ embeddings }) => node(node(embeddings).statistics).token_count,
  );
  if (texts.length === 0) return gemini(pieces, { status: 200, headers: {} });
  return { inputTokens: texts.reduce<number>((sum, tokens) => sum + count(tokens), 0), outputTokens: 0 };
};

/** What its cache held is counted beside the input; InvokeModel writes the cache's names a little longer. */
function converseCounts(usage: Node): Counts {
  const cached = count(usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount);
  const written = count(usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount);
  return {
    inputTokens: count(usage.inputTokens) + cached + written,
    outputTokens: count(usage.outputTokens),
    cachedInputTokens: cached,
    cacheWriteTokens: written,
  };
}

const bedrockConverse: Oracle = (pieces) => {
  const usage = last(pieces, ({ usage }) => usage);
  return usage && converseCounts(usage);
};

/** By the body: Nova's or Anthropic's; else by the head. */
const bedrockInvoke: Oracle = (pieces, head) => {
  const nova = last(pieces, ({ usage, metadata }) => node(metadata).usage ?? usage);
  if (nova?.inputTokens !== undefined && nova.outputTokens !== undefined) return converseCounts(nova);
  if (pieces.some(({ type }) => /^message/.test(String(type)))) return anthropicMessages(pieces, head);
  const metrics = last(pieces, (piece) => piece["amazon-bedrock-invocationMetrics"]);
  if (metrics !== undefined) {
    return { inputTokens: count(metrics.inputTokenCount), outputTokens: count(metrics.outputTokenCount) };
  }
  const said = (name: string) => head.headers[`x-amzn-bedrock-${name}-token-count`];
  if (said("input") === undefined) return undefined;
  const counted = (name: string) => Number(said(name) ?? 0);
  return converseCounts({
    inputTokens: counted("input"),
    outputTokens: counted("output"),
    cacheReadInputTokens: counted("cache-read-input"),
    cacheWriteInputTokens: counted("cache-write-input"),
  });
};

/** A prompt that it kept from the call before is not counted: then the rest has to be, too. */
const ollama: Oracle = (pieces) => {
  const done = pieces.at(-1);
  if (done?.prompt_eval_count === undefined || done.eval_count === undefined) return undefined;
  return { inputTokens: count(done.prompt_eval_count), outputTokens: count(done.eval_count) };
};

/** Cohere bills fewer tokens than it handles: its own words around a prompt are free. */
const cohere: Oracle = (pieces) => {
  const end =
    pieces.findLast(({ type, event_type }) => /end$/.test(String(type ?? event_type))) ?? pieces.at(-1);
  const said = { ...node(end), ...node(node(end).delta), ...node(node(end).response) };
  const { billed_units } = { ...node(said.meta), ...node(said.usage) };
  const { input_tokens, output_tokens } = node(billed_units);
  if (input_tokens === undefined && output_tokens === undefined) return undefined;
  return { inputTokens: count(input_tokens), outputTokens: count(output_tokens) };
};

/** What is counted or fetched is no use. */
const free: Oracle = () => undefined;

export const usageOracles: Readonly<Record<string, Oracle>> = {
  "openai-chat": openAiChat,
  "openai-completions": openAiChat,
  "openai-embeddings": openAiEmbeddings,
  "openai-responses": openAiResponses,
  "openai-stored-responses": openAiResponses,
  "openai-compactions": openAiResponses,
  "openai-input-tokens": free,
  "openai-models": free,
  "anthropic-messages": anthropicMessages,
  "anthropic-count-tokens": free,
  gemini,
  "gemini-count-tokens": free,
  "gemini-embeddings": geminiEmbeddings,
  "gemini-models": free,
  "vertex-predict": geminiEmbeddings,
  "bedrock-converse": bedrockConverse,
  "bedrock-invoke": bedrockInvoke,
  "bedrock-count-tokens": free,
  "ollama-chat": ollama,
  "ollama-generate": ollama,
  "cohere-chat": cohere,
  "cohere-embeddings": cohere,
  metered: free,
};
