// Owns which limits an agent's exchanges draw on: its own, and those that stand alone. Counts nothing.

import type { Counter, Draw, Limit } from "../contracts/limit.ts";
import type { AgentSpec, LimitSpec, McpServerSpec, Policy, ToolService } from "../contracts/policy.ts";
import { mentions } from "../limits/condition-adapter.ts";
import { isTaskLife } from "../limits/counting.ts";
import { createLimit } from "../limits/index.ts";

/** A limit of kind Limit keeps one counter over all agents; an agent's own is its alone. */
export function agentLimits(
  { limits }: Policy,
  agent: AgentSpec,
  isWanted: (spec: LimitSpec) => boolean,
): readonly Limit[] {
  const own = [...agent.limits.values()].filter(isWanted).map((spec) => createLimit(spec, agent.name));
  const shared = [...limits.values()].filter(isWanted).map((spec) => createLimit(spec, undefined));
  return [...own, ...shared];
}

/** On calls of a server's tools, whichever agent makes them: `by` tells them apart. */
export function mcpLimits({ name, limits }: McpServerSpec): readonly Limit[] {
  return [...limits.values()].map((spec) => createLimit(spec, `mcp/${name}`));
}

/** Those no store counts, in the same order. */
export function timeLimits({ limits }: Policy, agent: AgentSpec): readonly LimitSpec[] {
  return [...agent.limits.values(), ...limits.values()].filter(({ meter }) => meter === "wallClock");
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

/** What a task asks for itself, beside whatever the policy allows it: the smaller one holds. */
export function taskCeilings({ name, origin, api: { request } }: AgentSpec): readonly Limit[] {
  const ceilings = [
    { asks: request.steps, ceiling: "max_steps", meter: "steps", of: "stepsMax" },
    { asks: request.tokens, ceiling: "token_budget", meter: "tokens", of: "tokensMax" },
  ] as const;
  return ceilings
    .filter(({ asks }) => asks !== undefined)
    .map(({ ceiling, meter, of }) => {
      const limit = createLimit({ ...implicit, origin, name: ceiling, meter }, name);
      const plan = (draw: Draw): Counter | undefined => {
        const asked = draw.exchange.context?.[of];
        const counter = asked === undefined ? undefined : limit.plan(draw);
        return asked === undefined ? undefined : counter && { ...counter, limit: asked };
      };
      return { ...limit, plan };
    });
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
  if (meter === "wallClock" || meter === "depth" || isByTool(spec)) return false;
  if (meter !== "requests" && meter !== "concurrency") return true;
  return upstream.some((name) => isBy(spec, name));
}

/** Calls of tools alone draw on it. */
function isByTool(spec: LimitSpec): boolean {
  return isBy(spec, "tool");
}

function isBy({ by, match }: LimitSpec, name: "model" | "provider" | "tool"): boolean {
  return by.includes(name) || mentions(match ?? "", name);
}

/** What a call of a tool draws on before it is read: its own limits, and those that are by tool. */
export function toolRequestLimits(
  policy: Policy,
  agent: AgentSpec,
  { limits }: Pick<ToolService, "limits">,
): readonly Limit[] {
  const isRequests = ({ meter }: LimitSpec): boolean => meter === "requests" || meter === "concurrency";
  const own = [...limits.values()].filter(isRequests).map((spec) => createLimit(spec, undefined));
  return [...own, ...agentLimits(policy, agent, (spec) => isRequests(spec) && isByTool(spec))];
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
  return (
    (spec.meter === "requests" || spec.meter === "concurrency") && !isCountedAtEgress(spec) && !isByTool(spec)
  );
}
