// Owns how a request of Ollama's own API is held to so many output tokens, and its last word. Knows no
// policy.

import type { Call, CallEdit } from "../../contracts/dialect.ts";
import { isObject } from "../../text/json.ts";
import { addToText } from "../last-word.ts";
import { capField } from "../output-bound.ts";

export function capOutput({ value }: Call, tokens: number): readonly CallEdit[] {
  const options = isObject(value) ? value.options : undefined;
  return capField("/options/num_predict", isObject(options) ? options.num_predict : undefined, tokens);
}

/** A raw prompt has no place for it: Ollama refuses `system` beside one. */
export function hintGenerate(call: Call, text: string): readonly CallEdit[] {
  const isRaw = isObject(call.value) && call.value.raw === true;
  return isRaw ? [] : addToText(call, "/system", text);
}
