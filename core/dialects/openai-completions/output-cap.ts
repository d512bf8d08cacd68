// Owns how a legacy completions request is held to so many output tokens. Knows no policy.

import type { Call, CallEdit } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { Fields } from "../openai-chat/fields.ts";
import { isOwnModel } from "../openai-chat/own-models.ts";
import { capField, refuseFew } from "../output-bound.ts";
import { countChoices, readTexts } from "./call.ts";

/** OpenAI's own, where nobody says how long an answer may be; other servers have other ones, or none. */
const tokensDefault = 16;

export function capOutput(
  { value }: Call,
  tokens: number,
  model: string | undefined,
): readonly CallEdit[] | Refusal {
  const asked = isObject(value) ? value : {};
  const fields = new Fields();
  const choices = countChoices(asked, readTexts(asked.prompt, "prompt", fields).count, fields);
  const each = Math.floor(tokens / choices);
  if (each < 1) return refuseFew("n", choices);
  const isShort = isOwnModel(model ?? "") && (asked.max_tokens === undefined || asked.max_tokens === null);
  return capField("/max_tokens", asked.max_tokens, isShort ? Math.min(each, tokensDefault) : each);
}
