// Owns how a messages request, wherever its body stands, is held to so many output tokens, and its last word.
// Knows no policy.

import type { Call, CallEdit, JsonValue } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { addToParts, addToText } from "../last-word.ts";
import { capField, capThoughts, refuseFew } from "../output-bound.ts";
import { budgetMin } from "./thinking.ts";

/** Thoughts count towards `max_tokens`, and their budget has to be below it. */
export function capOutput({ value }: Call, tokens: number): readonly CallEdit[] | Refusal {
  const asked = isObject(value) ? value : {};
  const thoughts = capBudget(asked.thinking, { pointer: "/thinking/budget_tokens", tokens });
  return "code" in thoughts ? thoughts : [...capField("/max_tokens", asked.max_tokens, tokens), ...thoughts];
}

interface BudgetPlace {
  readonly pointer: string;
  /** What the thoughts have to stay below. */
  readonly tokens: number;
}

/** `thinking`: in Anthropic's words, at Anthropic or on Bedrock. */
export function capBudget(
  thinking: JsonValue | undefined,
  { pointer, tokens }: BudgetPlace,
): readonly CallEdit[] | Refusal {
  const fits = capThoughts(isObject(thinking) ? thinking.budget_tokens : undefined, tokens);
  if (fits === undefined) return [];
  if (tokens <= budgetMin) return refuseFew(pointer.slice(1).replaceAll("/", "."), budgetMin);
  return [[pointer, Math.max(fits, budgetMin)]];
}

export function hint(call: Call, text: string): readonly CallEdit[] {
  const system = isObject(call.value) ? call.value.system : undefined;
  if (Array.isArray(system)) return addToParts("/system", system, { type: "text", text });
  return addToText(call, "/system", text);
}
