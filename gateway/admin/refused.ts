// Owns how the admin listener says no: RFC 9457, like all that no vendor's format claims. Knows no route.

import type { FastifyReply } from "fastify";
import { type Refusal, refuse } from "../../core/contracts/refusal.ts";
import { plainDialect } from "../../core/policy/dialects.ts";

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { head, body } = plainDialect.refuse(refusal);
  return reply.code(head.status).headers(head.headers).send(body);
}

/** What Fastify has against a request; undefined: it is a bug of ours. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (statusCode >= 500) return undefined;
  // Names where it stands and what is wanted, never what came.
  if (code === "FST_ERR_VALIDATION") return refuse("schema_violation", { message: error.message });
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return refuse("body_too_large");
  if (statusCode === 415)
    return refuse("request_malformed", { message: "Send application/json.", status: 415 });
  return refuse("body_malformed");
}
