// Owns the making of the sidecar's routes from a policy: parts are made here, chain.ts puts them in order.

import type { AttemptFilter, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy } from "../core/contracts/policy.ts";
import { a2aPushFilter } from "../core/filters/a2a-push.ts";
import { agentCardFilter } from "../core/filters/agent-card.ts";
import { budgetsFilter } from "../core/filters/budgets.ts";
import { hostedToolsFilter } from "../core/filters/hosted-tools.ts";
import { lastTextFilter } from "../core/filters/last-text.ts";
import { ledgerFilter } from "../core/filters/ledger.ts";
import { limitsFilter } from "../core/filters/limits.ts";
import { loopsFilter } from "../core/filters/loops.ts";
import { meterFilter } from "../core/filters/meter.ts";
import { modelsFilter } from "../core/filters/models.ts";
import { ownershipFilter } from "../core/filters/ownership.ts";
import { perCallFilter } from "../core/filters/per-call.ts";
import { redirectsFilter } from "../core/filters/redirects.ts";
import { streamUsageFilter } from "../core/filters/stream-usage.ts";
import { wallClockFilter } from "../core/filters/wall-clock.ts";
import type { Tunnels } from "../core/motion/tunnels.ts";
import { plainDialect } from "../core/policy/dialects.ts";
import {
  agentLimits,
  endsTasks,
  hostLimits,
  isCountedAtEgress,
  taskCeilings,
  timeLimits,
} from "../core/policy/limits.ts";
import { agentTarget } from "../core/policy/targets.ts";
import { budgetWatch, loopEvents, shadowEvents } from "../core/program/budget-events.ts";
import { escalationAt, guardsOf } from "../core/program/guards.ts";
import type { Compilation, Equipment } from "../core/program/host.ts";
import { toolCallsOf } from "../core/program/tool-calls.ts";
import { isMetadataHost } from "../core/text/host.ts";
import type { Verifier } from "../core/tokens/verifier.ts";
import { toolsOf } from "./agent-tools.ts";
import { AgentRoutes, type Peers } from "./agents.ts";
import { attributeFilter, type OpenTasks, openTaskFilter } from "./attribution.ts";
import {
  agentsChain,
  attemptChain,
  egressChain,
  inboundChain,
  meteredAttemptChain,
  meteredChain,
  siteChain,
  tunnelChain,
} from "./chain.ts";
import { EgressList } from "./egress-list.ts";
import { ForwardProxy, type ForwardProxyOptions } from "./forward-proxy.ts";
import { inboundTokenFilter } from "./inbound-token.ts";
import { mcpRoutes } from "./mcp.ts";
import { McpHosts } from "./mcp-hosts.ts";
import type { McpLines } from "./mcp-lines.ts";
import { findMisfits, unknownAgent } from "./misfits.ts";
import { type OuterFilters, outerFilters } from "./outer.ts";
import { type EgressOptions, EgressRoutes } from "./routes.ts";
import type { InboundSettings, SidecarSettings } from "./settings.ts";
import { Upstreams } from "./upstreams.ts";

/** HARDENING §1: what comes in, where the policy says nothing else; the gateway holds to the same. */
const inboundBodyBytesMax = 10 * 1024 * 1024;

export interface CompiledSidecar {
  readonly targets: readonly Target[];
  readonly egress: EgressRoutes;
  readonly proxy: ForwardProxy;
  /** Undefined where nothing stands in front of the agent. */
  readonly inbound: Route | undefined;
}

export interface CompileOptions {
  readonly settings: SidecarSettings;
  readonly tasks: OpenTasks;
  readonly verifier: Verifier | undefined;
  /** Of MCP servers; they outlive the policy. */
  readonly lines: McpLines;
  readonly tunnels: Tunnels;
  /** Undefined: the agent calls no others. */
  readonly peers: Peers | undefined;
}

export function compileSidecar(
  policy: Policy,
  equipment: Equipment,
  { settings, tasks, verifier, lines, tunnels, peers }: CompileOptions,
): Compilation<CompiledSidecar> {
  const agent = policy.agents.get(settings.agent);
  if (agent === undefined) return { ok: false, problems: [unknownAgent(policy, settings)] };
  const misfits = findMisfits(agent, { policy, equipment, settings });
  if (misfits.length > 0) return { ok: false, problems: misfits };
  const upstreams = new Upstreams(policy, agent, equipment.settings.environment);
  const outer = outerFilters(equipment, "egress");
  const refusedChain = [outer.trace, outer.audit];
  const attribute = attributeFilter(tasks, agent.onUnattributed);
  const mcp = mcpRoutes(agent, {
    ...{ policy, equipment, lines, attribute },
    outer: outerFilters(equipment, "mcp"),
  });
  const tools = toolsOf(agent, { policy, equipment, tasks });
  const card = agentCardFilter(({ route }) => `/${route.name}`);
  const agents = new AgentRoutes({
    ...{ agent, policy, peers, refusedChain },
    countsAlone: !equipment.store.isShared,
    exchangeChain: agentsChain({
      ...outerFilters(equipment, "agents"),
      attribute,
      push: pushOf(agent),
      card,
    }),
  });
  const egress = new EgressRoutes({
    agent: agent.name,
    agents,
    providers: upstreams.providers,
    mcp: mcp.byName,
    mcpHosts: new McpHosts(mcp.hosts),
    ...egressChains(agent, { policy, equipment, upstreams, tasks, outer }),
    tools: tools.routes,
    refusedChain,
    targets: upstreams.models,
    plain: plainDialect,
  });
  const proxy = new ForwardProxy({
    agent: agent.name,
    rules: agent.egress,
    routes: egress,
    tunnels,
    ...proxyChains(agent, { policy, equipment, tasks }),
  });
  const { inbound } = settings;
  const front =
    inbound === undefined || verifier === undefined
      ? undefined
      : inboundRoute(agent, { inbound, verifier, tasks, policy, equipment });
  const all = [upstreams, proxy, tools, agents].flatMap(({ targets }) => targets);
  const targets = [...all, ...(front?.targets ?? [])];
  return { ok: true, compiled: { targets, egress, proxy, inbound: front?.route } };
}

function pushOf({ egress }: AgentSpec): Filter {
  const list = new EgressList(egress);
  return a2aPushFilter({ mayName: (host) => !isMetadataHost(host.host) && list.find(host) !== undefined });
}

function proxyChains(
  agent: AgentSpec,
  { policy, equipment, tasks }: Pick<EgressMeans, "policy" | "equipment" | "tasks">,
): Pick<ForwardProxyOptions, "siteChain" | "tunnelChain" | "outerChain"> {
  const outer = outerFilters(equipment, "site");
  const counted = hostLimits(policy, agent);
  const onShadow = shadowEvents(equipment);
  const parts = {
    ...{ ...outer, attribute: attributeFilter(tasks, agent.onUnattributed) },
    limits:
      counted.length === 0
        ? undefined
        : limitsFilter(counted, equipment.store, { countedAt: "open", onShadow }),
  };
  return {
    siteChain: siteChain({ ...parts, guards: guardsOf(agent, { policy, equipment, place: "tool" }) }),
    tunnelChain: tunnelChain(parts),
    outerChain: [outer.trace, outer.audit],
  };
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
