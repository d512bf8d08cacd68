// Owns which limits of a policy have counters that an operator can look at, and why others have none. Asks no
// store.

import type { LimitScope, LimitSpec, Policy } from "../../contracts/policy.ts";
import { isRequestLife } from "../../filters/budgets/request.ts";
import { scopesInKey } from "../../limits/scope.ts";
import { mcpOwner, taskCeilings } from "../../policy/limits.ts";

export interface KnownLimit {
  readonly spec: LimitSpec;
  /** The agent, or the server of tools, whose own limit it is; undefined: it stands alone. */
  readonly owner: string | undefined;
  /** One agent alone draws on it. */
  readonly isAgents: boolean;
  /** What its counters are told apart by. */
  readonly scopes: readonly LimitScope[];
  /** Undefined: each task asks for its own. */
  readonly amount: number | undefined;
  /** Why nothing of it can be seen or changed, as the end of a sentence; undefined: it can. */
  readonly closedBecause: string | undefined;
}

/** In the policy's order, agents' own before those that stand alone. */
export function knownLimits({ agents, limits, mcpServers, tools }: Policy): readonly KnownLimit[] {
  const own = [...agents.values()].flatMap((agent) => [
    ...[...agent.limits.values()].map((spec) => known(spec, agent.name, spec.amount)),
    ...taskCeilings(agent).map(({ spec }) => known(spec, agent.name, undefined)),
  ]);
  // Versions share the counters of one name: the latest says how much there is.
  const ofTools = [...tools.values()].flatMap((versions) => {
    const specs = versions.flatMap(({ service }) => [...(service?.limits.values() ?? [])]);
    return [...new Map(specs.toReversed().map((spec) => [spec.name, spec])).values()];
  });
  const ofServers = [...mcpServers.values()].flatMap((server) =>
    [...server.limits.values()].map((spec) => known(spec, mcpOwner(server), spec.amount)),
  );
  const shared = [...limits.values(), ...ofTools];
  return [
    ...own.map((each) => ({ ...each, isAgents: true })),
    ...ofServers,
    ...shared.map((spec) => known(spec, undefined, spec.amount)),
  ];
}

function known(spec: LimitSpec, owner: string | undefined, amount: number | undefined): KnownLimit {
  const scopes = scopesInKey(spec);
  return { spec, owner, amount, scopes, isAgents: false, closedBecause: closedBecause(spec) };
}

function closedBecause(spec: LimitSpec): string | undefined {
  const { meter, window } = spec;
  if (meter === "wallClock" || meter === "depth") return "it is measured where it happens and has no counter";
  if (isRequestLife(spec)) return "it lives and ends with one request";
  return window?.kind === "fixed" ? "the counters of fixed windows cannot be looked at" : undefined;
}
