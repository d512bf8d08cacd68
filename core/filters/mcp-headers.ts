// Owns that headers of MCP say what the body says (2026-07-28): whoever routes by them must not be misled.
// Knows no access list.

import type { Call, HeaderMap } from "../contracts/dialect.ts";
import type { Filter } from "../contracts/exchange.ts";
import type { JsonValue } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { RpcMessage } from "../contracts/rpc.ts";
import { isObject } from "../text/json.ts";
import { valueAt } from "../text/pointer.ts";
import type { Catalogue } from "./mcp/catalogue.ts";
import { decodeValue, paramHeaders, sameValue } from "./mcp/param-headers.ts";
import { isModern, versionIn } from "./mcp/versions.ts";

const named: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};
/** Of an extension, which asks for the same; where a server has none of it there is no header either. */
const namedWhereSaid: Readonly<Record<string, string>> = {
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

export interface McpHeadersOptions {
  readonly catalogue: Catalogue;
  /** What was approved goes before what the server says now. */
  readonly pinned: ReadonlyMap<string, Parameters<typeof paramHeaders>[0]> | undefined;
}

export function mcpHeadersFilter(): Filter {
  return {
    name: "mcp-headers",
    wantsCall: true,
    open: ({ head }) => ({
      kind: "visit",
      call: (call) => {
        const { messages = [] } = call;
        return isModern(head, messages) ? checkModern(call, head.headers) : undefined;
      },
    }),
  };
}

/** Once the tool is known: which of its arguments a header repeats is said in its schema. */
export function mcpParamsFilter(options: McpHeadersOptions): Filter {
  return {
    name: "mcp-params",
    wantsCall: true,
    open: ({ head }) => ({
      kind: "visit",
      call: ({ messages = [] }) => {
        const [message] = messages;
        if (message === undefined || !isModern(head, messages)) return undefined;
        return checkParams(message, head.headers, options);
      },
    }),
  };
}

function checkModern({ messages = [] }: Call, headers: HeaderMap): Refusal | undefined {
  const [message, ...others] = messages;
  if (message === undefined || others.length > 0) return malformed("This version of MCP has no batches.");
  if (message.kind === "answer" || message.kind === "failure") {
    return malformed("This version of MCP has no requests that a client could answer.");
  }
  return (
    checkVersion(message, headers["mcp-protocol-version"]) ??
    checkMethod(message, headers["mcp-method"]) ??
    checkName(message, headers["mcp-name"])
  );
}

/** A body that says no version is the server's to answer: it names what is missing. */
function checkVersion(message: RpcMessage, header: HeaderMap[string]): Refusal | undefined {
  const said = versionIn(message);
  if (header === undefined) return mismatch("MCP-Protocol-Version is missing.");
  return said === undefined || said === header
    ? undefined
    : mismatch("MCP-Protocol-Version is not the version in the body.");
}

/** Of notifications no header is asked for; one that is there has to be right. */
function checkMethod({ kind, method }: RpcMessage, header: HeaderMap[string]): Refusal | undefined {
  if (header === undefined) return kind === "request" ? mismatch("Mcp-Method is missing.") : undefined;
  return header === method ? undefined : mismatch("Mcp-Method is not the method in the body.");
}

function checkName({ method, value }: RpcMessage, header: HeaderMap[string]): Refusal | undefined {
  const names = header === undefined ? named : { ...named, ...namedWhereSaid };
  const member = Object.hasOwn(names, method) ? names[method] : undefined;
  const name = member === undefined ? undefined : valueAt(value, ["params", member]);
  if (typeof name !== "string") return undefined;
  if (header === undefined) return mismatch("Mcp-Name is missing.");
  return decodeValue(header) === name ? undefined : mismatch("Mcp-Name is not the name in the body.");
}

/** Headers of a tool that nobody here knows go on as they came. */
function checkParams(
  { method, value }: RpcMessage,
  headers: HeaderMap,
  { catalogue, pinned }: McpHeadersOptions,
): Refusal | undefined {
  const { params } = value;
  if (method !== "tools/call" || !isObject(params) || typeof params.name !== "string") return undefined;
  const known = pinned?.get(params.name) ?? catalogue.find(params.name);
  if (known === undefined) return undefined;
  for (const { header, path } of paramHeaders(known)) {
    const said = headers[header];
    const meant: JsonValue | undefined = valueAt(params.arguments, path);
    const isMeant = meant !== undefined && meant !== null;
    if (isMeant && said === undefined) return mismatch(`${header} is missing.`);
    if (said === undefined) continue;
    const decoded = decodeValue(said);
    if (decoded === undefined) return mismatch(`${header} holds what is no Base64.`);
    if (!isMeant || !sameValue(decoded, meant)) return mismatch(`${header} is not the argument in the body.`);
  }
  return undefined;
}

function mismatch(message: string): Refusal {
  return refuse("mcp_header_mismatch", { message: `Header mismatch: ${message}` });
}

function malformed(message: string): Refusal {
  return refuse("request_malformed", { message });
}
