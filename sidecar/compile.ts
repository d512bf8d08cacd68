// Owns the making of the sidecar's routes from a policy: parts are made here, chain.ts puts them in order.

import type { AttemptFilter, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy, Problem } from "../core/contracts/policy.ts";
import { agentCardFilter } from "../core/filters/agent-card.ts";
import { auditFilter } from "../core/filters/audit.ts";
import { budgetsFilter } from "../core/filters/budgets.ts";
import { hostedToolsFilter } from "../core/filters/hosted-tools.ts";
import { lastTextFilter } from "../core/filters/last-text.ts";
import { ledgerFilter } from "../core/filters/ledger.ts";
import { loopsFilter } from "../core/filters/loops.ts";
import { meterFilter } from "../core/filters/meter.ts";
import { modelsFilter } from "../core/filters/models.ts";
import { ownershipFilter } from "../core/filters/ownership.ts";
import { perCallFilter } from "../core/filters/per-call.ts";
import { redirectsFilter } from "../core/filters/redirects.ts";
import { streamUsageFilter } from "../core/filters/stream-usage.ts";
import { traceFilter } from "../core/filters/trace.ts";
import type { SpanName } from "../core/filters/trace-attributes.ts";
import { wallClockFilter } from "../core/filters/wall-clock.ts";
import { plainDialect } from "../core/policy/dialects.ts";
import {
  agentLimits,
  endsTasks,
  isCountedAtEgress,
  taskCeilings,
  timeLimits,
} from "../core/policy/limits.ts";
import { agentTarget } from "../core/policy/targets.ts";
import { usableTools } from "../core/policy/tools.ts";
import { budgetWatch, loopEvents, shadowEvents } from "../core/program/budget-events.ts";
import { escalationAt, guardsOf } from "../core/program/guards.ts";
import type { Compilation, Equipment } from "../core/program/host.ts";
import { toolCallsOf } from "../core/program/tool-calls.ts";
import { monotonicClock } from "../core/telemetry/clock.ts";
import type { Verifier } from "../core/tokens/verifier.ts";
import { AgentRoutes, type Peers } from "./agents.ts";
import { attributeFilter, type OpenTasks, openTaskFilter } from "./attribution.ts";
import {
  agentsChain,
  attemptChain,
  egressChain,
  inboundChain,
  meteredAttemptChain,
  meteredChain,
  toolEdgeChain,
} from "./chain.ts";
import { inboundTokenFilter } from "./inbound-token.ts";
import { type EgressOptions, EgressRoutes } from "./routes.ts";
import type { InboundSettings, SidecarSettings } from "./settings.ts";
import { toolListings } from "./tool-listings.ts";
import { ToolRoutes } from "./tool-routes.ts";
import { offerTools, watchedTools } from "./tools.ts";
import { Upstreams } from "./upstreams.ts";

/** HARDENING §1: what comes in, where the policy says nothing else; the gateway holds to the same. */
const inboundBodyBytesMax = 10 * 1024 * 1024;

export interface CompiledSidecar {
  readonly targets: readonly Target[];
  readonly egress: EgressRoutes;
  /** Undefined where nothing stands in front of the agent. */
  readonly inbound: Route | undefined;
}

export interface CompileOptions {
  readonly settings: SidecarSettings;
  readonly tasks: OpenTasks;
  readonly verifier: Verifier | undefined;
  /** Undefined: the agent calls no others. */
  readonly peers: Peers | undefined;
}

