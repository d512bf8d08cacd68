// Owns the order of the sidecar's filters, outside-in, with the reason for each place. Makes none of them.

import type { AttemptFilter, Filter } from "../core/contracts/exchange.ts";
import type { EscalationFilters } from "../core/filters/escalation.ts";

export interface EgressParts {
  readonly trace: Filter;
  readonly audit: Filter;
  readonly attribute: Filter;
  readonly ledger: Filter;
  readonly models: Filter;
  readonly hostedTools: Filter;
  readonly loops: Filter | undefined;
  readonly lastText: Filter | undefined;
  readonly toolCalls: Filter | undefined;
  readonly guards: Filter | undefined;
  readonly escalation: EscalationFilters | undefined;
}

export function egressChain(parts: EgressParts): readonly Filter[] {
  const chain = [
    parts.trace, // first: the span covers all the others
    parts.audit, // outside of everything that may refuse: each exchange leaves its line
    parts.attribute, // whose task this is, before anything is counted on it
    parts.ledger, // knows the task; closes after every attempt has settled
    parts.models, // the cheapest no: the list is in memory
    parts.hostedTools, // reads the same call
    parts.loops, // a loop is stopped before it is paid for once more
    parts.lastText, // hears what any attempt says, and the guards let through
    parts.escalation?.outer, // what guards refuse passes it
    parts.escalation?.inner, // nobody is asked about a call that may not be made
    parts.toolCalls, // what guards leave of a call is what has to fit
    parts.guards, // next to the attempts: nothing further out sees what they take away
  ];
  return chain.filter((filter) => filter !== undefined);
}

/** What passes unread: nothing here may want its call but for the model in it. */
export function meteredChain(
  parts: Omit<EgressParts, "hostedTools" | "loops" | "lastText" | "toolCalls" | "guards" | "escalation">,
): readonly Filter[] {
  return [
    parts.trace, // as above, and for the same reasons
    parts.audit,
    parts.attribute,
    parts.ledger,
    parts.models,
  ];
}

interface HostLimits {
  readonly limits: Filter | undefined;
}

/** What the agent sends to hosts that it names itself, read here. */
export function siteChain(
  parts: Pick<EgressParts, "trace" | "audit" | "attribute" | "guards"> & HostLimits,
): readonly Filter[] {
  const chain = [
    parts.trace, // as above, and for the same reasons
    parts.audit,
    parts.attribute,
    parts.limits, // before the body is read
    parts.guards, // what is asked are a tool's arguments, what comes back is its result
  ];
  return chain.filter((filter) => filter !== undefined);
}

/** To other agents: what is asked and answered is guarded where they are, by their own policy. */
export function agentsChain(
  parts: Pick<EgressParts, "trace" | "audit" | "attribute"> & {
    readonly push: Filter;
    readonly card: Filter;
  },
): readonly Filter[] {
  return [
    parts.trace, // as above, and for the same reasons
    parts.audit,
    parts.attribute, // the gateway's token for that task goes with the call
    parts.push, // where others are to send word of it
    parts.card, // next to the gateway, which has said its own address
  ];
}

/** Bytes that nobody here can read. */
export function tunnelChain(
  parts: Pick<EgressParts, "trace" | "audit" | "attribute"> & HostLimits,
): readonly Filter[] {
  const chain = [
    parts.trace, // as above
    parts.audit,
    parts.attribute,
    parts.limits, // one request, and one slot as long as it is open
  ];
  return chain.filter((filter) => filter !== undefined);
}

export interface ToolParts {
  readonly trace: Filter;
  readonly audit: Filter;
  readonly attribute: Filter;
  readonly ledger: Filter;
  readonly operations: Filter;
  readonly limits: Filter | undefined;
  readonly request: Filter;
  readonly guards: Filter | undefined;
  readonly edited: Filter | undefined;
  readonly approval: Filter | undefined;
  readonly idempotency: Filter | undefined;
}

/** The route is the access list: what is not on it has none. */
export function toolChain(parts: ToolParts): readonly Filter[] {
  const chain = [
    parts.trace, // as above, and for the same reasons
    parts.audit,
    parts.attribute,
    parts.ledger,
    parts.operations, // what may not be done is not counted
    parts.limits, // before the body is read: a flood is cheap to refuse
    parts.request, // arguments that fit, used as they may be
    parts.guards, // dearer than a schema
    parts.edited, // what was checked is what is sent
    parts.idempotency, // what it gives back passes all that read answers once more
    parts.approval, // innermost: a person is asked about what will be sent, once for all that repeat it
  ];
  return chain.filter((filter) => filter !== undefined);
}

