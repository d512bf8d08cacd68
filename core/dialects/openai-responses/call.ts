// Owns reading a Responses request into a Call, and writing it back. Knows no policy.

import type { Call, RequestHead } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { Fields } from "../openai-chat/fields.ts";
import { modelInBody, readRequest } from "../openai-chat/request.ts";
import { readVendorSwitches } from "../openai-chat/vendors.ts";
import { outputBound } from "../output-bound.ts";
import { rawCall } from "../raw.ts";
import { hasDoubles } from "./doubles.ts";
import { readKeptIds } from "./kept-ids.ts";
import { Said } from "./said.ts";
import { readHostedTools } from "./tools.ts";

const doubleMessage = "A field differs only by its case from one that is read here: write it in lower case.";

/** Below the collection: an answer that was made before, and what is done with it. */
const storedPath = /\/responses\/([A-Za-z0-9_-]{1,256})(\/cancel|\/input_items)?$/;

/** Asks for a new answer, which the vendor keeps unless it is told not to. */
export function readResponsesCall(body: Buffer, head: RequestHead): Call | Refusal {
  const call = readAsked(body, head);
  if (call.kind === "refusal" || !isObject(call.value)) return call;
  const { background, store } = call.value;
  return { ...call, isKept: background === true || store !== false };
}

/** A model works on it, but what it writes is for its own kind to read. */
export function readCompactCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readAsked(body, head);
}

export function readCountCall(body: Buffer, head: RequestHead): Call | Refusal {
  const call = readAsked(body, head);
  return call.kind === "refusal" ? call : { ...call, operation: "count" };
}

/** Whatever is done with an answer made before: its id stands in the path. */
export function readStoredCall(body: Buffer, { path, query }: RequestHead): Call | Refusal {
  const answerId = storedPath.exec(path)?.[1];
  if (answerId === undefined) return refuse("request_malformed", { message: "No response has such an id." });
  if (body.length > 0) return refuse("request_malformed", { message: "A stored response takes no body." });
  const isStream = new URLSearchParams(query).get("stream") === "true";
  return { ...rawCall(body), operation: "stored", isStream, answerId };
}

function readAsked(body: Buffer, head: RequestHead): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value } = request;
  if (hasDoubles(value)) return refuse("body_ambiguous", { message: doubleMessage });
  const fields = new Fields();
  const { texts, media, kept } = new Said(fields, value);
  fields.flag(value.background, "background");
  fields.flag(value.store, "store");
  const call: Call = {
    kind: "call",
    operation: "chat",
    model: modelInBody.read(value, head, fields),
    isStream: fields.flag(value.stream, "stream"),
    body,
    value,
    texts,
    media,
    hostedTools: [...readVendorSwitches(value, fields), ...readHostedTools(value, fields)],
    references: [...media.filter(({ source }) => source !== "base64").map(({ pointer }) => pointer), ...kept],
    outputTokensMax: outputBound([fields.count(value.max_output_tokens, "max_output_tokens")]),
    keptIds: readKeptIds(value),
    edits: new Map(),
  };
  return fields.refusal ?? call;
}
