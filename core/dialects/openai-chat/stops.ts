// Owns OpenAI's words for why a model stopped. Knows no answer.

import type { StopReason } from "../../contracts/frame.ts";

/** OpenAI's words and those of its imitators. */
const stops: ReadonlyMap<string, StopReason> = new Map([
  ["stop", "stop"],
  ["eos", "stop"],
  ["length", "length"],
  ["model_length", "length"],
  ["tool_calls", "tool_calls"],
  ["function_call", "tool_calls"],
  ["content_filter", "content_filter"],
]);

export function stopOf(reason: string): StopReason {
  return stops.get(reason) ?? "other";
}
