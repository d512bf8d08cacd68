// Owns which agent is calling: its sidecar's token, good once over all replicas. Knows no keys and no rights.

import { randomUUID } from "node:crypto";
import type { Exchange } from "../../contracts/exchange.ts";
import type { Async } from "../../contracts/frame.ts";
import type { Caller } from "../../contracts/identity.ts";
import { type Counter, noUnits } from "../../contracts/limit.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { Counters, Lease, Shortage } from "../../contracts/store.ts";
import type { AgentVerifier, VerifiedCall } from "../../tokens/agent-verifier.ts";
import { lifetimeS, skewS } from "../../tokens/form.ts";

export interface AgentCallers {
  /** Undefined: it is let in, and the exchange knows for whom it comes. */
  admit(exchange: Exchange, token: string): Async<Refusal | undefined>;
}

export interface AgentCallersOptions {
  /** Undefined: this gateway has no keys to know agents by. */
  readonly verifier: AgentVerifier | undefined;
  readonly store: Pick<Counters, "reserve">;
}

/** What a sidecar of ours says of the exchange itself; users and sessions are in what was signed. */
const trusted: Caller["trust"] = new Set(["x-request-id", "traceparent", "tracestate", "baggage"]);

/** One answer for all that is wrong with a token: it does not tell which keys and agents there are. */
export function makeAgentCallers({ verifier, store }: AgentCallersOptions): AgentCallers {
  return {
    admit: (exchange, token) => {
      const { head, route } = exchange;
      const place = { agent: route.agent, method: head.method, target: head.path + head.query };
      const call = verifier?.verify(token, place);
      if (call === undefined) return refuse("agent_denied");
      const use = store.reserve({ id: randomUUID(), counters: [onceOf(call)], units: noUnits });
      const settle = (used: Lease | Shortage): Refusal | undefined =>
        used.kind === "lease" ? letIn(exchange, call) : refuse("agent_denied");
      return use instanceof Promise ? use.then(settle) : settle(use);
    },
  };
}

/**
 * While the store is lost each replica remembers for itself: a token may then be good once at each of them,
 * for its minute.
 */
function onceOf({ jti }: VerifiedCall): Counter {
  return {
    key: `agent-token=${jti}`,
    limit: 1,
    amount: 1,
    perUnit: 0,
    share: 1,
    window: { kind: "sliding", windowMs: (lifetimeS + 2 * skewS) * 1_000 },
    role: "ceiling",
    onStoreLoss: "open",
    consistency: "fast",
  };
}

/** The task's own caller pays, whoever calls on its behalf. */
function letIn(exchange: Exchange, { agent, context }: VerifiedCall): undefined {
  const { caller, team, user, session, permissions } = context;
  exchange.caller = { name: caller, team, trust: trusted };
  exchange.claims = { user, session, ...(permissions && { permissions }) };
  exchange.delegation = { agent, context };
}
