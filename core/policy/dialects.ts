// Owns which dialect a provider's API or an agent's own API speaks. The only reader of the dialects'
// registry.

import type { CoveredRoute, Dialect } from "../contracts/dialect.ts";
import type { AgentApi, ProviderApi } from "../contracts/policy.ts";
import { findRoute, jsonDialect, openAiChat, openAiRoutes, raw } from "../dialects/index.ts";

/** What a provider's API is to the sidecar: its dialect and which of its routes are covered. */
export interface ProviderRoutes {
  readonly dialect: Dialect;
  find(method: string, path: string): CoveredRoute | undefined;
}

/** For whatever speaks no dialect: bytes, and problem+json for refusals. */
export const plainDialect: Dialect = raw;

/** Undefined: this version does not speak it; the loader has refused such a Provider by name. */
export function providerRoutes(api: ProviderApi): ProviderRoutes | undefined {
  if (api !== "openai") return undefined;
  return { dialect: openAiChat, find: (method, path) => findRoute(openAiRoutes, method, path) };
}

export function agentDialect({ request, response }: AgentApi): Dialect {
  return jsonDialect({ requestText: request.text, responseText: response.text });
}
