// Owns the making of the gateway's routes from a policy: parts are made here, chain.ts puts them in order.

import type { Exchange, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy } from "../core/contracts/policy.ts";
import { refuse } from "../core/contracts/refusal.ts";
import { agentCardFilter } from "../core/filters/agent-card.ts";
import { agentErrorsFilter } from "../core/filters/agent-errors.ts";
import { auditFilter } from "../core/filters/audit.ts";
import { authorizeFilter } from "../core/filters/authorize.ts";
import { contextFilter } from "../core/filters/context.ts";
import { depthFilter } from "../core/filters/depth.ts";
import { type AgentCallers, makeAgentCallers } from "../core/filters/identify/agent-callers.ts";
import type { Identities } from "../core/filters/identify/identities.ts";
import type { KeySets } from "../core/filters/identify/key-set.ts";
import { identifyFilter } from "../core/filters/identify.ts";
import { schemaFilter } from "../core/filters/schema.ts";
import { tokenFilter } from "../core/filters/token.ts";
import { traceFilter } from "../core/filters/trace.ts";
import { agentDialect, plainDialect, registryDialect } from "../core/policy/dialects.ts";
import { agentKeys, openIdentities } from "../core/policy/identities.ts";
import { depthLimits } from "../core/policy/limits.ts";
import { agentTarget } from "../core/policy/targets.ts";
import { shadowEvents } from "../core/program/budget-events.ts";
import { escalationAt, guardsOf } from "../core/program/guards.ts";
import type { Compilation, Equipment } from "../core/program/host.ts";
import { registryOf } from "../core/program/registry.ts";
import { monotonicClock } from "../core/telemetry/clock.ts";
import { makeAgentVerifier } from "../core/tokens/agent-verifier.ts";
import type { Signer } from "../core/tokens/signer.ts";
import type { Verifier } from "../core/tokens/verifier.ts";
import { gatewayChain, registryChain } from "./chain.ts";
import { edgeLimits } from "./limits.ts";
import { type AgentRoute, EdgeRoutes } from "./routes.ts";

/** HARDENING §1: bodies at the edge up to 10 MiB, where the policy says nothing else. */
const edgeBodyBytesMax = 10 * 1024 * 1024;

export interface CompiledGateway {
  readonly targets: readonly Target[];
  readonly routes: EdgeRoutes;
}

export interface CompileOptions {
  readonly signer: Signer | undefined;
  /** Of the tokens that agents were given; undefined: none is signed here. */
  readonly grants: Verifier | undefined;
  readonly keySets: KeySets;
}

interface SharedParts {
  readonly policy: Policy;
  readonly equipment: Equipment;
  readonly identities: Identities;
  readonly agents: AgentCallers;
  readonly signer: Signer | undefined;
  readonly trace: Filter;
  readonly audit: Filter;
}

export function compileGateway(
  policy: Policy,
  equipment: Equipment,
  { signer, grants, keySets }: CompileOptions,
): Compilation<CompiledGateway> {
  const { environment } = equipment.settings;
  const opened = openIdentities(policy, { keySets, environment });
  if (!opened.ok) return opened;
  const verifier = grants && makeAgentVerifier({ keys: agentKeys(policy), grants });
  const agents = makeAgentCallers({ verifier, store: equipment.store });
  const { identities } = opened;
  const shared = { policy, equipment, identities, agents, signer, ...outerFilters(equipment) };
  const built = [...policy.agents.values()].map((agent) => buildAgent(agent, shared));
  const routed = built.map(({ agent, route }) => ({ agent, route }));
  const refusedChain = [shared.trace, shared.audit];
  const registry = registryRoute(shared);
  const routes = new EdgeRoutes({ agents: routed, registry, refusedChain, plain: plainDialect });
  return { ok: true, compiled: { targets: built.flatMap(({ targets }) => targets), routes } };
}

/** A definition with both of its schemas. */
const registryBodyBytesMax = 512 * 1024;
const ofNoAgent = { name: "none", limits: new Map() } as const;

