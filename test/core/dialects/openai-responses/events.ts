// Owns events of a response made for tests. Knows no dialect code.

import type { JsonValue } from "../../../../core/contracts/dialect.ts";

export type Node = { [name: string]: JsonValue };

/** Events of one stream, numbered as they are made. */
export function numbered(...events: readonly Node[]): Buffer[] {
  return events.map((event, at) =>
    Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`),
  );
}

export const response: Node = {
  ...{ id: "resp_1", object: "response", model: "gpt-5.4", status: "in_progress", output: [], usage: null },
};
export const created: Node = { type: "response.created", response };

export function added(item: Node, index = 0): Node {
  return { type: "response.output_item.added", output_index: index, item };
}

export function done(item: Node, index = 0): Node {
  return { type: "response.output_item.done", output_index: index, item };
}

export function piece(text: string, index = 0): Node {
  const place = { item_id: "i", output_index: index, content_index: 0 };
  return { type: "response.output_text.delta", ...place, delta: text, logprobs: [] };
}

export function whole(text: string, index = 0): Node {
  const place = { item_id: "i", output_index: index, content_index: 0 };
  return { type: "response.output_text.done", ...place, text, logprobs: [] };
}

export function args(text: string, index = 0): Node {
  return { type: "response.function_call_arguments.delta", item_id: "i", output_index: index, delta: text };
}

export function message(...texts: readonly string[]): Node {
  const content = texts.map((text) => ({ type: "output_text", text, annotations: [], logprobs: [] }));
  return { id: "msg_1", type: "message", role: "assistant", status: "completed", content };
}

export const call: Node = {
  ...{ id: "fc_1", type: "function_call", call_id: "call_1", name: "look", arguments: "" },
};

export const usage: Node = {
  ...{ input_tokens: 10, input_tokens_details: { cached_tokens: 4 } },
  ...{ output_tokens: 6, output_tokens_details: { reasoning_tokens: 2 }, total_tokens: 16 },
};

export function completed(...output: readonly Node[]): Node {
  return {
    type: "response.completed",
    response: { ...response, status: "completed", output: [...output], usage },
  };
}
