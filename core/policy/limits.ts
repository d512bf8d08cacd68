// Owns which limits an agent's exchanges draw on: its own, and those that stand alone. Counts nothing.

import type { Draw, Limit } from "../contracts/limit.ts";
import type { AgentSpec, LimitSpec, Policy } from "../contracts/policy.ts";
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

/** What a task asks for itself, where no limit of the policy would hold it to that. */
export function taskCeilings({ name, origin, limits, api }: AgentSpec): readonly Limit[] {
  const asked = [
    { name: "max_steps", meter: "steps", pointer: api.request.steps, of: "stepsMax" },
    { name: "token_budget", meter: "tokens", pointer: api.request.tokens, of: "tokensMax" },
  ] as const;
  return asked
    .filter(({ meter, pointer }) => {
      const isHeld = [...limits.values()].some((spec) => spec.meter === meter && isTaskLife(spec));
      return pointer !== undefined && !isHeld;
    })
    .map(({ name: limitName, meter, of }) => {
      const limit = createLimit({ ...implicit, origin, name: limitName, meter }, name);
      const hasAsked = ({ exchange }: Draw) => exchange.context?.[of] !== undefined;
      return { ...limit, plan: (draw: Draw) => (hasAsked(draw) ? limit.plan(draw) : undefined) };
    });
}

/** Whether a task may be answered here in the agent's place. */
export function endsTasks({ limits }: Policy, agent: AgentSpec): boolean {
  const specs = [...agent.limits.values(), ...limits.values()];
  const isEnd = (spec: LimitSpec): boolean =>
    spec.onExceeded === "end" && (spec.meter === "wallClock" || isTaskLife(spec));
  return taskCeilings(agent).length > 0 || specs.some(isEnd);
}

/** What only the sidecar sees: calls of models and tools, and whatever is counted by them. */
export function isCountedAtEgress({ meter, by }: LimitSpec): boolean {
  if (meter === "wallClock" || meter === "depth") return false;
  if (meter !== "requests" && meter !== "concurrency") return true;
  return by.some((scope) => scope === "model" || scope === "provider");
}

/** What is counted as it comes in. */
export function isCountedAtEdge(spec: LimitSpec): boolean {
  return (spec.meter === "requests" || spec.meter === "concurrency") && !isCountedAtEgress(spec);
}
