// Owns reading a legacy completions request into a Call. Must not know how the answer looks.

import type { Call, CallMedia, CallText, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import type { JsonObject } from "../../text/json.ts";
import { Fields } from "../openai-chat/fields.ts";
import { type ModelPlace, readRequest } from "../openai-chat/request.ts";
import { readVendorSwitches } from "../openai-chat/vendors.ts";
import { outputBound } from "../output-bound.ts";

/** OpenAI's own bound on both; what multiplies a budget has to have one. */
const choicesMax = 128;

export function readCompletionsCall(body: Buffer, head: RequestHead, place: ModelPlace): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value } = request;
  const fields = new Fields();
  fields.object(value.stream_options, "stream_options");
  const prompts = readTexts(value.prompt, "prompt", fields);
  const suffix = fields.text(value.suffix, "suffix") ?? "";
  const call: Call = {
    kind: "call",
    operation: "completion",
    model: place.read(value, head, fields),
    isStream: fields.flag(value.stream, "stream"),
    body,
    value,
    texts: suffix === "" ? prompts.texts : [...prompts.texts, textAt("/suffix", suffix)],
    media: prompts.media,
    hostedTools: readVendorSwitches(value, fields),
    references: [],
    outputTokensMax: readOutputTokensMax(value, prompts.count, fields),
    edits: new Map(),
  };
  return fields.refusal ?? call;
}

function readOutputTokensMax(value: JsonObject, prompts: number, fields: Fields): number | undefined {
  const choices = countChoices(value, prompts, fields);
  return outputBound([fields.count(value.max_tokens, "max_tokens")], choices);
}

/** `best_of` answers are made, `n` of them shown, for each prompt; the larger one counts. */
export function countChoices(value: JsonObject, prompts: number, fields: Fields): number {
  const choices = ["n", "best_of"].map((name) => {
    const count = fields.count(value[name], name) ?? 1;
    if (count < 1 || count > choicesMax) fields.wrong(name, `a whole number from 1 to ${choicesMax}`);
    return count;
  });
  return Math.max(...choices) * prompts;
}

export interface GivenTexts {
  readonly texts: readonly CallText[];
  /** Token ids: nobody here reads them as text. */
  readonly media: readonly CallMedia[];
  /** How many texts were given, in words or tokens. */
  readonly count: number;
}

/** One text, a list of them, one as token ids, or a list of such lists. */
export function readTexts(given: JsonValue | undefined, name: string, fields: Fields): GivenTexts {
  const pointer = `/${name}`;
  if (given === undefined || given === null) return { texts: [], media: [], count: 1 };
  if (typeof given === "string") return { texts: [textAt(pointer, given)], media: [], count: 1 };
  if (Array.isArray(given)) {
    if (given.every((element) => typeof element === "string")) {
      const texts = given.map((text, at) => textAt(`${pointer}/${at}`, text));
      return { texts, media: [], count: texts.length };
    }
    if (isTokens(given)) return { texts: [], media: [tokensAt(pointer)], count: 1 };
    if (given.every(isTokens)) {
      return { texts: [], media: given.map((_, at) => tokensAt(`${pointer}/${at}`)), count: given.length };
    }
  }
  fields.wrong(name, "a string, a list of strings, or lists of tokens");
  return { texts: [], media: [], count: 1 };
}

function isTokens(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === "number");
}

function tokensAt(pointer: string): CallMedia {
  return { pointer, type: "file", source: "base64" };
}

function textAt(pointer: string, text: string): CallText {
  return { pointer, role: "user", kind: "text", text };
}
