// Owns the fields that bound a Converse request's output, how it is held to less, and its last word. Knows no
// policy.

import type { Call, CallEdit, JsonValue } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { capBudget } from "../anthropic-messages/output-cap.ts";
import { addToParts } from "../last-word.ts";
import { capField } from "../output-bound.ts";

/** By the names of the models on Bedrock. */
const names = [
  "maxTokens",
  "max_tokens",
  "max_new_tokens",
  "max_completion_tokens",
  "max_tokens_to_sample",
  "max_gen_len",
  "maxTokenCount",
];

const places = [
  ["inferenceConfig"],
  ["additionalModelRequestFields"],
  ["additionalModelRequestFields", "inferenceConfig"],
  ["additionalModelRequestFields", "textGenerationConfig"],
];

export interface LengthField {
  /** Names on the way. */
  readonly path: readonly string[];
  readonly value: JsonValue;
}

/** Wherever the request says something of its output's length. */
export function lengthFields(value: JsonObject): readonly LengthField[] {
  return places.flatMap((place) => {
    const node = objectAt(value, place);
    return names.flatMap((name) => {
      const said = node[name];
      return said === undefined || said === null ? [] : [{ path: [...place, name], value: said }];
    });
  });
}

export function capOutput({ value }: Call, tokens: number): readonly CallEdit[] | Refusal {
  const asked = isObject(value) ? value : {};
  if (asked.messages === undefined) return refuse("budget_exceeded", { message: stored });
  const fields = lengthFields(asked);
  const caps =
    fields.length === 0
      ? capField("/inferenceConfig/maxTokens", undefined, tokens)
      : fields.flatMap(({ path, value: said }) => capField(`/${path.join("/")}`, said, tokens));
  const thoughts = capThinking(asked, tokens);
  return "code" in thoughts ? thoughts : [...caps, ...thoughts];
}

const stored =
  "A budget is limited, and the length of a stored prompt's answer cannot be: send the messages themselves.";

/** Anthropic's models think by a budget, which the first and the second of these set. */
function capThinking(value: JsonObject, tokens: number): readonly CallEdit[] | Refusal {
  const more = objectAt(value, ["additionalModelRequestFields"]);
  const name = more.thinking === undefined ? "reasoning_config" : "thinking";
  const pointer = `/additionalModelRequestFields/${name}/budget_tokens`;
  return capBudget(more[name], { pointer, tokens });
}

/** A stored prompt has its own. */
export function hint({ value }: Call, text: string): readonly CallEdit[] {
  if (!isObject(value) || value.messages === undefined) return [];
  const { system } = value;
  return Array.isArray(system) && system.length > 0
    ? addToParts("/system", system, { text })
    : [["/system", [{ text }]]];
}

function objectAt(value: JsonObject, path: readonly string[]): JsonObject {
  return path.reduce<JsonObject>((node, name) => {
    const below = node[name];
    return isObject(below) ? below : {};
  }, value);
}