/** A tool that may not be used, and the lists of those that may. */
export function toolEdgeChain(
  parts: Pick<ToolParts, "trace" | "audit" | "attribute">,
  listing: Filter | undefined,
): readonly Filter[] {
  return [parts.trace, parts.audit, parts.attribute, listing].filter((filter) => filter !== undefined);
}

export interface ToolAttemptParts {
  readonly budgets: AttemptFilter | undefined;
  readonly redirects: AttemptFilter;
  readonly answer: AttemptFilter;
  readonly perCall: AttemptFilter;
}

export function toolAttemptChain(parts: ToolAttemptParts): readonly AttemptFilter[] {
  const chain = [
    parts.budgets, // outermost: settles when what it cost is known
    parts.redirects, // what it refuses is nobody's answer
    parts.answer, // what does not fit goes no further
    parts.perCall, // next to the upstream
  ];
  return chain.filter((filter) => filter !== undefined);
}

export interface AttemptParts {
  readonly budgets: AttemptFilter;
  readonly meter: AttemptFilter;
  readonly redirects: AttemptFilter;
  readonly ownership: AttemptFilter;
  readonly streamUsage: AttemptFilter;
}

export function attemptChain(parts: AttemptParts): readonly AttemptFilter[] {
  return [
    parts.budgets, // outermost: settles when everything within has said what it used
    parts.redirects, // what it refuses is nobody's usage
    parts.ownership, // holds what names an id until it is recorded; the meter has read it by then
    parts.streamUsage, // outside of the meter, which reads what is hidden here
    parts.meter, // next to the upstream: counts what came, whatever is done with it later
  ];
}

export function meteredAttemptChain(
  parts: Pick<AttemptParts, "budgets" | "redirects" | "ownership"> & { readonly perCall: AttemptFilter },
): readonly AttemptFilter[] {
  return [
    parts.budgets, // outermost, as above
    parts.redirects, // what it refuses is nobody's call
    parts.ownership, // files have ids, too
    parts.perCall, // next to the upstream
  ];
}

export interface InboundParts {
  readonly trace: Filter;
  readonly audit: Filter;
  readonly token: Filter;
  readonly wallClock: Filter | undefined;
  readonly openTask: Filter;
}

export function inboundChain(parts: InboundParts): readonly Filter[] {
  const chain = [
    parts.trace, // continues the gateway's trace
    parts.audit, // the task's line and its figures
    parts.token, // nobody reaches the agent past the gateway
    parts.wallClock, // the task's own time begins
    parts.openTask, // last: from here on calls of the agent may name this task
  ];
  return chain.filter((filter) => filter !== undefined);
}

export interface McpParts {
  readonly trace: Filter;
  readonly audit: Filter;
  readonly attribute: Filter;
  readonly front: Filter;
  readonly headers: Filter;
  readonly sessions: Filter;
  readonly access: Filter;
  readonly params: Filter;
  readonly limits: Filter | undefined;
  readonly guards: Filter | undefined;
  readonly approval: Filter | undefined;
  readonly lists: Filter;
  readonly answers: Filter;
}

export function mcpChain(parts: McpParts): readonly Filter[] {
  const chain = [
    parts.trace, // as above, and for the same reasons
    parts.audit,
    parts.attribute,
    parts.front, // who may ask at all, before a body is read
    parts.sessions, // whose session it is, before anything is asked in it
    parts.headers, // what headers say is what the body says: others route by them
    parts.access, // the list, the lock, the schema
    parts.params, // headers of arguments, once the tool's schema is known
    parts.limits, // a call that is not allowed is not counted
    parts.guards, // what is left of the arguments, and what comes back
    parts.approval, // a person is asked about what will be sent, and only about what may be
    parts.lists, // within the guards: what is hidden is read by nobody
    parts.answers, // next to the server
  ];
  return chain.filter((filter) => filter !== undefined);
}

export function mcpAttemptChain({ redirects }: Pick<AttemptParts, "redirects">): readonly AttemptFilter[] {
  return [redirects]; // a server that sends elsewhere is not followed
}
