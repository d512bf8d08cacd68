// Owns Bedrock's recorded exchanges for tests, and their JSON by its own reading. Knows no dialect.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnswerHead, HeaderMap, JsonValue, RequestHead } from "../../../../core/contracts/dialect.ts";
import { readRows, sharedPath } from "../../../shared-data.ts";
import { answerHead } from "../answers.ts";

export type Node = { [name: string]: JsonValue };

export interface Recorded {
  readonly name: string;
  /** Undefined where the recorder kept no JSON. */
  readonly request: JsonValue | undefined;
  readonly requestHead: RequestHead;
  readonly head: AnswerHead;
  readonly body: Buffer;
}

interface Row {
  readonly id: string;
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: {
    readonly status: number;
    readonly headers: HeaderMap;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
}

export const eventstream = "application/vnd.amazon.eventstream";

export function requestHead(url: string): RequestHead {
  const path = url.slice(url.indexOf("/model/"));
  return { method: "POST", path, query: "", headers: { "content-type": "application/json" } };
}

const folder = fileURLToPath(new URL("../../../golden/bedrock/", import.meta.url));

const goldens: readonly Recorded[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => toRecorded({ ...JSON.parse(readFileSync(folder + file, "utf8")), id: file }));

/** Those the project carries, and all others where they are at hand. */
export function recordedOf(name: string): Recorded[] {
  const path = sharedPath(`recorded/bedrock-${name}.jsonl.gz`);
  const isWhole = !name.endsWith("-stream");
  const own = goldens.filter((golden) => golden.name.startsWith(`${name}-`) && isStream(golden) !== isWhole);
  return [...own, ...(path === undefined ? [] : readRows<Row>(path).map(toRecorded))];
}

/** The recorder's headers are patchy: a stream is known by its bytes. */
function toRecorded({ id, request, response }: Row): Recorded {
  const { status, headers, body, bodyBase64 } = response;
  const type = bodyBase64 === undefined ? "application/json" : eventstream;
  return {
    name: id,
    request: request.json ?? undefined,
    requestHead: requestHead(request.url),
    head: answerHead(type, status, { ...headers, "content-type": type }),
    body: bodyBase64 === undefined ? Buffer.from(body ?? "") : Buffer.from(bodyBase64, "base64"),
  };
}

export function isStream({ head }: Recorded): boolean {
  return head.headers["content-type"] === eventstream;
}

/** A message's payload, found without its checksums; InvokeModel's is wrapped once more. */
export function payloadOf(message: Buffer): Node {
  const start = 12 + message.readUInt32BE(4);
  const payload = JSON.parse(message.toString("utf8", start, message.readUInt32BE(0) - 4));
  return payload.bytes === undefined ? payload : JSON.parse(Buffer.from(payload.bytes, "base64").toString());
}

/** The event's name is what stands before its content type. */
export function eventNameOf(message: Buffer): string {
  return /:(?:event|exception)-type.{3}(\w+)/s.exec(message.toString("latin1"))?.[1] ?? "";
}

/** Messages of a stream by their lengths alone. */
export function messagesOf(body: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < body.length; at += body.readUInt32BE(at)) {
    messages.push(body.subarray(at, at + body.readUInt32BE(at)));
  }
  return messages;
}
