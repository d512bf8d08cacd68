// Owns reading a chat completions request into a Call. Knows no policy.

import type { Call, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { compilePointer, valueAt } from "../../text/pointer.ts";
import { fileIdsOf, stringsIn } from "../kept-ids.ts";
import { outputBound } from "../output-bound.ts";
import { Fields } from "./fields.ts";
import { type ModelPlace, readRequest } from "./request.ts";
import { Said } from "./said.ts";
import { readVendorSwitches } from "./vendors.ts";

/** OpenAI's own bound; what multiplies a budget has to have one. */
const choicesMax = 128;

export function readChatCall(body: Buffer, head: RequestHead, place: ModelPlace): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value } = request;
  const fields = new Fields();
  fields.object(value.stream_options, "stream_options");
  const { texts, media, kept } = new Said(fields, value);
  const call: Call = {
    kind: "call",
    operation: "chat",
    model: place.read(value, head, fields),
    isStream: fields.flag(value.stream, "stream"),
    body,
    value,
    texts,
    media,
    hostedTools: [...readVendorSwitches(value, fields), ...readHostedTools(value, fields)],
    references: [...media.filter(({ source }) => source !== "base64").map(({ pointer }) => pointer), ...kept],
    outputTokensMax: readOutputTokensMax(value, fields),
    keptIds: [...fileIdsOf(value, media), ...kept.flatMap((pointer) => idAt(value, pointer))],
    edits: new Map(),
  };
  return fields.refusal ?? call;
}

/** Of sound that was answered before. */
function idAt(value: JsonValue, pointer: string): readonly string[] {
  return stringsIn(valueAt(value, compilePointer(`${pointer}/id`) ?? []));
}

/** Providers differ on which of the two they heed, so the larger one counts, for each choice. */
function readOutputTokensMax(value: JsonObject, fields: Fields): number | undefined {
  const choices = fields.count(value.n, "n") ?? 1;
  if (choices < 1 || choices > choicesMax) fields.wrong("n", `a whole number from 1 to ${choicesMax}`);
  const now = fields.count(value.max_completion_tokens, "max_completion_tokens");
  const old = fields.count(value.max_tokens, "max_tokens");
  return outputBound([now, old], choices);
}

/** Some clients leave the type of a function out. */
function readHostedTools(value: JsonObject, fields: Fields): readonly string[] {
  const hosted: string[] = [];
  for (const [at, tool] of fields.objects(value.tools, "tools").entries()) {
    const type = tool.type ?? (isObject(tool.function) ? "function" : undefined);
    if (typeof type !== "string") fields.wrong(`tools.${at}.type`, "a string");
    else if (type !== "function" && type !== "custom") hosted.push(type);
  }
  return hosted;
}
