// Owns which headers of a client go on, and what is added: one list for providers, one rule for agents. No
// secrets kept.

import type { HeaderMap } from "../contracts/dialect.ts";
import type { Exchange } from "../contracts/exchange.ts";
import { traceHeaders } from "../telemetry/traceparent.ts";
import { endToEnd } from "./headers.ts";

type Headers = Record<string, string | string[]>;

/** What any provider may see of an agent's request. Credentials, identity and traces are not on it. */
const providerHeaders = ["content-type", "accept", "user-agent", "idempotency-key"] as const;

/**
 * For an LLM API: an allowlist, the vendor's `own` names beside it, and answers uncompressed, since they are
 * read. What SDKs tell of the machine they run on (`x-stainless-*`) stays here.
 */
export function headersForProvider({ head }: Exchange, own: readonly string[]): Headers {
  const headers: Headers = { "accept-encoding": "identity" };
  for (const names of [providerHeaders, own]) {
    for (const name of names) {
      const value = head.headers[name];
      if (value !== undefined) headers[name] = value;
    }
  }
  return headers;
}

/** Ours to say, so never the client's: who, what for, how it came, and what only concerns this hop. */
const withheldFromAgents = new Set([
  "accept-encoding",
  "authorization",
  "baggage",
  "expect",
  "forwarded",
  "host",
  "tracestate",
  "traceparent",
  "x-agent-id",
  "x-api-key",
  "x-original-url",
  "x-real-ip",
  "x-request-id",
  "x-rewrite-url",
  "x-session-id",
  "x-task-id",
  "x-user-id",
]);

/**
 * For an agent's own API: everything end-to-end but what is withheld, then what the agent works on.
 * `baggage`: what came with it, where whoever sent it is believed.
 */
export function headersForAgent(exchange: Exchange, baggage: string | undefined): Headers {
  const headers: Headers = {};
  const kept: HeaderMap = endToEnd(exchange.head.headers);
  for (const name in kept) {
    const value = kept[name];
    if (value === undefined || withheldFromAgents.has(name) || name.startsWith("x-forwarded-")) continue;
    headers[name] = value;
  }
  headers["x-request-id"] = exchange.id;
  headers["x-agent-id"] = exchange.route.agent;
  headers["x-forwarded-for"] = exchange.address;
  if (baggage !== undefined) headers.baggage = baggage;
  addContext(headers, exchange);
  return exchange.trace === undefined ? headers : Object.assign(headers, traceHeaders(exchange.trace));
}

/** Nobody's business out there: whose work it is, and what only concerns this hop. */
const withheldFromSites = new Set([
  "accept-encoding",
  "baggage",
  "expect",
  "forwarded",
  "host",
  "tracestate",
  "traceparent",
  "via",
  "x-agent-id",
  "x-request-id",
  "x-session-id",
  "x-task-id",
  "x-user-id",
]);

/** For a host that the agent names: what the agent wrote, and an answer that can be read. */
export function headersForSite(came: HeaderMap): Headers {
  const headers: Headers = { "accept-encoding": "identity" };
  const kept = endToEnd(came);
  for (const name in kept) {
    const value = kept[name];
    if (value === undefined || withheldFromSites.has(name) || name.startsWith("x-forwarded-")) continue;
    headers[name] = value;
  }
  return headers;
}

function addContext(headers: Headers, { context, token }: Exchange): void {
  if (token !== undefined) headers["x-sluice-token"] = token;
  if (context === undefined) return;
  headers["x-task-id"] = context.task;
  if (context.session !== undefined) headers["x-session-id"] = context.session;
  if (context.user !== undefined) headers["x-user-id"] = context.user;
}
