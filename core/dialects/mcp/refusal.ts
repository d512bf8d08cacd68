// Owns how a refusal is said in JSON-RPC: its code, its status, whose request it answers. Knows no policy.

import type { AnswerHead, Call } from "../../contracts/dialect.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { type Refusal, type RefusalCode, refusalHeaders, refusalTable } from "../../contracts/refusal.ts";
import type { RpcId } from "../../contracts/rpc.ts";

/** What JSON-RPC and MCP have a number for. */
const own: Partial<Readonly<Record<RefusalCode, number>>> = {
  body_malformed: -32700,
  body_ambiguous: -32700,
  request_malformed: -32600,
  tool_denied: -32602,
  tool_not_approved: -32602,
  tool_call_invalid: -32602,
  resource_denied: -32602,
  prompt_denied: -32602,
  mcp_header_mismatch: -32020,
  mcp_session_unknown: -32001,
  internal: -32603,
};
/** Of the range that is left to implementations: by whose fault it is. */
const others = { client: -32010, policy: -32011, upstream: -32012, sluice: -32013 } as const;
const inBand = 200;

/**
 * What the policy says of a request answers that request: clients hand the error to whoever asked, which
 * they do not with an HTTP error (MCP's transports: an HTTP error says that the input was not accepted).
 * A batch has an answer for each of its requests: none of them was carried out.
 */
export function refuseInRpc(refusal: Refusal, call?: Call): { head: AnswerHead; body: Buffer } {
  const asked = (call?.messages ?? []).filter(({ kind }) => kind === "request");
  const isAnswer = asked.length > 0 && refusalTable[refusal.code].fault === "policy";
  const isBatch = Array.isArray(call?.value) && asked.length > 0;
  const errors = asked.map(({ id }) => rpcError(refusal, id));
  const body = isBatch ? errors : (errors[0] ?? rpcError(refusal, undefined));
  const headers = { "content-type": "application/json", ...refusalHeaders(refusal) };
  return {
    head: { status: isAnswer ? inBand : refusal.status, headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

export function rpcError(refusal: Refusal, id: RpcId | undefined): JsonObject {
  const { code, message, status, retryAfterS } = refusal;
  const { fault, retryable } = refusalTable[code];
  const waiting = retryAfterS === undefined ? {} : { retryAfterS };
  return {
    jsonrpc: "2.0",
    id: id ?? null,
    error: { code: own[code] ?? others[fault], message, data: { code, status, retryable, ...waiting } },
  };
}
