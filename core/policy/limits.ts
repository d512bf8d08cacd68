// Owns which limits an agent's exchanges draw on: its own, and those that stand alone. Counts nothing.

import type { TaskContext } from "../contracts/identity.ts";
import type { Counter, Draw, Limit } from "../contracts/limit.ts";
import type { AgentSpec, LimitSpec, McpServerSpec, Meter, Policy, ToolService } from "../contracts/policy.ts";
import { mentions } from "../limits/condition-adapter.ts";
import { isTaskLife } from "../limits/counting.ts";
import { depthMost } from "../limits/depth.ts";
import { createLimit } from "../limits/index.ts";

type LimitedAgent = Pick<AgentSpec, "name" | "limits">;

/** A limit of kind Limit keeps one counter over all agents; an agent's own is its alone. */
export function agentLimits(
  { limits }: Policy,
  agent: LimitedAgent,
  isWanted: (spec: LimitSpec) => boolean,
): readonly Limit[] {
  const own = [...agent.limits.values()].filter(isWanted).map((spec) => createLimit(spec, agent.name));
  const shared = [...limits.values()].filter(isWanted).map((spec) => createLimit(spec, undefined));
  return [...own, ...shared];
}

/** Those no store counts, in the same order. */
export function timeLimits(policy: Policy, agent: LimitedAgent): readonly LimitSpec[] {
  return uncounted(policy, agent, "wallClock");
}

export function depthLimits(policy: Policy, agent: AgentSpec): readonly LimitSpec[] {
  return uncounted(policy, agent, "depth");
}

function uncounted({ limits }: Policy, agent: LimitedAgent, wanted: Meter): readonly LimitSpec[] {
  return [...agent.limits.values(), ...limits.values()].filter(({ meter }) => meter === wanted);
}

const implicit: Omit<LimitSpec, "name" | "meter" | "origin"> = {
  amount: Number.MAX_SAFE_INTEGER,
  window: { kind: "life", of: "task" },
  burst: undefined,
  by: [],
  match: undefined,
  mode: "enforce",
  status: 429,
  onExceeded: "end",
  onCut: "end",
  downgrade: undefined,
  wrapUp: undefined,
  onStoreLoss: "closed",
  consistency: "fast",
};

const ceilings = [
  { place: "steps", ceiling: "max_steps", meter: "steps", of: "stepsMax" },
  { place: "tokens", ceiling: "token_budget", meter: "tokens", of: "tokensMax" },
] as const;

/**
 * What a task asks for itself, beside whatever the policy allows it: the smaller one holds. What agents above
 * were given is drawn on as theirs, so that one figure counts all that is done for the task.
 */
export function taskCeilings({ name, origin, api: { request }, callers }: AgentSpec): readonly Limit[] {
  const isBelowOthers = callers.some(({ kind }) => kind === "agent");
  return ceilings.flatMap(({ place, ceiling, meter, of }) => {
    const createFor = (agent: string): Limit =>
      createLimit({ ...implicit, origin, name: ceiling, meter }, agent);
    const own = { ...createFor(name), plan: planned(createFor(name), (context) => context[of]) };
    const above = isBelowOthers ? levels.map((level) => inherited(createFor, { level, of })) : [];
    return request[place] === undefined ? above : [own, ...above];
  });
}

interface Inherited {
  /** Of the agents above that have ceilings, the how manieth. */
  readonly level: number;
  readonly of: (typeof ceilings)[number]["of"];
}

const levels = Array.from({ length: depthMost }, (_, level) => level);

function inherited(createFor: (agent: string) => Limit, { level, of }: Inherited): Limit {
  const known = new Map<string, Limit["plan"]>();
  const planFor = (agent: string): Limit["plan"] => {
    const plan = known.get(agent) ?? planned(createFor(agent), ({ above }) => above?.[level]?.[of]);
    known.set(agent, plan);
    return plan;
  };
  const plan = (draw: Draw): Counter | undefined => {
    const { agent } = draw.exchange.context?.above?.[level] ?? {};
    return agent === undefined ? undefined : planFor(agent)(draw);
  };
  return { ...createFor(""), plan };
}

