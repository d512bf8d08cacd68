// Owns Google's Gemini API, at AI Studio and at Vertex AI: routes, credential, paths. Reads no body.

import type { Api } from "../../contracts/dialect.ts";
import { readPath, resourceOf } from "../gemini/address.ts";
import { gemini } from "../gemini.ts";
import { geminiRoutes } from "../gemini-routes.ts";

/**
 * AI Studio's base URL has no path. Vertex AI's may end in `/v1/projects/P/locations/L/publishers/google`:
 * then the policy says whose project pays, whatever the client's SDK wrote, and calls from other APIs find
 * their way.
 */
export const geminiApi: Api = {
  routes: geminiRoutes,
  dialect: gemini,
  headers: ["x-server-timeout"],
  authorize: (secret, path = ""): Record<string, string> => {
    if (secret === undefined) return {};
    const takesToken = path.includes("/publishers/google/") && !isApiKey(secret);
    return takesToken ? { authorization: `Bearer ${secret}` } : { "x-goog-api-key": secret };
  },
  endpoint: (dialect, { model, isStream }) => {
    if (dialect !== gemini) return undefined;
    const method = isStream ? "streamGenerateContent?alt=sse" : "generateContent";
    return `/v1beta/${resourceOf(model)}:${method}`;
  },
  below: (basePath, path) => (basePath.endsWith("/publishers/google") ? belowPublisher(path) : path),
};

/**
 * `/v1beta1/projects/p/locations/l/publishers/google/models/m:generateContent` →
 * `/models/m:generateContent`.
 */
function belowPublisher(path: string): string {
  const end = path.indexOf("?");
  const [plain, query] = end === -1 ? [path, ""] : [path.slice(0, end), path.slice(end)];
  const { model, method } = readPath(plain) ?? {};
  if (model === undefined) return path;
  return `/${resourceOf(model)}${method === undefined ? "" : `:${method}`}${query}`;
}

/** Vertex AI takes access tokens; its express mode takes keys, too. */
function isApiKey(secret: string): boolean {
  return /^(AIza|AQ\.)/.test(secret);
}
