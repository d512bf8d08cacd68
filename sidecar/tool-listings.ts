// Owns the lists of tools that an agent may call, as it and its vendors' SDKs write them, and a page for
// people. Picks no route.

import type { Exchange, Filter } from "../core/contracts/exchange.ts";
import type { JsonObject, JsonValue } from "../core/contracts/json.ts";
import type { AgentSpec } from "../core/contracts/policy.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import type { Answer } from "../core/contracts/visit.ts";
import type { OfferedNow } from "./registered-tools.ts";
import type { ListedTool, OfferedTool } from "./tools.ts";
import { toolsPage } from "./tools-page.ts";

type Offered = ReadonlyMap<string, readonly OfferedTool[]>;

export function toolListings(
  tools: OfferedNow,
  agent: Pick<AgentSpec, "name" | "operations">,
): { readonly list: Filter; readonly docs: Filter } {
  const allowed = new Set(agent.operations);
  const listed = (exchange: Exchange): readonly ListedTool[] => listFor(exchange, tools(), allowed);
  return {
    list: {
      name: "tool-list",
      wantsCall: false,
      open: (exchange) => writeList(listed(exchange), exchange.head.query),
    },
    docs: {
      name: "tool-docs",
      wantsCall: false,
      open: (exchange) => page(toolsPage(agent.name, listed(exchange))),
    },
  };
}

/** What the agent may call now: for another user it may be less. */
function listFor({ context }: Exchange, tools: Offered, allowed: ReadonlySet<string>): readonly ListedTool[] {
  const permitted = new Set(context?.permissions);
  const isUsable = ({ spec: { service } }: OfferedTool): boolean =>
    (service?.operations ?? []).every((each) => allowed.has(each) && permitted.has(each));
  return [...tools.values()].flatMap((versions) => {
    const usable = versions.filter(isUsable);
    const [latest] = usable;
    return latest === undefined
      ? []
      : [{ spec: latest.spec, versions: usable.map(({ spec }) => spec.version) }];
  });
}

const anyArguments: JsonObject = { type: "object" };

const formats: Readonly<Record<string, (tools: readonly ListedTool[]) => JsonValue>> = {
  sluice: (tools) => ({ tools: tools.map(ownForm) }),
  openai: (tools) =>
    tools.map(({ spec: { name, description = "", parameters = anyArguments } }) => ({
      type: "function",
      function: { name, description, parameters },
    })),
  anthropic: (tools) =>
    tools.map(({ spec: { name, description = "", parameters = anyArguments } }) => ({
      ...{ name, description },
      input_schema: parameters,
    })),
  mcp: (tools) => ({ tools: tools.map(mcpForm) }),
};

function ownForm({ spec, versions }: ListedTool): JsonObject {
  const { name, version, description = "", parameters = anyArguments, argsCharsMax, service } = spec;
  const shared = { name, version, versions: [...versions], description, parameters };
  if (service === undefined) return { ...shared, max_args_chars: argsCharsMax };
  const { returns, effect, timeoutMs, operations } = service;
  return {
    ...shared,
    ...(returns === undefined ? {} : { returns }),
    path: `/tools/${name}`,
    ...{ effect, timeout_ms: timeoutMs, max_args_chars: argsCharsMax, operations: [...operations] },
  };
}

/** MCP wants an object of both. */
function mcpForm({ spec }: ListedTool): JsonObject {
  const { name, description = "", parameters = anyArguments, service } = spec;
  const { returns, effect } = service ?? {};
  return {
    ...{ name, description },
    inputSchema: { type: "object", ...parameters },
    ...(returns?.type === "object" ? { outputSchema: returns } : {}),
    ...(effect === undefined ? {} : { annotations: { readOnlyHint: effect === "read" } }),
  };
}

function writeList(tools: readonly ListedTool[], query: string): Answer | Refusal {
  const format = new URLSearchParams(query).get("format") ?? "sluice";
  const write = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (write === undefined) {
    const message = `format has to be one of ${Object.keys(formats).join(", ")}.`;
    return refuse("request_malformed", { message });
  }
  return answer("application/json", JSON.stringify(write(tools)));
}

function page(html: string): Answer {
  const said = answer("text/html; charset=utf-8", html);
  said.head.headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'";
  said.head.headers["x-content-type-options"] = "nosniff";
  return said;
}

function answer(type: string, text: string): Answer {
  const headers = { "content-type": type, "cache-control": "no-store" };
  return { kind: "answer", head: { status: 200, headers }, body: Buffer.from(text) };
}
