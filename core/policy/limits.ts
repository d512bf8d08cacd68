// Owns which limits an agent's exchanges draw on: its own, and those that stand alone. Counts nothing.

import type { Limit } from "../contracts/limit.ts";
import type { AgentSpec, LimitSpec, Policy } from "../contracts/policy.ts";
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
