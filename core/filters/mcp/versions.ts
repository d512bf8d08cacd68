// Owns which era of MCP a request is of: the header's word and the body's. Decides nothing.

import type { RequestHead } from "../../contracts/dialect.ts";
import type { JsonValue } from "../../contracts/json.ts";
import type { RpcMessage } from "../../contracts/rpc.ts";
import { isModernVersion } from "../../dialects/mcp/versions.ts";
import { isObject } from "../../text/json.ts";

const versionMember = "io.modelcontextprotocol/protocolVersion";

/** What a message says itself; undefined: nothing. */
export function versionIn({ value }: RpcMessage): JsonValue | undefined {
  const { params } = value;
  return isObject(params) && isObject(params._meta) ? params._meta[versionMember] : undefined;
}

export function isModern({ headers }: RequestHead, messages: readonly RpcMessage[]): boolean {
  return (
    isModernVersion(headers["mcp-protocol-version"]) ||
    messages.some((message) => isModernVersion(versionIn(message)))
  );
}
