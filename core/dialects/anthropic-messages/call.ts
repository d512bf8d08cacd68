// Owns reading a messages request into a Call, and writing it back. Knows no policy.

import type { Call, JsonValue, RequestHead, WrittenCall } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isReadAsJson } from "../../text/media.ts";
import { splice } from "../../text/splice.ts";
import { fileIdsOf, stringsIn } from "../kept-ids.ts";
import { Fields } from "../openai-chat/fields.ts";
import { outputBound } from "../output-bound.ts";
import { rawCall } from "../raw.ts";
import { unknownBetas } from "./betas.ts";
import { hasDoubles } from "./doubles.ts";
import { withoutForeign } from "./foreign-thoughts.ts";
import { Said } from "./said.ts";
import { readHosts } from "./tools.ts";

const doubleMessage = "A field differs only by its case from one that is read here: write it in lower case.";

export function readMessagesCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readCall(body, head, "chat");
}

export function readCountCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readCall(body, head, "count");
}

function readCall(body: Buffer, { headers }: RequestHead, operation: "chat" | "count"): Call | Refusal {
  if (isEncoded(headers)) return refuse("body_encoded");
  if (!isReadAsJson(headers)) return refuseMediaType();
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) return refuse("request_malformed", { message: "The body must be a JSON object." });
  const fields = new Fields();
  const { model } = value;
  if (typeof model !== "string" || model === "") fields.wrong("model", "a non-empty string");
  const isStream = fields.flag(value.stream, "stream");
  const asked = readAsked(value, fields);
  if ("code" in asked) return asked;
  return {
    ...rawCall(body),
    ...asked,
    operation,
    model: String(model),
    isStream,
    value,
    hostedTools: [...asked.hostedTools, ...unknownBetas(headers)],
  };
}

export type Asked = Pick<
  Call,
  "texts" | "media" | "hostedTools" | "references" | "outputTokensMax" | "keptIds"
>;

/** What a body asks for, wherever its model and its beta names stand: Bedrock has the same bodies. */
export function readAsked(value: JsonObject, fields: Fields): Asked | Refusal {
  if (hasDoubles(value)) return refuse("body_ambiguous", { message: doubleMessage });
  if (isSaid(value.fallbacks)) fields.deny("fallbacks");
  const said = new Said(fields, value);
  const outputTokensMax = outputBound([fields.count(value.max_tokens, "max_tokens")]);
  return (
    fields.refusal ?? {
      texts: said.texts,
      media: said.media,
      hostedTools: [...said.hostedTools, ...readHosts(value)],
      references: [
        ...said.media.filter(({ source }) => source !== "base64").map(({ pointer }) => pointer),
        ...held(value),
      ],
      outputTokensMax,
      keptIds: [...fileIdsOf(value, said.media), ...idsOf(value.container), ...idsOf(value.thread)],
    }
  );
}

/**
 * The very bytes that came, but for the edits, a model's other name and what models of other vendors thought;
 * below `/v1`, as the vendor has it.
 */
export function writeCall(call: Call, { path, query }: RequestHead, model: string | undefined): WrittenCall {
  return { path: withVersion(path) + query, body: withoutForeign(writeBody(call, model), call) };
}

/** @ai-sdk/anthropic counts the version among the base URL. */
export function withVersion(path: string): string {
  return path.startsWith("/v1/") ? path : `/v1${path}`;
}

function writeBody({ body, model: asked, edits }: Call, model: string | undefined): Buffer {
  const isRenamed = model !== undefined && model !== asked;
  if (edits.size === 0 && !isRenamed) return body;
  return splice(body, isRenamed ? new Map([...edits, ["/model", model]]) : edits);
}

/** Named alone, or by an object that says more of it. */
function idsOf(value: JsonValue | undefined): readonly string[] {
  return stringsIn(isObject(value) ? value.id : value);
}

/** A conversation and a file system the vendor holds, and servers it fetches from. */
function held(value: JsonObject): readonly string[] {
  return ["thread", "container", "mcp_servers"]
    .filter((name) => isSaid(value[name]))
    .map((name) => `/${name}`);
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
