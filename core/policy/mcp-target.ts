// Owns the making of an MCP server's Target: which headers of a client go on, and what is added. Asks nobody.

import type { Dialect } from "../contracts/dialect.ts";
import type { Exchange, OutgoingHeaders, Target, Timeouts } from "../contracts/exchange.ts";
import type { McpServerSpec } from "../contracts/mcp-spec.ts";
import { refuse } from "../contracts/refusal.ts";
import { isModernVersion } from "../dialects/mcp/versions.ts";
import { type Credential, openCredential } from "../motion/credential.ts";

const connectionsMax = 256;
/** Credentials, identity, traces, origin and host of the client stay here. */
const always = ["content-type", "accept", "user-agent", "mcp-protocol-version"] as const;
const withSessions = ["mcp-session-id", "last-event-id"] as const;
const mirrored = /^mcp-(?:method|name|param-[a-z0-9!#$%&'*+.^_`|~-]+)$/;

export interface McpTargetOptions {
  readonly server: McpServerSpec;
  readonly dialect: Dialect;
  readonly timeouts: Timeouts;
  readonly environment: NodeJS.ProcessEnv;
}

export function mcpTarget({ server, dialect, timeouts, environment }: McpTargetOptions): Target {
  const { name, upstream, credential } = server;
  const isHttp = upstream.kind === "http";
  const secret = credential && openCredential(credential, environment);
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
    headers: (exchange) => {
      const shown = mcpCredential(secret);
      if (shown === undefined) return refuse("credential_unavailable");
      return { kind: "headers", headers: { ...headersFor(exchange), ...shown } };
    },
  };
}

const nowhere = { method: "POST", path: "", query: "", headers: {} };

export function pathOf({ upstream }: Pick<McpServerSpec, "upstream">): string {
  return upstream.kind === "http" && upstream.endpoint.basePath !== "" ? upstream.endpoint.basePath : "/";
}

/** Undefined: it cannot be had. */
export function mcpCredential(secret: Credential | undefined): Record<string, string> | undefined {
  if (secret === undefined) return {};
  const token = secret.read();
  return token === undefined ? undefined : { authorization: `Bearer ${token}` };
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
