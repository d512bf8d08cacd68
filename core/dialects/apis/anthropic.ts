// Owns Anthropic's API: routes, credential, headers. Reads no body.

import type { Api } from "../../contracts/dialect.ts";
import { anthropicCount, anthropicMessages } from "../anthropic-messages.ts";
import { anthropicRoutes } from "../anthropic-routes.ts";

const paths = new Map([
  [anthropicMessages, "/v1/messages"],
  [anthropicCount, "/v1/messages/count_tokens"],
]);

/**
 * `anthropic-beta` goes on as it came: what it admits stands in the body and is judged there, and a beta
 * that is not known is judged by its name. Names of workspaces and of end users stay here.
 */
export const anthropicApi: Api = {
  routes: anthropicRoutes,
  dialect: anthropicMessages,
  headers: ["anthropic-version", "anthropic-beta"],
  authorize: (secret): Record<string, string> => ({
    "anthropic-version": "2023-06-01",
    ...(secret === undefined ? {} : { "x-api-key": secret }),
  }),
  endpoint: (dialect) => paths.get(dialect),
};
