// Owns how a generateContent request is held to so many output tokens, and its last word. Knows no policy.

import type { Call, CallEdit } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { addToParts, addToText } from "../last-word.ts";
import { capField, capThoughts, refuseFew } from "../output-bound.ts";
import { Fields, type Place } from "./fields.ts";
import { spellingIn } from "./spellings.ts";

/** The least that all of Google's models take which think by a budget. */
const thoughtsMin = 512;

/** Each candidate may be as long as `maxOutputTokens`, thoughts included. */
export function capOutput({ value }: Call, tokens: number): readonly CallEdit[] | Refusal {
  const fields = new Fields();
  const config = below({ node: isObject(value) ? value : {}, pointer: "" }, "generationConfig", fields);
  const candidates = fields.count(config, "candidateCount") ?? 1;
  const each = Math.floor(tokens / candidates);
  if (each < 1) return refuseFew(nameOf(config, "candidateCount"), candidates);
  const asked = fields.count(config, "maxOutputTokens");
  return [...capField(pointerTo(config, "maxOutputTokens"), asked, each), ...capThinking(config, each)];
}

/** Less thought leaves room for an answer. Google takes a budget above the cap, so it need not be refused. */
function capThinking(config: Place, tokens: number): readonly CallEdit[] {
  const fields = new Fields();
  const thinking = below(config, "thinkingConfig", fields);
  const asked = fields.count(thinking, "thinkingBudget") ?? 0;
  const fits = Math.max(capThoughts(asked, tokens) ?? asked, thoughtsMin);
  return asked > fits ? [[pointerTo(thinking, "thinkingBudget"), fits]] : [];
}

export function hint(call: Call, text: string): readonly CallEdit[] {
  const fields = new Fields();
  const root: Place = { node: isObject(call.value) ? call.value : {}, pointer: "" };
  const instruction = below(root, "systemInstruction", fields);
  const pointer = pointerTo(instruction, "parts");
  const parts = instruction.node.parts ?? [];
  if (!Array.isArray(parts)) return addToText(call, `${pointer}/text`, text);
  return parts.length === 0 ? [[pointer, [{ text }]]] : addToParts(pointer, parts, { text });
}

/** An empty one where there is none: an edit below it makes it. */
function below(place: Place, name: string, fields: Fields): Place {
  return fields.place(place, name) ?? { node: {}, pointer: pointerTo(place, name) };
}

function pointerTo({ node, pointer }: Place, name: string): string {
  return `${pointer}/${spellingIn(node, name)}`;
}

function nameOf(place: Place, name: string): string {
  return pointerTo(place, name).slice(1).replaceAll("/", ".");
}
