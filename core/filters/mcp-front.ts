// Owns who may ask an MCP server through here at all: by Host, Origin and method (DNS rebinding). Reads no
// body.

import ipaddr from "ipaddr.js";
import type { HeaderMap, RequestHead } from "../contracts/dialect.ts";
import type { Filter } from "../contracts/exchange.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isModernVersion } from "../dialects/mcp/versions.ts";
import { isLoopbackHost } from "../text/host.ts";

export interface McpFrontOptions {
  /** Beside those of this machine. */
  readonly origins: readonly string[];
  readonly hosts: readonly string[];
}

const methods = ["GET", "POST", "DELETE"];

export function mcpFrontFilter(options: McpFrontOptions): Filter {
  return {
    name: "mcp-front",
    wantsCall: false,
    open: ({ head }) => checkFrom(head.headers, options) ?? checkMethod(head),
  };
}

/** A name that some DNS answers with this machine's address is not this machine's: an address is. */
function checkFrom({ host, origin }: HeaderMap, { origins, hosts }: McpFrontOptions): Refusal | undefined {
  const name = hostname(`http://${String(host ?? "")}`);
  if (name === undefined || !(isOwn(name) || hosts.includes(name))) {
    return refuse("origin_denied", { message: "The Host header names no host of this listener." });
  }
  if (origin === undefined || origins.includes(String(origin))) return undefined;
  const from = hostname(String(origin));
  return from !== undefined && isLoopbackHost(from) ? undefined : refuse("origin_denied");
}

function isOwn(name: string): boolean {
  return isLoopbackHost(name) || ipaddr.isValid(name.replaceAll(/^\[|\]$/g, ""));
}

function hostname(url: string): string | undefined {
  const name = URL.parse(url)?.hostname.replace(/\.$/, "");
  return name === "" ? undefined : name;
}

/** Without sessions and streams to resume there is nothing to open and nothing to end. */
function checkMethod({ method, headers }: RequestHead): Refusal | undefined {
  const isModern = isModernVersion(headers["mcp-protocol-version"]);
  const allowed = isModern ? ["POST"] : methods;
  if (allowed.includes(method)) return undefined;
  return refuse("method_refused", { headers: { allow: allowed.join(", ") } });
}
