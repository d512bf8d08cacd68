// Owns events of a message made for tests. Knows no dialect code.

import type { JsonValue } from "../../../../core/contracts/dialect.ts";

export function event(value: { [name: string]: JsonValue }): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}

export const start = event({
  type: "message_start",
  message: {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "claude-1", content: [] },
    ...{ stop_reason: null, stop_sequence: null },
    usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
  },
});

export function open(block: { [name: string]: JsonValue }, index = 0): string {
  return event({ type: "content_block_start", index, content_block: block });
}

export function delta(said: { [name: string]: JsonValue }, index = 0): string {
  return event({ type: "content_block_delta", index, delta: said });
}

export function text(said: string, index = 0): string {
  return delta({ type: "text_delta", text: said }, index);
}

export function close(index = 0): string {
  return event({ type: "content_block_stop", index });
}

export function settle(reason: string, outputTokens = 7): string {
  const said = { stop_reason: reason, stop_sequence: null };
  return event({ type: "message_delta", delta: said, usage: { output_tokens: outputTokens } });
}

export const stop = event({ type: "message_stop" });
export const opened = open({ type: "text", text: "" });
export const tool = { type: "tool_use", id: "toolu_1", name: "look", input: {} };
