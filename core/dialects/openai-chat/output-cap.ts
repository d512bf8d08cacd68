// Owns how a chat completions request is held to so many output tokens. Knows no policy.

import type { Call, CallEdit, JsonValue } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { capField, capThoughts, refuseFew } from "../output-bound.ts";
import { isOwnModel } from "./own-models.ts";

type LengthField = "max_completion_tokens" | "max_tokens";

/**
 * Where the client names neither. OpenAI's reasoning models refuse `max_tokens`, and all its models take the
 * other. Servers of other models all know `max_tokens`; some pass the other over in silence (Ollama), some
 * refuse it (Mistral). Both at once are refused by OpenAI.
 */
export function lengthField(model: string | undefined): LengthField {
  return isOwnModel(model ?? "") ? "max_completion_tokens" : "max_tokens";
}

/** Older versions of Azure's API know `max_tokens` only, as do the models of their time. */
const azureOldModel = /gpt-?(3|4)/i;

/** A deployment's name may tell its model, or not: then it is more likely to be one of today's. */
export function azureLengthField(deployment: string | undefined): LengthField {
  return azureOldModel.test(deployment ?? "") ? "max_tokens" : "max_completion_tokens";
}

/** How many tokens of thought imitators of OpenAI are asked for, OpenRouter's way or Anthropic's. */
const thoughtPlaces = [
  ["reasoning", "max_tokens"],
  ["thinking", "budget_tokens"],
] as const;

export function capWith(fieldFor: (model: string | undefined) => LengthField) {
  return ({ value }: Call, tokens: number, model: string | undefined): readonly CallEdit[] | Refusal => {
    const asked = isObject(value) ? value : {};
    const choices = typeof asked.n === "number" ? asked.n : 1;
    const each = Math.floor(tokens / choices);
    if (each < 1) return refuseFew("n", choices);
    const used = (["max_completion_tokens", "max_tokens"] as const).filter((name) => isSaid(asked[name]));
    const names = used.length === 0 ? [fieldFor(model)] : used;
    const thoughts = thoughtPlaces.flatMap(([outer, name]): CallEdit[] => {
      const node = asked[outer];
      const fits = capThoughts(isObject(node) ? node[name] : undefined, each);
      return fits === undefined ? [] : [[`/${outer}/${name}`, fits]];
    });
    return [...names.flatMap((name) => capField(`/${name}`, asked[name], each)), ...thoughts];
  };
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
