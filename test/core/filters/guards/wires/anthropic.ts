// Owns answers as Anthropic writes messages, and AWS its own. Knows no dialect's code.

import type { JsonValue } from "../../../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../../../core/dialects/bedrock-converse.ts";
import { event as awsEvent } from "../../../dialects/bedrock/events.ts";
import { type ArgsForm, argsPieces, argsText, event, type Say, textOf, type Wire } from "./wire.ts";

const usage = { input_tokens: 9, output_tokens: 21 };
const message = (content: JsonValue[], stop: string | null): JsonValue => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage,
});
const stopOf = (said: readonly Say[]): string =>
  said.some(({ kind }) => kind === "tool.args") ? "tool_use" : "end_turn";

interface Block {
  readonly begun: JsonValue;
  readonly deltas: readonly JsonValue[];
  /** As its JSON stands in a whole message. */
  readonly whole: string;
}

function blockOf(say: Say, form: ArgsForm): Block {
  const text = textOf(say);
  if (say.kind === "text") {
    return {
      begun: { type: "text", text: "" },
      deltas: say.pieces.map((piece) => ({ type: "text_delta", text: piece })),
      whole: JSON.stringify({ type: "text", text }),
    };
  }
  if (say.kind === "reasoning") {
    const signed = { type: "signature_delta", signature: "c2lnbmVk" };
    return {
      begun: { type: "thinking", thinking: "", signature: "" },
      deltas: [...say.pieces.map((piece) => ({ type: "thinking_delta", thinking: piece })), signed],
      whole: JSON.stringify({ type: "thinking", thinking: text, signature: "c2lnbmVk" }),
    };
  }
  const about = { type: "tool_use", id: "toolu_1", name: "search" };
  const partial = (piece: string): JsonValue => ({ type: "input_json_delta", partial_json: piece });
  return {
    begun: { ...about, input: {} },
    deltas: argsPieces(say, form).map(partial),
    whole: JSON.stringify({ ...about, input: {} }).replace("{}", argsText(say, form)),
  };
}

export const anthropicWire: Wire = {
  name: "anthropic-messages",
  dialect: anthropicMessages,
  place: "sidecar",
  kinds: ["text", "reasoning", "tool.args"],
  choicesMax: 1,
  streamType: "text/event-stream; charset=utf-8",
  wholeType: "application/json",
  stream(said, form) {
    const blocks = said.flatMap((say, index): JsonValue[] => {
      const { begun, deltas } = blockOf(say, form);
      return [
        { type: "content_block_start", index, content_block: begun },
        ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
        { type: "content_block_stop", index },
      ];
    });
    const events: JsonValue[] = [
      { type: "message_start", message: message([], null) },
      { type: "ping" },
      ...blocks,
      { type: "message_delta", delta: { stop_reason: stopOf(said), stop_sequence: null }, usage },
      { type: "message_stop" },
    ];
    return Buffer.from(events.map((one) => event(one, String(Object(one).type))).join(""));
  },
  whole(said, form) {
    const blocks = said.map((say) => blockOf(say, form).whole).join();
    return Buffer.from(JSON.stringify(message([], stopOf(said))).replace("[]", `[${blocks}]`));
  },
  asked: {
    path: () => "/v1/messages",
    body: ({ system, user, query, result }, how) => ({
      model: "m",
      max_tokens: 100,
      system: [{ type: "text", text: system }],
      messages: [
        { role: "user", content: user },
        { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "search", input: { query } }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: result }] },
      ],
      stream: how === "stream",
    }),
  },
};

function converseDeltas(say: Say, form: ArgsForm): readonly JsonValue[] {
  if (say.kind === "text") return say.pieces.map((text) => ({ text }));
  if (say.kind === "tool.args") return argsPieces(say, form).map((input) => ({ toolUse: { input } }));
  const signed = { reasoningContent: { signature: "c2lnbmVk" } };
  return [...say.pieces.map((text) => ({ reasoningContent: { text } })), signed];
}

function converseBlock(say: Say, form: ArgsForm): string {
  const text = textOf(say);
  if (say.kind === "text") return JSON.stringify({ text });
  if (say.kind === "reasoning") return JSON.stringify({ reasoningContent: { reasoningText: { text } } });
  const tool = { toolUse: { toolUseId: "t1", name: "search", input: {} } };
  return JSON.stringify(tool).replace("{}", argsText(say, form));
}

const figures = { usage: { inputTokens: 9, outputTokens: 21, totalTokens: 30 }, metrics: { latencyMs: 1 } };

export const converseWire: Wire = {
  name: "bedrock-converse",
  dialect: bedrockConverse,
  place: "sidecar",
  kinds: ["text", "reasoning", "tool.args"],
  choicesMax: 1,
  streamType: "application/vnd.amazon.eventstream",
  wholeType: "application/json",
  stream(said, form) {
    const blocks = said.flatMap((say, contentBlockIndex) => {
      const start = { contentBlockIndex, start: { toolUse: { toolUseId: "t1", name: "search" } } };
      return [
        ...(say.kind === "tool.args" ? [awsEvent("contentBlockStart", start)] : []),
        ...converseDeltas(say, form).map((delta) =>
          awsEvent("contentBlockDelta", { contentBlockIndex, delta }),
        ),
        awsEvent("contentBlockStop", { contentBlockIndex }),
      ];
    });
    return Buffer.concat([
      awsEvent("messageStart", { role: "assistant" }),
      ...blocks,
      awsEvent("messageStop", { stopReason: stopOf(said) }),
      awsEvent("metadata", figures),
    ]);
  },
  whole(said, form) {
    const answer = { output: { message: { role: "assistant", content: [] } }, stopReason: stopOf(said) };
    const blocks = said.map((say) => converseBlock(say, form)).join();
    return Buffer.from(JSON.stringify({ ...answer, ...figures }).replace("[]", `[${blocks}]`));
  },
  asked: {
    path: (how) => `/model/m/converse${how === "stream" ? "-stream" : ""}`,
    body: ({ system, user, query, result }) => ({
      system: [{ text: system }],
      messages: [
        { role: "user", content: [{ text: user }] },
        { role: "assistant", content: [{ toolUse: { toolUseId: "t1", name: "search", input: { query } } }] },
        { role: "user", content: [{ toolResult: { toolUseId: "t1", content: [{ text: result }] } }] },
      ],
    }),
  },
};