export function compileSidecar(
  policy: Policy,
  equipment: Equipment,
  { settings, tasks, verifier, peers }: CompileOptions,
): Compilation<CompiledSidecar> {
  const agent = policy.agents.get(settings.agent);
  if (agent === undefined) return { ok: false, problems: [unknownAgent(policy, settings)] };
  const unheard = findUnheard(policy, agent, equipment);
  if (unheard.length > 0) return { ok: false, problems: unheard };
  const upstreams = new Upstreams(policy, agent, equipment.settings.environment);
  const outer = outerFilters(equipment, "egress");
  const refusedChain = [outer.trace, outer.audit];
  const attribute = attributeFilter(tasks, agent.onUnattributed);
  const card = agentCardFilter(({ route }) => `/${route.name}`);
  const agents = new AgentRoutes({
    ...{ agent, policy, peers, refusedChain },
    countsAlone: !equipment.store.isShared,
    exchangeChain: agentsChain({ ...outerFilters(equipment, "egress", "agent.run"), attribute, card }),
  });
  const tools = toolsOf(agent, { policy, equipment, tasks });
  const egress = new EgressRoutes({
    agent: agent.name,
    agents,
    providers: upstreams.providers,
    ...egressChains(agent, { policy, equipment, upstreams, tasks, outer }),
    tools: tools.routes,
    refusedChain,
    targets: upstreams.models,
    plain: plainDialect,
  });
  const { inbound } = settings;
  const front =
    inbound === undefined || verifier === undefined
      ? undefined
      : inboundRoute(agent, { inbound, verifier, tasks, policy, equipment });
  const reached = [...upstreams.targets, ...tools.targets, ...agents.targets];
  const targets = [...reached, ...(front?.targets ?? [])];
  return { ok: true, compiled: { targets, egress, inbound: front?.route } };
}

function toolsOf(
  agent: AgentSpec,
  { policy, equipment, tasks }: Pick<EgressMeans, "policy" | "equipment" | "tasks">,
): { readonly routes: ToolRoutes; readonly targets: readonly Target[] } {
  const edge = {
    ...outerFilters(equipment, "egress", "tool_call"),
    attribute: attributeFilter(tasks, agent.onUnattributed),
  };
  const outer = { ...edge, ledger: ledgerFilter(equipment.ledger) };
  const { byName, targets } = offerTools(agent, { policy, equipment, outer });
  equipment.toolHealth.watch(watchedTools(byName));
  const routes = new ToolRoutes({
    agent: agent.name,
    tools: byName,
    edgeChain: (listing) => toolEdgeChain(edge, listing),
    ...toolListings(byName, agent),
    dialect: plainDialect,
  });
  return { routes, targets };
}

interface EgressMeans {
  readonly policy: Policy;
  readonly equipment: Equipment;
  readonly upstreams: Upstreams;
  readonly tasks: OpenTasks;
  readonly outer: OuterFilters;
}

function egressChains(
  agent: AgentSpec,
  { policy, equipment, upstreams, tasks, outer }: EgressMeans,
): Pick<EgressOptions, "exchangeChain" | "attemptChain" | "metered"> {
  const { counter, store } = equipment;
  const { findPrice } = upstreams;
  const attempt = {
    budgets: egressBudgets(agent, { policy, equipment, upstreams }),
    redirects: redirectsFilter(),
    ownership: ownershipFilter({ records: store.kept, rules: agent.stored }),
  };
  const shared = {
    ...outer,
    attribute: attributeFilter(tasks, agent.onUnattributed),
    ledger: ledgerFilter(equipment.ledger),
    models: modelsFilter(new Set(agent.models)),
  };
  return {
    exchangeChain: egressChain({
      ...shared,
      hostedTools: hostedToolsFilter(agent.hostedTools === "any" ? "any" : new Set(agent.hostedTools)),
      loops: agent.loops && loopsFilter({ spec: agent.loops, onLoop: loopEvents(equipment) }),
      lastText: endsTasks(policy, agent) ? lastTextFilter() : undefined,
      toolCalls: toolCallsOf(agent, policy, equipment),
      guards: guardsOf(agent, { policy, equipment, place: "sidecar" }),
      escalation: escalationAt(agent, { policy, equipment, place: "sidecar" }),
    }),
    attemptChain: attemptChain({
      ...attempt,
      streamUsage: streamUsageFilter(({ target }) => isAsked(policy, target)),
      meter: meterFilter({ findPrice, counter, records: store.kept }),
    }),
    metered: {
      families: new Set(agent.metered),
      exchangeChain: meteredChain(shared),
      attemptChain: meteredAttemptChain({
        ...attempt,
        perCall: perCallFilter((one) => findPrice(one, undefined)),
      }),
    },
  };
}

