// Owns what all requests in OpenAI's format have in common: one JSON object, a model named in it. Knows no
// field but that one.

import type { Call, RequestHead, WrittenCall } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isReadAsJson } from "../../text/media.ts";
import { splice } from "../../text/splice.ts";
import { hasDoubles } from "./doubles.ts";
import type { Fields } from "./fields.ts";

/** Where a request names its model; Azure has it in the path. */
export interface ModelPlace {
  read(value: JsonObject, head: RequestHead, fields: Fields): string | undefined;
  write(call: Call, head: RequestHead, model: string | undefined): WrittenCall;
}

export const modelInBody: ModelPlace = {
  read: ({ model }, _head, fields) =>
    typeof model === "string" && model !== "" ? model : fields.wrong("model", "a non-empty string"),
  write: (call, { path, query }, model) => ({ path: path + query, body: writeBody(call, model) }),
};

const doubleMessage = "A field differs only by its case from one that is read here: write it in lower case.";

/** The body as the one object it has to be. */
export function readRequest(
  body: Buffer,
  { headers }: RequestHead,
): { readonly kind: "request"; readonly value: JsonObject } | Refusal {
  if (isEncoded(headers)) return refuse("body_encoded");
  if (!isReadAsJson(headers)) return refuseMediaType();
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) return refuse("request_malformed", { message: "The body must be a JSON object." });
  if (hasDoubles(value)) return refuse("body_ambiguous", { message: doubleMessage });
  return { kind: "request", value };
}

/** The very bytes that came, but for the edits and another model than the body names. */
export function writeBody({ body, value, edits }: Call, model: string | undefined): Buffer {
  const isRenamed = model !== undefined && isObject(value) && value.model !== model;
  if (edits.size === 0 && !isRenamed) return body;
  return splice(body, isRenamed ? new Map([...edits, ["/model", model]]) : edits);
}
