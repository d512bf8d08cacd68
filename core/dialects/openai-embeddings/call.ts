// Owns reading an embeddings request into a Call. Must not know how the answer looks.

import type { Call, CallMedia, CallText, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import { Fields } from "../openai-chat/fields.ts";
import { type ModelPlace, readRequest } from "../openai-chat/request.ts";
import { readVendorSwitches } from "../openai-chat/vendors.ts";
import { readTexts } from "../openai-completions/call.ts";

export function readEmbeddingsCall(body: Buffer, head: RequestHead, place: ModelPlace): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value } = request;
  const fields = new Fields();
  const input = readInput(value.input, fields);
  const call: Call = {
    kind: "call",
    operation: "embeddings",
    model: place.read(value, head, fields),
    isStream: false,
    body,
    value,
    texts: input.texts,
    media: input.media,
    hostedTools: readVendorSwitches(value, fields),
    references: input.media.filter(({ source }) => source === "url").map(({ pointer }) => pointer),
    outputTokensMax: 0,
    edits: new Map(),
  };
  return fields.refusal ?? call;
}

/** Beside texts and tokens some take objects, which hold texts and images (Voyage, OpenRouter, Jina). */
function readInput(
  input: JsonValue | undefined,
  fields: Fields,
): { readonly texts: readonly CallText[]; readonly media: readonly CallMedia[] } {
  if (input === undefined || input === null) {
    fields.wrong("input", "a string or a list");
    return { texts: [], media: [] };
  }
  if (!Array.isArray(input) || !input.some(isObject)) return readTexts(input, "input", fields);
  return readMixed(input, "/input");
}

/** Every string at a place and below: a text, or an image by its address or as it is. */
export function readMixed(
  input: JsonValue,
  place: string,
): { readonly texts: readonly CallText[]; readonly media: readonly CallMedia[] } {
  const texts: CallText[] = [];
  const media: CallMedia[] = [];
  for (const { pointer, text } of textsBelow(input, place)) {
    const source = /^https?:/i.test(text) ? "url" : text.startsWith("data:") ? "base64" : undefined;
    if (source === undefined) texts.push({ pointer, role: "user", kind: "text", text });
    else media.push({ pointer, type: "image", source });
  }
  return { texts, media };
}
