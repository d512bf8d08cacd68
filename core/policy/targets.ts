// Owns the making of Targets: providers with their credential, agents with their context. Makes no request
// itself.

import type { Dialect } from "../contracts/dialect.ts";
import type { Exchange, OutgoingHeaders, Target, Timeouts } from "../contracts/exchange.ts";
import type { Endpoint, ProviderSpec } from "../contracts/policy.ts";
import { refuse } from "../contracts/refusal.ts";
import { openCredential } from "../motion/credential.ts";
import { headersForAgent, headersForProvider } from "../motion/outgoing.ts";
import { readBaggage } from "../telemetry/baggage.ts";

/** HARDENING §1: connect 5 s; an agent's whole call 300 s (COMPATIBILITY: agent call). */
export const agentTimeouts: Timeouts = {
  connectMs: 5_000,
  firstByteMs: 300_000,
  idleMs: 300_000,
  totalMs: 600_000,
};

const providerConnectionsMax = 256;
const agentConnectionsMax = 256;

export interface ProviderTargetOptions {
  readonly provider: ProviderSpec;
  /** The vendor's own name of the model. */
  readonly model: string;
  readonly dialect: Dialect;
  readonly environment: NodeJS.ProcessEnv;
}

/** The path stays as the SDK wrote it; the credential is the policy's, never the agent's. */
export function providerTarget({ provider, model, dialect, environment }: ProviderTargetOptions): Target {
  const { baseUrl, credential, name, timeouts } = provider;
  const secret = credential === undefined ? undefined : openCredential(credential, environment);
  return {
    name,
    origin: baseUrl.origin,
    dialect,
    model,
    timeouts,
    connectionsMax: providerConnectionsMax,
    path: ({ head }) => baseUrl.basePath + head.path + head.query,
    headers: (exchange) => {
      const headers = headersForProvider(exchange);
      if (secret === undefined) return outgoing(headers);
      const key = secret.read();
      if (key === undefined) return refuse("credential_unavailable");
      headers.authorization = `Bearer ${key}`;
      return outgoing(headers);
    },
  };
}

export interface AgentTargetOptions {
  readonly agent: string;
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  /** Whether the sender's `baggage` goes on. */
  readonly believesBaggage: (exchange: Exchange) => boolean;
}

/** An agent's own API, at the gateway or behind the sidecar's inbound listener. */
export function agentTarget({ agent, endpoint, dialect, believesBaggage }: AgentTargetOptions): Target {
  return {
    name: agent,
    origin: endpoint.origin,
    dialect,
    model: undefined,
    timeouts: agentTimeouts,
    connectionsMax: agentConnectionsMax,
    path: ({ head }) => endpoint.basePath + head.path + head.query,
    headers: (exchange) => {
      const baggage = believesBaggage(exchange) ? readBaggage(exchange.head.headers.baggage) : undefined;
      return outgoing(headersForAgent(exchange, baggage));
    },
  };
}

function outgoing(headers: OutgoingHeaders["headers"]): OutgoingHeaders {
  return { kind: "headers", headers };
}
