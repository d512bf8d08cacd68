// Owns the message of Bedrock's Converse, which is Nova's too, whole and as its events; knows no framing.

import { argumentsOf, type Block, blocksOf, hasBlock, signatureOf } from "../blocks.ts";
import type { Reply, Usage } from "../dialect.ts";

/** One event of a stream, before it is framed. */
export interface ConverseEvent {
  readonly name: string;
  readonly value: object;
  readonly tokens: number;
}

const stopReasons: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "content_filtered",
};
// Made up, and the same for every answer.
const metrics = { latencyMs: 223 };

export function converseAnswer(reply: Reply) {
  const blocks = readBlocks(reply);
  const content = blocks.map((block) => wholeBlock(block, reply.id));
  return {
    output: { message: { role: "assistant", content } },
    stopReason: stopReasonOf(reply, blocks),
    ...(reply.usage === undefined ? {} : { usage: converseUsage(reply.usage) }),
    ...reply.extra,
  };
}

export function withMetrics(answer: object): object {
  return { ...answer, metrics };
}

export function* converseEvents(reply: Reply): Generator<ConverseEvent> {
  const blocks = readBlocks(reply);
  yield event("messageStart", { role: "assistant" });
  for (const [index, block] of blocks.entries()) yield* blockEvents(block, index, reply.id);
  yield event("messageStop", { stopReason: stopReasonOf(reply, blocks), ...reply.extra });
  yield event("metadata", {
    ...(reply.usage === undefined ? {} : { usage: converseUsage(reply.usage) }),
    metrics,
  });
}

/** The end of an answer, after which nothing but its figures comes. */
export function isConverseEnd({ name }: ConverseEvent): boolean {
  return name === "messageStop" || name === "metadata";
}

function* blockEvents(block: Block, contentBlockIndex: number, replyId: string): Generator<ConverseEvent> {
  if (block.kind === "tool") {
    // The opening of a call carries its name, which is a token. Words and thoughts have no opening.
    yield event("contentBlockStart", { contentBlockIndex, start: { toolUse: identityOf(block) } }, 1);
  }
  for (const part of block.parts) {
    yield event("contentBlockDelta", { contentBlockIndex, delta: partDelta(block, part) }, 1);
  }
  if (block.kind === "reasoning") {
    const delta = { reasoningContent: { signature: signatureOf(replyId) } };
    yield event("contentBlockDelta", { contentBlockIndex, delta });
  }
  yield event("contentBlockStop", { contentBlockIndex });
}

function event(name: string, value: object, tokens = 0): ConverseEvent {
  return { name, value, tokens };
}

function partDelta({ kind }: Block, part: string) {
  switch (kind) {
    case "tool":
      return { toolUse: { input: part } };
    case "reasoning":
      return { reasoningContent: { text: part } };
    default:
      return { text: part };
  }
}

function wholeBlock(block: Block, replyId: string) {
  const text = block.parts.join("");
  switch (block.kind) {
    case "tool":
      return { toolUse: { ...identityOf(block), input: argumentsOf(block) } };
    case "reasoning":
      return { reasoningContent: { reasoningText: { text, signature: signatureOf(replyId) } } };
    default:
      return { text };
  }
}

function identityOf({ id, name }: { readonly id: string; readonly name: string }) {
  return { toolUseId: `tooluse_${id}`, name };
}

function readBlocks({ choices }: Reply): Block[] {
  return blocksOf(choices[0]?.pieces ?? []);
}

function stopReasonOf({ choices }: Reply, blocks: readonly Block[]): string {
  const finish = choices[0]?.finish ?? "stop";
  if (finish === "stop" && hasBlock(blocks, "refusal")) return "content_filtered";
  return stopReasons[finish] ?? finish;
}

/** Its input is only what was neither read from nor written to the cache. */
function converseUsage({
  promptTokens,
  cachedTokens,
  cacheWriteTokens,
  completionTokens,
  totalTokens,
}: Usage) {
  return {
    inputTokens: promptTokens - cachedTokens - cacheWriteTokens,
    outputTokens: completionTokens,
    totalTokens,
    cacheReadInputTokens: cachedTokens,
    cacheReadInputTokenCount: cachedTokens,
    cacheWriteInputTokens: cacheWriteTokens,
    cacheWriteInputTokenCount: cacheWriteTokens,
  };
}
