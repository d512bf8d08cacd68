// Owns Anthropic's error object and what its words mean as a status. Must not know why something was refused.

import type { AnswerHead, JsonValue } from "../../contracts/dialect.ts";
import type { ErrorDelta } from "../../contracts/frame.ts";
import { type Refusal, refusalHeaders } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/** platform.claude.com: errors. 503 is no status of theirs; their SDK takes it for what 529 says. */
const types: readonly (readonly [status: number, type: string])[] = [
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [500, "api_error"],
  [504, "timeout_error"],
  [529, "overloaded_error"],
  [503, "overloaded_error"],
];
const typeOf = new Map(types);
const statusOf = new Map(types.map(([status, type]) => [type, status]).slice(0, -1) as [string, number][]);

export function errorObject({ message, status }: Refusal): JsonObject {
  const type = typeOf.get(status) ?? (status < 500 ? "invalid_request_error" : "api_error");
  return { type: "error", error: { type, message } };
}

export function refuseAsError(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = { "content-type": "application/json", ...refusalHeaders(refusal) };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify(errorObject(refusal))),
  };
}

/** Of `{"type":"error","error":{"type":…}}`. */
export function readError({ error }: JsonObject): ErrorDelta {
  const type: JsonValue | undefined = isObject(error) ? error.type : undefined;
  return { kind: "error", status: typeof type === "string" ? statusOf.get(type) : undefined };
}
