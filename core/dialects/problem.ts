// Owns the refusal where no vendor's format claims it: RFC 9457. Must not know routes or dialects.

import type { AnswerHead } from "../contracts/dialect.ts";
import { problemJson, type Refusal, refusalHeaders } from "../contracts/refusal.ts";

export function refuseAsProblem(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = { "content-type": "application/problem+json", ...refusalHeaders(refusal) };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify(problemJson(refusal))),
  };
}
