// Owns OpenAI's error object. Must not know why something was refused.

import type { AnswerHead } from "../../contracts/dialect.ts";
import { type Refusal, refusalHeaders } from "../../contracts/refusal.ts";
import type { JsonObject } from "../../text/json.ts";

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
};

export function errorObject({ message, code, status }: Refusal): JsonObject {
  const type = types[status] ?? (status < 500 ? "invalid_request_error" : "server_error");
  return { error: { message, type, param: null, code } };
}

export function refuseAsError(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = { "content-type": "application/json", ...refusalHeaders(refusal) };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify(errorObject(refusal))),
  };
}
