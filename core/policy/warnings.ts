// Owns what is allowed but seldom meant. Knows nothing of what is refused.

import type { Problem, ProviderSpec } from "../contracts/policy.ts";
import { isLoopbackHost } from "../text/host.ts";
import type { Draft, Drafts } from "./draft.ts";
import { problemIn, selectIn } from "./draft.ts";
import { isEmpty, nodeAt, stringAt } from "./located.ts";

/** `providers`: what became of the drafts. */
export function findWarnings(
  drafts: Drafts,
  providers: ReadonlyMap<string, ProviderSpec>,
): readonly Problem[] {
  return [
    ...selectIn(drafts, "Provider", "spec.models.*").flatMap(({ draft, path }) => {
      const model = String(path.at(-1));
      if (providers.get(draft.name)?.models.get(model)?.price !== undefined) return [];
      const hint = "a model that costs nothing says so: price: { perMillion: { input: 0, output: 0 } }";
      return [problemIn(draft, { path, problem: "has no price, so its cost is not known", hint })];
    }),
    ...drafts.ofKind("Provider").flatMap((draft) => plainCredential(draft, "baseUrl")),
    ...drafts.ofKind("Tool").flatMap((draft) => plainCredential(draft, "endpoint")),
    ...drafts.ofKind("McpServer").flatMap((draft) => plainCredential(draft, "url")),
    ...drafts.ofKind("Tool").flatMap(unchecked),
    ...drafts.ofKind("Caller").flatMap(noCredential),
    ...drafts.ofKind("Agent").flatMap(noEndpoint),
    ...unreachedGuards(drafts),
  ];
}

/** Written for this agent; what Defaults say of all may go without one of its places here. */
function unreachedGuards(drafts: Drafts): readonly Problem[] {
  const common = new Set(selectIn(drafts, "Defaults", "spec.agent.guards.*.on.*").map(({ node }) => node));
  return selectIn(drafts, "Agent", "spec.guards.*.on.*").flatMap(({ draft, path, node }) => {
    if (common.has(node) || node.kind !== "scalar") return [];
    const stage = String(node.value);
    const [fields, problem] = stage.startsWith("edge.")
      ? [["endpoints"], "is never reached: the agent has no endpoint for the gateway to go to"]
      : stage.startsWith("tool.")
        ? [["models", "tools", "mcpServers"], "is never reached: the agent has neither a model nor a tool"]
        : [["models"], "is never reached: the agent has no model to ask"];
    return fields.some((field) => has(draft, field)) ? [] : [problemIn(draft, { path, problem })];
  });
}

function unchecked(draft: Draft): readonly Problem[] {
  if (!has(draft, "endpoint") || nodeAt(draft.root, ["spec", "parameters"]) !== undefined) return [];
  const problem = "has no parameters: any arguments are passed on";
  return [problemIn(draft, { path: ["spec", "endpoint"], problem })];
}

function plainCredential(draft: Draft, field: "baseUrl" | "endpoint" | "url"): readonly Problem[] {
  const url = URL.parse(stringAt(draft.root, ["spec", field]) ?? "");
  if (url?.protocol !== "http:" || isLoopbackHost(url.hostname)) return [];
  if (nodeAt(draft.root, ["spec", "credential"]) === undefined) return [];
  return [problemIn(draft, { path: ["spec", field], problem: "sends the credential over plain http" })];
}

function has(draft: Draft, field: string): boolean {
  const node = nodeAt(draft.root, ["spec", field]);
  return node !== undefined && !isEmpty(node);
}

function noCredential(draft: Draft): readonly Problem[] {
  if (has(draft, "apiKeys") || has(draft, "jwt")) return [];
  const problem = "has neither apiKeys nor jwt, so nobody can come in as this caller";
  return [problemIn(draft, { path: ["spec"], problem })];
}

function noEndpoint(draft: Draft): readonly Problem[] {
  if (!has(draft, "callers") || has(draft, "endpoints")) return [];
  return [
    problemIn(draft, {
      path: ["spec", "callers"],
      problem: "may come in, but there is no endpoint to go to",
    }),
  ];
}