function egressBudgets(
  agent: AgentSpec,
  { policy, equipment, upstreams }: Pick<EgressMeans, "policy" | "equipment" | "upstreams">,
): AttemptFilter {
  const { counter, store } = equipment;
  const { findPrice, findModel, models } = upstreams;
  return budgetsFilter({
    limits: [...agentLimits(policy, agent, isCountedAtEgress), ...taskCeilings(agent)],
    store,
    findPrice,
    findModel,
    hasModel: (name) => models.has(name),
    counter,
    watch: budgetWatch(equipment),
  });
}

function isAsked({ providers }: Policy, { name }: Target): boolean {
  return providers.get(name)?.streamUsage === "ask";
}

interface InboundParts {
  readonly inbound: InboundSettings;
  readonly verifier: Verifier;
  readonly tasks: OpenTasks;
  readonly policy: Policy;
  readonly equipment: Equipment;
}

function inboundRoute(
  agent: AgentSpec,
  { inbound, verifier, tasks, policy, equipment }: InboundParts,
): { route: Route; targets: readonly Target[] } {
  const believesBaggage = (): boolean => true; // the gateway has dropped what nobody vouches for
  const app = { agent: agent.name, endpoint: inbound.app, believesBaggage };
  const targets = [agentTarget(app)];
  const route: Route = {
    name: "inbound",
    agent: agent.name,
    dialect: plainDialect,
    api: undefined,
    exchangeChain: inboundChain({
      ...outerFilters(equipment, "inbound"),
      token: inboundTokenFilter(verifier, agent.name),
      wallClock: wallClockFilter({
        specs: timeLimits(policy, agent),
        endsLaterMs: 0,
        onShadow: shadowEvents(equipment),
      }),
      openTask: openTaskFilter(tasks),
    }),
    attemptChain: [],
    bodyBytesMax: agent.api.request.bodyBytesMax ?? inboundBodyBytesMax,
    targets: () => targets,
  };
  return { route, targets };
}

interface OuterFilters {
  readonly trace: Filter;
  readonly audit: Filter;
}

/** Egress continues the trace of the task it belongs to; inbound the gateway's, whose token it carries. */
function outerFilters(
  equipment: Equipment,
  kind: "egress" | "inbound",
  spanName: SpanName = kind === "egress" ? "agent.llm_call" : "agent.run",
): OuterFilters {
  const { tracing, log, metrics, hash: hashed } = equipment;
  const clock = monotonicClock;
  const isOut = kind === "egress";
  const trace = traceFilter({
    tracing,
    spanName,
    kind: isOut ? "client" : "server",
    incoming: "trusted",
    hashed,
    clock,
  });
  return { trace, audit: auditFilter({ kind, log, metrics, hashed, clock }) };
}

/** Who decides is at a gateway: with a store of this process alone, every call would wait in vain. */
function findUnheard(policy: Policy, agent: AgentSpec, { store }: Equipment): readonly Problem[] {
  if (store.isShared) return [];
  const tools = [...usableTools(policy, agent).values()].flat();
  return tools.flatMap(({ approval, spec: { name, origin } }) => {
    if (approval === undefined) return [];
    const hint = "start gateways and sidecars with one --store redis://…";
    return [
      { ...origin, path: `Tool/${name}`, problem: "waits for approval, and nobody could give it", hint },
    ];
  });
}

function unknownAgent(policy: Policy, { agent, program }: SidecarSettings): Problem {
  const known = [...policy.agents.keys()].join(", ");
  return {
    file: policy.files[0]?.path ?? program.policyDirs[0] ?? "",
    line: 1,
    path: `Agent/${agent}`,
    problem: "the policy has no such Agent",
    hint: known === "" ? "no Agent is declared at all" : `--agent is one of: ${known}`,
  };
}
