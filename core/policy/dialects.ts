// Owns which API a provider has and which dialect an agent's own API speaks. The only reader of the dialects'
// registry.

import type { Api, CoveredRoute, Dialect } from "../contracts/dialect.ts";
import type { AgentApi, ProviderApi } from "../contracts/policy.ts";
import { apis, findRoute, jsonDialect, raw } from "../dialects/index.ts";

/** For whatever speaks no dialect: bytes, and problem+json for refusals. */
export const plainDialect: Dialect = raw;

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

export function agentDialect({ request, response }: AgentApi): Dialect {
  return jsonDialect({ requestText: request.text, responseText: response.text });
}
