// Owns that every URL may be used as it is meant. Knows nothing of what is fetched from it.

import type { Problem } from "../../contracts/policy.ts";
import { isLoopbackHost } from "../../text/host.ts";
import type { Drafts, Kind, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { urlProblem } from "../endpoint.ts";

const urls: readonly { readonly in: Kind; readonly at: string }[] = [
  { in: "Provider", at: "spec.baseUrl" },
  { in: "Caller", at: "spec.jwt.jwksUri" },
  { in: "Tool", at: "spec.endpoint" },
  { in: "Tool", at: "spec.health" },
  { in: "Tool", at: "spec.approval.webhook.url" },
  { in: "Tool", at: "spec.credential.oauth2.tokenUrl" },
  { in: "McpServer", at: "spec.url" },
  { in: "McpServer", at: "spec.credential.oauth2.tokenUrl" },
  { in: "McpServer", at: "spec.credential.oauth2.authorizationServers.*" },
  { in: "McpServer", at: "spec.credential.oauth2.resource" },
  { in: "McpServer", at: "spec.approval.*.webhook.url" },
];

const agentUrls = [
  "endpoints.*",
  "escalation.webhook.url",
  "tools.*.approval.webhook.url",
  "mcpServers.*.approval.*.webhook.url",
  "registeredTools.*.approval.webhook.url",
  "registeredTools.*.credential.oauth2.tokenUrl",
];

/** The request's own path and query come after these. */
const origins: ReadonlySet<string | number> = new Set(["baseUrl", "endpoints"]);

export function checkUrls(drafts: Drafts): readonly Problem[] {
  const spots = urls.flatMap((row) => selectIn(drafts, row.in, row.at));
  const inAgents = agentUrls.flatMap((at) => selectInAgents(drafts, at));
  return [...spots, ...inAgents].flatMap(checkUrl);
}

function checkUrl({ draft, path, node }: Spot): readonly Problem[] {
  if (node.kind !== "scalar" || typeof node.value !== "string") return [];
  const problem = urlProblem(node.value) ?? misuse(node.value, path);
  return problem === undefined ? [] : [problemIn(draft, { path, problem })];
}

/** Of a URL that is well-formed. */
function misuse(text: string, path: Spot["path"]): string | undefined {
  const url = new URL(text);
  if (path.some((segment) => origins.has(segment)) && url.search !== "") return "holds a query";
  if (path.includes("jwksUri") && url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    return "must be https: whoever sits between could hand out keys of his own";
  }
  const isSecretSent = path.includes("tokenUrl") || path.includes("authorizationServers");
  if (isSecretSent && url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    return "must be https: the client's secret is sent there";
  }
  return undefined;
}
