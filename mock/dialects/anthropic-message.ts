// Owns Anthropic's message, whole and as the events that build it; knows no framing.

import { argumentsOf, type Block, blocksOf, hasBlock, signatureOf } from "../blocks.ts";
import type { Reply, Usage } from "../dialect.ts";

/** One event of a stream, before it is framed. */
export interface AnthropicEvent {
  readonly payload: { readonly type: string; readonly [name: string]: unknown };
  readonly tokens: number;
}

const stopReasons: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

export function anthropicMessage(reply: Reply, idPrefix: string) {
  const blocks = readBlocks(reply);
  return {
    ...openingOf(reply, idPrefix),
    content: blocks.map((block) => wholeBlock(block, reply.id)),
    stop_reason: stopReasonOf(reply, blocks),
    stop_sequence: null,
    ...(reply.usage === undefined ? {} : { usage: usageOf(reply.usage) }),
    ...reply.extra,
  };
}

export function* anthropicEvents(reply: Reply, idPrefix: string): Generator<AnthropicEvent> {
  const { usage } = reply;
  const blocks = readBlocks(reply);
  const opening = { ...openingOf(reply, idPrefix), content: [], stop_reason: null, stop_sequence: null };
  const begun = usage === undefined ? {} : { usage: { ...usageOf(usage), output_tokens: 1 } };
  yield event({ type: "message_start", message: { ...opening, ...begun }, ...reply.extra });
  yield event({ type: "ping" });
  for (const [index, block] of blocks.entries()) yield* blockEvents(block, index, reply);
  yield event({
    type: "message_delta",
    delta: { stop_reason: stopReasonOf(reply, blocks), stop_sequence: null },
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
    ...reply.extra,
  });
  yield event({ type: "message_stop" });
}

function* blockEvents(block: Block, index: number, reply: Reply): Generator<AnthropicEvent> {
  const delta = (said: object, tokens: number) =>
    event({ type: "content_block_delta", index, delta: said, ...reply.extra }, tokens);
  // The opening of a call carries its name, which is a token.
  const opening = { type: "content_block_start", index, content_block: emptyBlock(block) };
  yield event(opening, block.kind === "tool" ? 1 : 0);
  for (const part of block.parts) yield delta(partDelta(block, part), 1);
  if (block.kind === "reasoning") {
    yield delta({ type: "signature_delta", signature: signatureOf(reply.id) }, 0);
  }
  yield event({ type: "content_block_stop", index });
}

function event(payload: AnthropicEvent["payload"], tokens = 0): AnthropicEvent {
  return { payload, tokens };
}

function partDelta({ kind }: Block, part: string) {
  switch (kind) {
    case "reasoning":
      return { type: "thinking_delta", thinking: part };
    case "tool":
      return { type: "input_json_delta", partial_json: part };
    default:
      return { type: "text_delta", text: part };
  }
}

function emptyBlock(block: Block) {
  switch (block.kind) {
    case "reasoning":
      return { type: "thinking", thinking: "", signature: "" };
    case "tool":
      return { type: "tool_use", id: `toolu_01${block.id}`, name: block.name, input: {} };
    default:
      return { type: "text", text: "" };
  }
}

function wholeBlock(block: Block, replyId: string) {
  switch (block.kind) {
    case "reasoning":
      return { type: "thinking", thinking: block.parts.join(""), signature: signatureOf(replyId) };
    case "tool":
      return { ...emptyBlock(block), input: argumentsOf(block) };
    default:
      return { type: "text", text: block.parts.join("") };
  }
}

function readBlocks({ choices }: Reply): Block[] {
  return blocksOf(choices[0]?.pieces ?? []);
}

function openingOf({ id, model }: Reply, idPrefix: string) {
  return { model, id: `${idPrefix}${id.slice(0, 22)}`, type: "message", role: "assistant" };
}

function stopReasonOf({ choices }: Reply, blocks: readonly Block[]): string {
  const finish = choices[0]?.finish ?? "stop";
  if (finish === "stop" && hasBlock(blocks, "refusal")) return "refusal";
  return stopReasons[finish] ?? finish;
}

/** Its input is only what was neither read from nor written to the cache. */
function usageOf({ promptTokens, cachedTokens, cacheWriteTokens, completionTokens }: Usage) {
  return {
    input_tokens: promptTokens - cachedTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
    output_tokens: completionTokens,
    service_tier: "standard",
  };
}