function planned(limit: Limit, ceilingOf: (context: TaskContext) => number | undefined): Limit["plan"] {
  return (draw) => {
    const { context } = draw.exchange;
    const asked = context && ceilingOf(context);
    const counter = asked === undefined ? undefined : limit.plan(draw);
    return asked === undefined ? undefined : counter && { ...counter, limit: asked };
  };
}

/** Whether a task may be answered here in the agent's place. */
export function endsTasks({ limits }: Policy, agent: AgentSpec): boolean {
  const specs = [...agent.limits.values(), ...limits.values()];
  const isEnd = (spec: LimitSpec): boolean =>
    spec.onExceeded === "end" && (spec.meter === "wallClock" || isTaskLife(spec));
  return taskCeilings(agent).length > 0 || specs.some(isEnd);
}

/** What only the sidecar sees: calls of models, and whatever is counted by them. */
export function isCountedAtEgress(spec: LimitSpec): boolean {
  const { meter } = spec;
  if (meter === "wallClock" || meter === "depth" || isOnTheWay(spec)) return false;
  if (meter !== "requests" && meter !== "concurrency") return true;
  return upstream.some((name) => isBy(spec, name));
}

/** Calls of tools alone draw on it, or of hosts that the agent names. */
function isOnTheWay(spec: LimitSpec): boolean {
  return isBy(spec, "tool") || isBy(spec, "host");
}

function isBy({ by, match }: LimitSpec, name: "model" | "provider" | "tool" | "host"): boolean {
  return by.includes(name) || mentions(match ?? "", name);
}

/** What a call of a tool draws on before it is read: its own limits, and those that are by tool. */
export function toolRequestLimits(
  policy: Policy,
  agent: AgentSpec,
  { limits }: Pick<ToolService, "limits">,
): readonly Limit[] {
  const own = [...limits.values()].filter(isRequests).map((spec) => createLimit(spec, undefined));
  return [...own, ...agentLimits(policy, agent, (spec) => isRequests(spec) && isBy(spec, "tool"))];
}

/** What a request or a tunnel to a host draws on that the agent names: what is by host, and nothing else. */
export function hostLimits(policy: Policy, agent: AgentSpec): readonly Limit[] {
  return agentLimits(policy, agent, (spec) => isRequests(spec) && isBy(spec, "host"));
}

function isRequests({ meter }: LimitSpec): boolean {
  return meter === "requests" || meter === "concurrency";
}

/** What a call of an MCP server's tool draws on: the server's limits, for all agents, and those by tool. */
export function mcpLimits(
  policy: Policy,
  agent: AgentSpec,
  { name, limits }: Pick<McpServerSpec, "name" | "limits">,
): readonly Limit[] {
  const own = [...limits.values()].map((spec) => createLimit(spec, mcpOwner({ name })));
  return [...own, ...toolRequestLimits(policy, agent, { limits: new Map() })];
}

/** No agent can be called so. */
export function mcpOwner({ name }: Pick<McpServerSpec, "name">): string {
  return `mcp/${name}`;
}

/** Money: what models cost draws on the same counters, unless they are by model or by tool. */
export function toolSpendLimits(
  policy: Policy,
  agent: AgentSpec,
  { limits }: Pick<ToolService, "limits">,
): readonly Limit[] {
  const isMoney = ({ meter }: LimitSpec): boolean => meter === "usd";
  const own = [...limits.values()].filter(isMoney).map((spec) => createLimit(spec, undefined));
  const isOfModels = (spec: LimitSpec): boolean => upstream.some((name) => isBy(spec, name));
  return [...own, ...agentLimits(policy, agent, (spec) => isMoney(spec) && !isOfModels(spec))];
}

/** Nobody knows them at the edge. */
const upstream = ["model", "provider"] as const;

/** What is counted as it comes in. */
export function isCountedAtEdge(spec: LimitSpec): boolean {
  return isRequests(spec) && !isCountedAtEgress(spec) && !isOnTheWay(spec);
}
