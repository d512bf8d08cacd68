// Owns reading what a client sends to an MCP server: one strict reading, every message of it. Knows no
// policy.

import type { Call, RequestHead } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { RpcMessage } from "../../contracts/rpc.ts";
import { readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isInUtf8, isJson, mediaType } from "../../text/media.ts";
import { rawCall } from "../raw.ts";
import { readMessages } from "./messages.ts";
import { sentTexts } from "./texts.ts";
import { hasBatches } from "./versions.ts";

/** Streams are opened and sessions ended without a body. */
export function readMcpCall(body: Buffer, { method, headers }: RequestHead): Call | Refusal {
  const call = { ...rawCall(body), operation: "mcp" as const };
  if (method !== "POST") return body.length === 0 ? call : malformed("Only a POST has a body.");
  if (isEncoded(headers)) return refuse("body_encoded");
  if (!isJson(mediaType(headers)) || !isInUtf8(headers)) return refuseMediaType();
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (Array.isArray(value) && !hasBatches(headers["mcp-protocol-version"])) {
    return malformed("This version of MCP has no batches: send one message in each request.");
  }
  const messages = readMessages(value);
  if (messages === undefined) return malformed("The body is not a message of JSON-RPC 2.0.");
  if (hasTwins(messages)) return refuse("body_ambiguous", { message: "Two requests have the same id." });
  return { ...call, value, messages, texts: messages.flatMap(sentTexts) };
}

function hasTwins(messages: readonly RpcMessage[]): boolean {
  const asked = messages.filter(({ kind }) => kind === "request");
  return new Set(asked.map(({ id }) => id)).size < asked.length;
}

function malformed(message: string): Refusal {
  return refuse("request_malformed", { message });
}
