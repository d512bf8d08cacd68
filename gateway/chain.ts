// Owns the order of the gateway's filters, outside-in, with the reason for each place. Makes none of them.

import type { Filter } from "../core/contracts/exchange.ts";
import type { EscalationFilters } from "../core/filters/escalation.ts";

export interface GatewayParts {
  readonly trace: Filter;
  readonly audit: Filter;
  readonly addressLimits: Filter;
  readonly identify: Filter;
  readonly authorize: Filter;
  readonly limits: Filter;
  readonly wallClock: Filter | undefined;
  readonly bodyLimits: Filter | undefined;
  readonly context: Filter;
  readonly depth: Filter;
  readonly schema: Filter | undefined;
  readonly card: Filter;
  readonly guards: Filter | undefined;
  readonly escalation: EscalationFilters | undefined;
  readonly token: Filter | undefined;
  readonly agentErrors: Filter | undefined;
}

/** Tools that register themselves. */
export function registryChain(
  parts: Pick<GatewayParts, "trace" | "audit" | "addressLimits" | "identify" | "limits"> & {
    readonly registry: Filter;
  },
): readonly Filter[] {
  return [
    parts.trace, // as below, and for the same reasons
    parts.audit,
    parts.addressLimits,
    parts.identify,
    parts.limits,
    parts.registry, // reads the body only now
  ];
}

/** `undefined` parts: the policy asks for none, so they cost nothing. */
export function gatewayChain(parts: GatewayParts): readonly Filter[] {
  const chain = [
    parts.trace, // first: the span covers all the others
    parts.audit, // outside of everything that may refuse: each exchange leaves its line
    parts.addressLimits, // before any key is checked: guessing keys is counted too
    parts.identify, // who it is
    parts.authorize, // whether it may call this agent at all
    parts.context, // on whose behalf: limits count by user, too; the body adds the task once it is read
    parts.depth, // a loop of agents costs nobody a request
    parts.wallClock, // from here on it is the agent's time
    parts.limits, // only now: a stranger must not use up a caller's requests
    parts.bodyLimits, // what they count by stands in the body, which the context has read
    parts.schema, // the body is read by now and worth checking only for those let in
    parts.escalation?.outer, // what guards refuse passes it
    parts.card, // of what guards leave of it, the addresses
    parts.guards, // the dearest look at the body: only at what fits otherwise
    parts.escalation?.inner, // what it reads of a request has passed the guards
    parts.token, // signs what the filters before it have settled
    parts.agentErrors, // next to the agent: nothing further out sees its error text
  ];
  return chain.filter((filter) => filter !== undefined);
}