/** Undefined: no caller may register a tool. */
function registryRoute({
  policy,
  equipment,
  identities,
  agents,
  trace,
  audit,
}: SharedParts): Route | undefined {
  const registry = registryOf(policy, equipment);
  if (registry === undefined) return undefined;
  const { addressLimits, limits } = edgeLimits(ofNoAgent, { policy, equipment, isBodyRead: false });
  const identify = identifyFilter({ identities, agents, allowsAnonymous: false });
  return {
    ...{ name: "registry", agent: ofNoAgent.name, dialect: registryDialect, api: undefined },
    exchangeChain: registryChain({ trace, audit, addressLimits, identify, limits, registry }),
    attemptChain: [],
    bodyBytesMax: registryBodyBytesMax,
    targets: () => refuse("internal"),
  };
}

function buildAgent(
  agent: AgentSpec,
  shared: SharedParts,
): AgentRoute & { readonly targets: readonly Target[] } {
  const dialect = agentDialect(agent);
  const targets = agent.endpoints.map((endpoint) =>
    agentTarget({ agent: agent.name, endpoint, believesBaggage: isTrustedWithBaggage }),
  );
  const route: Route = {
    name: `agents/${agent.name}`,
    agent: agent.name,
    dialect,
    api: undefined,
    exchangeChain: agentChain(agent, shared),
    attemptChain: [],
    bodyBytesMax: agent.api.request.bodyBytesMax ?? edgeBodyBytesMax,
    targets: roundRobin(targets),
  };
  return { agent, route, targets };
}

function agentChain(
  agent: AgentSpec,
  { policy, equipment, identities, agents, signer, trace, audit }: SharedParts,
): readonly Filter[] {
  const allowsAnonymous = agent.callers.some(({ kind }) => kind === "anonymous");
  const named = (kind: "caller" | "agent"): ReadonlySet<string> =>
    new Set(agent.callers.flatMap((ref) => (ref.kind === kind ? [ref.name] : [])));
  const context = contextFilter(agent.api.request);
  const { schema } = agent.api.request;
  return gatewayChain({
    trace,
    audit,
    ...edgeLimits(agent, { policy, equipment, isBodyRead: context.wantsCall }),
    identify: identifyFilter({ identities, agents, allowsAnonymous }),
    authorize: authorizeFilter({ callers: named("caller"), agents: named("agent"), allowsAnonymous }),
    context,
    depth: depthFilter({ specs: depthLimits(policy, agent), onShadow: shadowEvents(equipment) }),
    schema: schema === undefined ? undefined : schemaFilter(schema),
    card: agentCardFilter(() => `/agents/${agent.name}`),
    guards: guardsOf(agent, { policy, equipment, place: "gateway" }),
    escalation: escalationAt(agent, { policy, equipment, place: "gateway" }),
    token:
      signer === undefined
        ? undefined
        : tokenFilter({ signer, wantsCall: context.wantsCall, operations: agent.operations }),
    agentErrors: agent.errors === "pass" ? undefined : agentErrorsFilter(),
  });
}

function isTrustedWithBaggage({ caller }: Exchange): boolean {
  return caller?.trust.has("baggage") === true;
}

/** Each exchange begins at the next endpoint and may go on to the others. */
function roundRobin(targets: readonly Target[]): Route["targets"] {
  if (targets.length === 1) return () => targets;
  let next = 0;
  return () => {
    next = (next + 1) % targets.length;
    return [...targets.slice(next), ...targets.slice(0, next)];
  };
}

/** A trace is continued only for a caller that is trusted with it. */
function outerFilters({ tracing, log, metrics, hash: hashed }: Equipment): { trace: Filter; audit: Filter } {
  const clock = monotonicClock;
  const trace = traceFilter({
    tracing,
    spanName: "agent.run",
    kind: "server",
    incoming: ({ caller }) => caller?.trust.has("traceparent") === true,
    hashed,
    clock,
  });
  return { trace, audit: auditFilter({ kind: "gateway", log, metrics, hashed, clock }) };
}
