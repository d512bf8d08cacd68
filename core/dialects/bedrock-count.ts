// Owns Bedrock's CountTokens as a dialect: a Converse or InvokeModel request inside another. Must not know
// targets or policies.

import type { Call, Dialect, JsonValue, RequestHead, WrittenCall } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import type { Dropped } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseAnswer, refuseBody } from "../text/json.ts";
import { splice } from "../text/splice.ts";
import { answerReader } from "./bedrock-converse/answer.ts";
import { pathOf, readRequest } from "./bedrock-converse/body.ts";
import { type Asked, readAsked } from "./bedrock-converse/call.ts";
import { refuseAsException } from "./bedrock-converse/errors.ts";
import { withoutForeign } from "./bedrock-converse/foreign-thoughts.ts";
import { wholeWriter } from "./bedrock-converse/writer.ts";
import { readBody } from "./bedrock-invoke/bodies.ts";
import { readBase64 } from "./bedrock-invoke/chunk.ts";
import { InvokePayloads } from "./bedrock-invoke/stream.ts";
import { rawCall } from "./raw.ts";

const conversePlace = "/input/converse";
const bodyPlace = "/input/invokeModel/body";
const format = { payloads: () => new InvokePayloads(), readWhole };

/** What is counted costs nothing, so its figure is no usage. */
export const bedrockCount: Dialect = {
  name: "bedrock-count-tokens",
  readCall,
  writeCall,
  reader: (head, bounds) => answerReader(head, bounds, format),
  writer: () => wholeWriter,
  refuse: refuseAsException,
};

function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value, path } = request;
  const asked = readInput(value);
  if ("code" in asked) return asked;
  return { ...rawCall(body), ...asked, operation: "count", model: path.model, value };
}

function readInput(value: JsonObject): Asked | Refusal {
  const { input } = value;
  if (isObject(input) && isObject(input.converse)) return readAsked(input.converse, conversePlace);
  const inner = innerOf(value);
  if (inner !== undefined) return readInner(inner);
  const message = "`input` must hold a `converse`, or an `invokeModel` with its `body` in base64.";
  return refuse("request_malformed", { message });
}

function innerOf(value: JsonValue | undefined): Buffer | undefined {
  const input = isObject(value) ? value.input : undefined;
  const invoked = isObject(input) ? input.invokeModel : undefined;
  const body = isObject(invoked) ? invoked.body : undefined;
  return typeof body === "string" ? readBase64(body) : undefined;
}

/** Its places lie below the string that holds it. */
function readInner(body: Buffer): Asked | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  if (!isObject(reading.value)) return refuse("body_malformed");
  const asked = readBody(reading.value);
  if ("code" in asked) return asked;
  const { texts, media, hostedTools, references, outputTokensMax } = asked;
  return {
    texts: texts.map((text) => ({ ...text, pointer: bodyPlace + text.pointer })),
    media: media.map((medium) => ({ ...medium, pointer: bodyPlace + medium.pointer })),
    hostedTools,
    references: references.map((pointer) => bodyPlace + pointer),
    outputTokensMax,
  };
}

function writeCall(call: Call, head: RequestHead, model: string | undefined): WrittenCall {
  const body = writeBody(call);
  const counted = isConverse(call.value) ? withoutForeign(body, call, conversePlace) : body;
  return { path: pathOf(call, head, model), body: counted };
}

function writeBody({ body, value, edits }: Call): Buffer {
  if (edits.size === 0) return body;
  const inner: [string, JsonValue | Dropped][] = [];
  const outer: [string, JsonValue | Dropped][] = [];
  for (const [pointer, text] of edits) {
    if (pointer.startsWith(`${bodyPlace}/`)) inner.push([pointer.slice(bodyPlace.length), text]);
    else outer.push([pointer, text]);
  }
  const held = inner.length === 0 ? undefined : innerOf(value);
  if (held !== undefined) outer.push([bodyPlace, splice(held, new Map(inner)).toString("base64")]);
  return splice(body, new Map(outer));
}

function isConverse(value: JsonValue | undefined): boolean {
  return isObject(value) && isObject(value.input) && isObject(value.input.converse);
}

function readWhole(body: Buffer): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  if (!isObject(reading.value)) return refuse("upstream_malformed");
  return [{ kind: "frame", bytes: body, deltas: [] }];
}
