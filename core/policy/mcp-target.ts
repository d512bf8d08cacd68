// Owns the making of an MCP server's Target: which headers of a client go on. Shows no credential: whoever
// carries it does.

import type { Dialect } from "../contracts/dialect.ts";
import type { Exchange, OutgoingHeaders, Target, Timeouts } from "../contracts/exchange.ts";
import type { McpServerSpec } from "../contracts/mcp-spec.ts";
import { isModernVersion } from "../dialects/mcp/versions.ts";

const connectionsMax = 256;
/** Credentials, identity, traces, origin and host of the client stay here. */
const always = ["content-type", "accept", "user-agent", "mcp-protocol-version"] as const;
const withSessions = ["mcp-session-id", "last-event-id"] as const;
const mirrored = /^mcp-(?:method|name|param-[a-z0-9!#$%&'*+.^_`|~-]+)$/;

export interface McpTargetOptions {
  readonly server: McpServerSpec;
  readonly dialect: Dialect;
  readonly timeouts: Timeouts;
}

export function mcpTarget({ server, dialect, timeouts }: McpTargetOptions): Target {
  const { name, upstream } = server;
  const isHttp = upstream.kind === "http";
  return {
    name,
    origin: isHttp ? upstream.endpoint.origin : `stdio:${name}`,
    model: undefined,
    timeouts,
    connectionsMax,
    write: ({ call }) => {
      const body = call === undefined ? undefined : dialect.writeCall(call, nowhere, undefined).body;
      return { kind: "outbound", dialect, path: pathOf(server), body };
    },
    headers: (exchange) => ({ kind: "headers", headers: headersFor(exchange) }),
  };
}

const nowhere = { method: "POST", path: "", query: "", headers: {} };

export function pathOf({ upstream }: Pick<McpServerSpec, "upstream">): string {
  return upstream.kind === "http" && upstream.endpoint.basePath !== "" ? upstream.endpoint.basePath : "/";
}

/** Where no version says that headers are held to the body, they are nobody's to route by. */
function headersFor({ head: { headers }, call }: Exchange): OutgoingHeaders["headers"] {
  const isModern = isModernVersion(headers["mcp-protocol-version"]);
  const kept: OutgoingHeaders["headers"] = { "accept-encoding": "identity" };
  for (const name of [...always, ...(isModern ? [] : withSessions)]) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  kept.accept ??= "application/json, text/event-stream";
  if (call === undefined || call.body.length === 0) delete kept["content-type"];
  if (!isModern) return kept;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && mirrored.test(name)) kept[name] = value;
  }
  return kept;
}
