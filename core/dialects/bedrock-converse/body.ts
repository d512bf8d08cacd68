// Owns what all of Bedrock's requests have in common: one JSON object, a model in the path. Knows no field.

import type { Call, RequestHead, WrittenCall } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isReadAsJson } from "../../text/media.ts";
import { splice } from "../../text/splice.ts";
import { type RuntimePath, readPath, writePath } from "./path.ts";

export interface RuntimeRequest {
  readonly kind: "request";
  readonly path: RuntimePath;
  readonly value: JsonObject;
}

export function readRequest(body: Buffer, head: RequestHead): RuntimeRequest | Refusal {
  if (isEncoded(head.headers)) return refuse("body_encoded");
  if (!isReadAsJson(head.headers)) return refuseMediaType();
  const path = readPath(head.path);
  if (path.kind === "refusal") return path;
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) return refuse("request_malformed", { message: "The body must be a JSON object." });
  return { kind: "request", path, value };
}

/** The path in its one encoding, since it is signed, and without a query: this API has none. */
export function writeCall(call: Call, head: RequestHead, model: string | undefined): WrittenCall {
  return { path: pathOf(call, head, model), body: writeBody(call) };
}

export function pathOf({ model: asked }: Call, { path }: RequestHead, model: string | undefined): string {
  return writePath(model ?? asked ?? "", path.slice(path.lastIndexOf("/") + 1));
}

function writeBody({ body, edits }: Call): Buffer {
  return edits.size === 0 ? body : splice(body, edits);
}
