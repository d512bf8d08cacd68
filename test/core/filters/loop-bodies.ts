// Owns requests of an agent that makes the same call over and over, in several vendors' words.

import type { Dialect } from "../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";

/** With the question, and so many calls with this result. */
export const apis: readonly [string, Dialect, (n: number, result?: string) => unknown][] = [
  ["openai-chat", openAiChat, chatBody],
  ["anthropic-messages", anthropicMessages, messagesBody],
  ["openai-responses", openAiResponses, responsesBody],
  ["gemini", gemini, geminiBody],
];

export const question = "Find it.";
const args = { q: "sluice" };
const times = <T>(n: number, make: (index: number) => readonly T[]): readonly T[] =>
  Array.from({ length: n }, (_, index) => make(index)).flat();

export function chatBody(n: number, result = "none"): unknown {
  const turns = times(n, (index) => [
    {
      role: "assistant",
      tool_calls: [
        { id: `c${index}`, type: "function", function: { name: "search", arguments: JSON.stringify(args) } },
      ],
    },
    { role: "tool", tool_call_id: `c${index}`, content: result },
  ]);
  return { model: "m", messages: [{ role: "user", content: question }, ...turns] };
}

function messagesBody(n: number, result = "none"): unknown {
  const turns = times(n, (index) => [
    { role: "assistant", content: [{ type: "tool_use", id: `c${index}`, name: "search", input: args }] },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: `c${index}`, content: result },
        { type: "text", text: "A reminder of the agent's own." },
      ],
    },
  ]);
  return { model: "m", max_tokens: 10, messages: [{ role: "user", content: question }, ...turns] };
}

function responsesBody(n: number, result = "none"): unknown {
  const turns = times(n, (index) => [
    { type: "function_call", call_id: `c${index}`, name: "search", arguments: JSON.stringify(args) },
    { type: "function_call_output", call_id: `c${index}`, output: result },
  ]);
  return { model: "m", input: [{ role: "user", content: question }, ...turns] };
}

function geminiBody(n: number, result = "none"): unknown {
  const turns = times(n, () => [
    { role: "model", parts: [{ functionCall: { name: "search", args } }] },
    { role: "user", parts: [{ functionResponse: { name: "search", response: { result } } }] },
  ]);
  return { contents: [{ role: "user", parts: [{ text: question }] }, ...turns] };
}
