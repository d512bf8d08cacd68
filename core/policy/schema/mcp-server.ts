// Owns the shape of an McpServer, and of its use by an agent. Knows nothing of MCP itself.

import { type ApprovalDocument, approval } from "./approval.ts";
import { serverCredential, type ToolCredentialDocument } from "./credential.ts";
import type { LimitDocument } from "./limit.ts";
import { limit } from "./limit.ts";
import type { Schema, SecretSourceDocument } from "./shared.ts";
import { duration, listOf, mapOf, object, oneOf, secretSource, size, url } from "./shared.ts";

export interface AccessDocument {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

export interface McpUseDocument {
  readonly tools?: AccessDocument;
  readonly resources?: AccessDocument;
  readonly prompts?: AccessDocument;
  readonly approval?: Readonly<Record<string, ApprovalDocument>>;
}

/** What built-in defaults fill in is always there. */
export interface McpServerDocument {
  readonly spec: McpUseDocument & {
    readonly url?: string;
    readonly transport?: "streamable" | "sse";
    readonly command?: readonly string[];
    readonly environment?: Readonly<Record<string, SecretSourceDocument>>;
    readonly credential?: ToolCredentialDocument;
    readonly lock?: string;
    readonly recheck: string;
    readonly arguments: "block" | "flag";
    readonly timeouts: Readonly<Record<"connect" | "firstByte" | "idle" | "total", string>>;
    readonly maxMessage: string;
    readonly maxProcesses: number;
    readonly limits?: Readonly<Record<string, LimitDocument>>;
    readonly origins?: readonly string[];
    readonly hosts?: readonly string[];
  };
}

/** Servers use `.` and `/` in names; a resource's is a URI. */
const pattern: Schema = {
  type: "string",
  pattern: "^[^*\\s]*[*]?$",
  minLength: 1,
  maxLength: 1_024,
  description: "a name or a URI; * at the end for any rest",
};

const access: Schema = object({ properties: { allow: listOf(pattern), deny: listOf(pattern) } });
const use = { tools: access, resources: access, prompts: access, approval: mapOf(approval, pattern) };

const variable: Schema = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: 128 };

const origin: Schema = {
  type: "string",
  pattern: "^https?://[^/?#@\\s]+$",
  maxLength: 512,
  description: "an origin such as https://app.example",
};

const host: Schema = {
  type: "string",
  pattern: "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
  maxLength: 253,
  description: "a lower-case host name without a port",
};

export const mcpServer: Schema = object({
  properties: {
    url,
    transport: oneOf(["streamable", "sse"]),
    command: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1, maxItems: 100 },
    environment: mapOf(secretSource, variable),
    ...use,
    credential: serverCredential,
    lock: { type: "string", pattern: "[.]lock[.]json$", maxLength: 1_024, description: "a *.lock.json file" },
    recheck: duration,
    arguments: oneOf(["block", "flag"]),
    timeouts: object({
      properties: { connect: duration, firstByte: duration, idle: duration, total: duration },
    }),
    maxMessage: size,
    maxProcesses: { type: "integer", minimum: 1, maximum: 1_000, description: "a number from 1 to 1000" },
    limits: mapOf(limit),
    origins: listOf(origin),
    hosts: listOf(host),
  },
});

export const mcpUse: Schema = object({ properties: use });
