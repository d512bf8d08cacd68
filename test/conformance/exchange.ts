// Owns an exchange as the conformance run sees it, and how recorded bytes tell what they are. Reads no file.

import type { AnswerHead, HeaderMap, RequestHead } from "../../core/contracts/dialect.ts";

/** `goldens` are the project's own few, the others lie in ../shared/data. */
export type Source = "recorded" | "fixtures" | "stubs" | "goldens";

export interface Exchange {
  /** File and place in it. */
  readonly name: string;
  readonly source: Source;
  /** By its policy name; undefined: no provider of models. */
  readonly api: string | undefined;
  /** Its path is below the API's base URL. */
  readonly asked: RequestHead;
  /** Undefined where none was kept. */
  readonly request: Buffer | undefined;
  readonly head: AnswerHead;
  readonly body: Buffer;
}

export const eventstream = "application/vnd.amazon.eventstream";

/** The recorders' headers are patchy: how an answer came is known by its bytes. */
export function answerHeadOf(status: number, headers: HeaderMap, body: Buffer): AnswerHead {
  const kept = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const own = Object.fromEntries(kept.filter(([name]) => !/^content-(encoding|length|type)$/.test(name)));
  return { status, headers: { ...own, "content-type": contentTypeOf(body) } };
}

function contentTypeOf(body: Buffer): string {
  if (isEventstream(body)) return eventstream;
  const text = body.toString();
  if (/^(data|event|error|id|retry)?:/.test(text)) return "text/event-stream";
  return /^\{.*\}\r?\n\s*\{/.test(text) ? "application/x-ndjson" : "application/json";
}

/** A message begins with its own length, in which its headers' fits. */
function isEventstream(body: Buffer): boolean {
  if (body.length < 16 || body[0] !== 0) return false;
  return body.readUInt32BE(0) <= body.length && body.readUInt32BE(4) < body.readUInt32BE(0);
}
