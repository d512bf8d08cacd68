// Owns reading a Gemini request into a Call, and writing it back. Knows no policy.

import type { Call, JsonValue, Operation, RequestHead, WrittenCall } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { asText, isObject, type JsonObject, readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isReadAsJson } from "../../text/media.ts";
import { splice } from "../../text/splice.ts";
import { outputBound } from "../output-bound.ts";
import { checkQuery, cleanQuery, readPath, renamePath } from "./address.ts";
import { Fields, find, type Place } from "./fields.ts";
import { Said } from "./said.ts";
import { hasBothSpellings } from "./spellings.ts";

/** What multiplies a budget has to have a bound; Google's own is 8. */
const candidatesMax = 128;

/** Reads what is asked below the root: texts and all. */
type ReadRoot = (root: Place, said: Said, fields: Fields) => Partial<Pick<Call, "outputTokensMax">>;

/** generateContent and streamGenerateContent. */
export function readChatCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readCallWith(body, head, {
    operation: "chat",
    read: (root, said, fields) => {
      said.request(root);
      return { outputTokensMax: readOutputTokensMax(root, fields) };
    },
  });
}

/** countTokens takes contents, or a whole generateContent request. */
export function readCountCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readCallWith(body, head, {
    operation: "count",
    read: (root, said, fields) => {
      said.request(root);
      const inner = fields.place(root, "generateContentRequest");
      if (inner !== undefined) said.request(inner);
      return {};
    },
  });
}

export interface Reading {
  readonly operation: Operation;
  readonly read: ReadRoot;
}

export function readCallWith(body: Buffer, head: RequestHead, { operation, read }: Reading): Call | Refusal {
  const value = readRequest(body, head);
  if (value.kind === "refusal") return value;
  const address = readPath(head.path);
  if (address === undefined) return refuse("request_malformed", { message: "The path names no model." });
  const root: Place = { node: value.object, pointer: "" };
  const fields = new Fields();
  const said = new Said(fields);
  const { outputTokensMax } = read(root, said, fields);
  for (const { value: model } of modelsIn(root.node)) {
    if (!isSameModel(model, address.model)) return refuse("body_ambiguous", { message: otherModel });
  }
  const call: Call = {
    kind: "call",
    operation,
    model: address.model,
    isStream: address.method === "streamGenerateContent",
    body,
    value: value.object,
    texts: said.texts,
    media: said.media,
    hostedTools: said.hostedTools,
    references: said.references,
    keptIds: said.keptIds,
    outputTokensMax,
    edits: new Map(),
  };
  return fields.refusal ?? call;
}

const otherModel = "The body names another model than the path.";
const bothSpellings = "A field stands there in both of its spellings, `likeThis` and `like_this`: use one.";

function readRequest(
  body: Buffer,
  head: RequestHead,
): { readonly kind: "read"; readonly object: JsonObject } | Refusal {
  if (isEncoded(head.headers)) return refuse("body_encoded");
  if (!isReadAsJson(head.headers)) return refuseMediaType();
  const query = checkQuery(head);
  if (query !== undefined) return query;
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) return refuse("request_malformed", { message: "The body must be a JSON object." });
  if (hasBothSpellings(value)) return refuse("body_ambiguous", { message: bothSpellings });
  return { kind: "read", object: value };
}

/** The very bytes that came, but for the edits and a model's other name; without the client's credential. */
export function writeCall(call: Call, head: RequestHead, model: string | undefined): WrittenCall {
  const { body, value, edits, model: asked } = call;
  const query = cleanQuery(head.query);
  const renamed = model === asked ? undefined : model;
  const path = (renamed === undefined ? head.path : renamePath(head.path, renamed)) + query;
  const renames =
    renamed === undefined || !isObject(value)
      ? []
      : modelsIn(value).map(({ pointer, value: said }): [string, JsonValue] => [
          pointer,
          (projectIn.exec(asText(said))?.[0] ?? "") + nameInBody(renamed),
        ]);
  if (edits.size === 0 && renames.length === 0) return { path, body };
  return { path, body: splice(body, new Map([...edits, ...renames])) };
}

/** Where a body repeats the model of the path. */
function modelsIn(value: JsonObject): readonly { readonly value: JsonValue; readonly pointer: string }[] {
  const root: Place = { node: value, pointer: "" };
  const inner = ["generateContentRequest", "requests"].flatMap((name) => {
    const found = find(root, name);
    if (found === undefined) return [];
    const { value, pointer } = found;
    if (!Array.isArray(value)) return [{ node: value, pointer }];
    return value.map((node, at) => ({ node, pointer: `${pointer}/${at}` }));
  });
  return [root, ...inner].flatMap(({ node, pointer }) => {
    const found = isObject(node) ? find({ node, pointer }, "model") : undefined;
    return found === undefined || found.value === "" ? [] : [found];
  });
}

const projectIn = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\//;

/** `gemini-2.5-pro`, `models/gemini-2.5-pro`, or the resource's whole name in Vertex AI. */
function isSameModel(said: JsonValue, model: string): boolean {
  return said === model || asText(said).replace(projectIn, "") === nameInBody(model);
}

function nameInBody(model: string): string {
  return model.startsWith("tunedModels/") ? model : `models/${model}`;
}

function readOutputTokensMax(root: Place, fields: Fields): number | undefined {
  const config = fields.place(root, "generationConfig");
  if (config === undefined) return undefined;
  const candidates = fields.count(config, "candidateCount") ?? 1;
  if (candidates < 1 || candidates > candidatesMax) {
    fields.wrong(`${config.pointer}/candidateCount`, `a whole number from 1 to ${candidatesMax}`);
  }
  return outputBound([fields.count(config, "maxOutputTokens")], candidates);
}
