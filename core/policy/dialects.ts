// Owns which API a provider has and which dialect an agent's own API speaks. The only reader of the dialects'
// registry.

import type { Api, CoveredRoute, Dialect } from "../contracts/dialect.ts";
import type { AgentSpec, ProviderApi } from "../contracts/policy.ts";
import { apis, findRoute, jsonDialect, raw, web } from "../dialects/index.ts";

/** For whatever speaks no dialect: bytes, and problem+json for refusals. */
export const plainDialect: Dialect = raw;

/** For any host that an agent names. */
export const webDialect: Dialect = web;

/** For tools that register themselves: JSON that no guard looks at. */
export const registryDialect: Dialect = jsonDialect({ requestText: [], responseText: [] });

/** The APIs this version speaks; the loader refuses a Provider of any other by name. */
export const spokenApis = Object.keys(apis) as readonly ProviderApi[];

/** Throws for what the loader has refused. */
export function apiOf(name: ProviderApi): Api {
  const api = apis[name];
  if (api === undefined) throw new RangeError(`no such api: ${name}`);
  return api;
}

/** Undefined: not listed, which is refused as well. */
export function findCovered({ routes }: Api, method: string, path: string): CoveredRoute | undefined {
  return findRoute(routes, method, path);
}

/**
 * What is no JSON is read where guards look at what is asked and nobody else needs it read: a session or task
 * in a body must not depend on what the body calls itself.
 */
export function agentDialect({ api, guards }: Pick<AgentSpec, "api" | "guards">): Dialect {
  const { text, session, task, steps, tokens, schema } = api.request;
  const isGuarded = [...guards.values()].some(({ on }) => on.includes("edge.request"));
  const isReadByOthers = [session, task, steps, tokens, schema].some((place) => place !== undefined);
  const others = isGuarded && !isReadByOthers ? "read" : "refuse";
  return jsonDialect({ requestText: text, responseText: api.response.text, others });
}
