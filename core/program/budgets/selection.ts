// Owns what an operator means by the names of a limit, an agent and scopes; what is unknown is refused with
// what is known. Asks no store.

import type { LimitScope, Policy } from "../../contracts/policy.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readValue, scopeNames } from "../../limits/scope.ts";
import { closestName } from "../../policy/closest.ts";
import { type KnownLimit, knownLimits } from "./known-limits.ts";

export interface BudgetQuery {
  /** Undefined: all. */
  readonly limit?: string | undefined;
  /** Its own limits, and its counters of those that stand alone; undefined: all agents'. */
  readonly agent?: string | undefined;
  /** Values by scope; undefined: the counter of those that have none. */
  readonly scopes: ReadonlyMap<string, string | undefined>;
}

/** A limit, and what its counters are to say. */
export interface Selected {
  readonly known: KnownLimit;
  readonly wanted: ReadonlyMap<LimitScope, string | undefined>;
}

const namesShownMax = 30;

/**
 * `user=jo,caller=web-app`, as operators write it: percent-encoded where a value holds more than letters,
 * digits and `._@-`; `user=?` are those that have none.
 */
export function parseScopes(text: string): BudgetQuery["scopes"] | Refusal {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  const scopes = new Map<string, string | undefined>();
  for (const part of parts) {
    const border = part.indexOf("=");
    const name = part.slice(0, Math.max(border, 0)).trim();
    if (name === "" || scopes.has(name)) {
      const message = "a scope is name=value, such as user=jo,caller=web-app, each name once";
      return refuse("request_malformed", { message });
    }
    scopes.set(name, readValue(part.slice(border + 1).trim()));
  }
  return scopes;
}

/** At least one; of those that nothing can be seen of, none. */
export function selectLimits(policy: Policy, query: BudgetQuery): readonly Selected[] | Refusal {
  const { limit, agent } = query;
  if (agent !== undefined && !policy.agents.has(agent)) {
    return unknown(`there is no agent "${agent}"`, agent, policy.agents.keys());
  }
  const all = knownLimits(policy);
  const named = limit === undefined ? all : all.filter(({ spec }) => spec.name === limit);
  if (named.length === 0) {
    return unknown(`there is no limit ${quoted(limit)}`, limit ?? "", namesOf(all));
  }
  const ofAgent = agent === undefined ? named : named.filter((known) => isOfAgent(known, agent));
  if (ofAgent.length === 0) {
    const its = namesOf(all.filter((known) => isOfAgent(known, agent)));
    return unknown(
      `agent "${agent}" has no limit${limit === undefined ? "" : ` "${limit}"`}`,
      limit ?? "",
      its,
    );
  }
  const open = ofAgent.filter(({ closedBecause }) => closedBecause === undefined);
  if (open.length === 0) {
    return refuse("budget_unknown", {
      message: `limit "${ofAgent[0]?.spec.name}" shows nothing: ${ofAgent[0]?.closedBecause}`,
    });
  }
  return withScopes(open, query);
}

function withScopes(
  open: readonly KnownLimit[],
  { limit, agent, scopes: given }: BudgetQuery,
): readonly Selected[] | Refusal {
  const wanted = new Map<LimitScope, string | undefined>();
  for (const [name, value] of given) {
    const scope = scopeNames.find((each) => each === name);
    if (scope === undefined) return unknown(`there is no scope "${name}"`, name, scopeNames);
    wanted.set(scope, value);
  }
  const fitting = open.filter(({ scopes }) => [...wanted.keys()].every((scope) => scopes.includes(scope)));
  if (fitting.length === 0) {
    const asked = [...wanted.keys()].join(" and ");
    const has = limit === undefined ? "no limit counts" : `limit "${limit}" does not count`;
    return unknown(`${has} by ${asked}`, "", new Set(open.flatMap(({ scopes }) => scopes)));
  }
  return fitting.map((known) => ({
    known,
    wanted: agent === undefined || known.isAgents ? wanted : new Map([...wanted, ["agent", agent]]),
  }));
}

function isOfAgent({ owner, scopes, isAgents }: KnownLimit, agent: string | undefined): boolean {
  return isAgents ? owner === agent : scopes.includes("agent");
}

function namesOf(limits: readonly KnownLimit[]): ReadonlySet<string> {
  return new Set(limits.map(({ spec }) => spec.name));
}

function unknown(what: string, name: string, names: Iterable<string>): Refusal {
  const known = [...names];
  const closest = closestName(name, known);
  const hint = closest === undefined ? "" : ` (did you mean "${closest}"?)`;
  const shown = known.slice(0, namesShownMax).join(", ") || "none";
  const more = known.length > namesShownMax ? ` and ${known.length - namesShownMax} more` : "";
  return refuse("budget_unknown", { message: `${what}${hint}; known: ${shown}${more}` });
}

function quoted(name: string | undefined): string {
  return name === undefined ? "at all" : `"${name}"`;
}
