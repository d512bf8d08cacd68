// Owns Google's error object (google.rpc.Status) and its words. Must not know why something was refused.

import type { AnswerHead, JsonValue } from "../../contracts/dialect.ts";
import { type Refusal, refusalHeaders } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/** google.rpc.Code. The first word of a status is written, the first status of a word is read. */
const words: readonly (readonly [status: number, word: string])[] = [
  [400, "INVALID_ARGUMENT"],
  [400, "FAILED_PRECONDITION"],
  [400, "OUT_OF_RANGE"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [409, "ALREADY_EXISTS"],
  [429, "RESOURCE_EXHAUSTED"],
  [499, "CANCELLED"],
  [500, "INTERNAL"],
  [500, "UNKNOWN"],
  [500, "DATA_LOSS"],
  [501, "UNIMPLEMENTED"],
  [503, "UNAVAILABLE"],
  [502, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"],
  [408, "DEADLINE_EXCEEDED"],
];

const rpc = "type.googleapis.com/google.rpc";

export function errorObject({ message, code, status, retryAfterS }: Refusal): JsonObject {
  const fallback = status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
  const word = words.find(([known]) => known === status)?.[1] ?? fallback;
  const details: JsonValue[] = [
    { "@type": `${rpc}.ErrorInfo`, reason: code.toUpperCase(), domain: "sluice" },
  ];
  if (retryAfterS !== undefined) {
    details.push({ "@type": `${rpc}.RetryInfo`, retryDelay: `${retryAfterS}s` });
  }
  return { error: { code: status, message, status: word, details } };
}

export function refuseAsError(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = { "content-type": "application/json; charset=UTF-8", ...refusalHeaders(refusal) };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify(errorObject(refusal))),
  };
}

/** The HTTP status of an error in an answer that began well; undefined where nothing tells. */
export function statusOf(error: JsonValue): number | undefined {
  if (!isObject(error)) return undefined;
  const { code, status } = error;
  if (typeof code === "number" && Number.isInteger(code) && code >= 400 && code < 600) return code;
  return words.find(([, word]) => word === status)?.[0];
}
