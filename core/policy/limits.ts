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
