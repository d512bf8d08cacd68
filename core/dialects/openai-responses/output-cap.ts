// Owns how a Responses request is held to so many output tokens, and its last word. Knows no policy.

import type { Call, CallEdit } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { addToText } from "../last-word.ts";
import { capField, refuseFew } from "../output-bound.ts";

/** OpenAI's own bound. */
const tokensMin = 16;

export function capOutput({ value }: Call, tokens: number): readonly CallEdit[] | Refusal {
  if (tokens < tokensMin) return refuseFew("max_output_tokens", tokensMin);
  return capField("/max_output_tokens", isObject(value) ? value.max_output_tokens : undefined, tokens);
}

/** Instructions in the input stay where they are: these are heard with them. */
export function hint(call: Call, text: string): readonly CallEdit[] {
  return addToText(call, "/instructions", text);
}
