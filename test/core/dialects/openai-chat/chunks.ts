// Owns chat completion chunks made for tests. Knows no dialect code.

import type { JsonValue } from "../../../../core/contracts/dialect.ts";

export const done = "data: [DONE]\n\n";

export function chunk(members: { [name: string]: JsonValue }): string {
  const value = {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1700000000,
    model: "m-1",
    ...members,
  };
  return `data: ${JSON.stringify(value)}\n\n`;
}

export function delta(said: { [name: string]: JsonValue }, index = 0): string {
  return chunk({ choices: [{ index, delta: said, logprobs: null, finish_reason: null }] });
}

export function end(reason: string, index = 0): string {
  return chunk({ choices: [{ index, delta: {}, finish_reason: reason }] });
}
