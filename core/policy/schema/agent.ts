// Owns the shape of an Agent, and of the part of one that Defaults hold. Knows nothing of which fields
// are enforced.

import { type MeteredFamily, meteredFamilies } from "../../contracts/dialect.ts";
import type { AgentKeySpec, AgentSpec, InvalidCalls, LoopSpec } from "../../contracts/policy.ts";
import { invalidCallActions, type SqlDialect, sqlDialects } from "../../contracts/tool-spec.ts";
import { type ApprovalDocument, approval } from "./approval.ts";
import { credential, type ToolCredentialDocument } from "./credential.ts";
import { type EgressRuleDocument, egress } from "./egress.ts";
import { type EscalationDocument, escalation } from "./escalation.ts";
import { type GuardUseDocument, guardUse } from "./guard.ts";
import type { LimitDocument } from "./limit.ts";
import { limit } from "./limit.ts";
import { type McpUseDocument, mcpUse } from "./mcp-server.ts";
import type { Schema } from "./shared.ts";
import { free, listOf, mapOf, modelName, name, object, oneOf, size, toolName, url } from "./shared.ts";
import { operation } from "./tool.ts";

export interface CallerRefDocument {
  readonly caller?: string;
  readonly agent?: string;
  readonly anonymous?: true;
}

export interface AgentApiDocument {
  readonly run?: { readonly path: string };
  readonly request?: {
    readonly schema?: Readonly<Record<string, unknown>>;
    readonly text?: readonly string[];
    readonly session?: string;
    readonly task?: string;
    readonly steps?: string;
    readonly tokens?: string;
    readonly bodyMax?: string;
  };
  readonly response?: { readonly text?: readonly string[] };
}

/** What built-in defaults fill in is always there. */
export interface LoopsDocument {
  readonly sameCall: number;
  readonly cycles: number;
  readonly cycleLength: number;
  readonly sameError: number;
  readonly action: LoopSpec["action"];
}

export interface ToolUseDocument {
  readonly version?: string;
  readonly when?: string;
  readonly approval?: ApprovalDocument;
  readonly arguments?: Readonly<
    Record<
      string,
      { readonly sql: "read-only"; readonly dialect: SqlDialect; readonly tables: readonly string[] }
    >
  >;
}

export interface RegisteredToolUseDocument {
  readonly version?: string;
  readonly reach?: "public" | "private";
  readonly hosts?: readonly string[];
  readonly credential?: ToolCredentialDocument;
  readonly approval?: ApprovalDocument;
}

export interface AgentDocument {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Pick<AgentSpec, "errors" | "onUnattributed" | "stored"> & {
    readonly endpoints?: readonly string[];
    readonly hosts?: readonly string[];
    readonly paths?: readonly string[];
    readonly callers?: readonly CallerRefDocument[];
    readonly keys?: Readonly<Record<string, AgentKeySpec>>;
    readonly api?: AgentApiDocument;
    readonly models?: readonly string[];
    readonly hostedTools?: readonly string[];
    readonly metered?: readonly MeteredFamily[];
    readonly tools?: Readonly<Record<string, ToolUseDocument>>;
    readonly registeredTools?: Readonly<Record<string, RegisteredToolUseDocument>>;
    readonly mcpServers?: Readonly<Record<string, McpUseDocument>>;
    readonly operations?: readonly string[];
    readonly invalidCalls: InvalidCalls;
    readonly egress?: Readonly<Record<string, EgressRuleDocument>>;
    readonly limits?: Readonly<Record<string, LimitDocument>>;
    readonly loops?: LoopsDocument;
    readonly escalation?: EscalationDocument;
    readonly guards?: Readonly<Record<string, GuardUseDocument>>;
  };
}

const path: Schema = {
  type: "string",
  pattern: "^(/|(/(?![.]{1,2}(/|$))[A-Za-z0-9._~@:+-]+)+/?)$",
  maxLength: 1_024,
  description: "a path such as /search, without . or .. or escapes",
};

const host: Schema = {
  type: "string",
  pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
  maxLength: 253,
  description: "a lower-case host name without scheme and port",
};

/** RFC 6901 but not the empty pointer; `*` as a segment is for lists of pointers only. */
const pointer: Schema = {
  type: "string",
  pattern: "^(/(?![*](/|$))([^~/]|~[01])*)+$",
  maxLength: 512,
  description: "a JSON pointer such as /session_id",
};

const pointers: Schema = listOf({
  type: "string",
  pattern: "^(/([^~/]|~[01])*)+$",
  maxLength: 512,
  description: "a JSON pointer such as /messages/*/content, * for every element",
});

const api = object({
  properties: {
    run: object({ properties: { path }, required: ["path"] }),
    request: object({
      properties: {
        schema: free,
        text: pointers,
        session: pointer,
        task: pointer,
        steps: pointer,
        tokens: pointer,
        bodyMax: size,
      },
    }),
    response: object({ properties: { text: pointers } }),
  },
});

const callerRef: Schema = {
  ...object({
    properties: { caller: name, agent: name, anonymous: { const: true } },
    description: "{ caller: NAME }, { agent: NAME } or { anonymous: true }",
  }),
  minProperties: 1,
  maxProperties: 1,
};

const sqlRule = object({
  properties: {
    sql: oneOf(["read-only"]),
    dialect: oneOf(sqlDialects),
    tables: {
      ...listOf({
        type: "string",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*$",
        maxLength: 192,
        description: "a table as it has to be written, such as orders or public.orders",
      }),
      minItems: 1,
    },
  },
  required: ["sql", "dialect", "tables"],
  description: "{ sql: read-only, dialect: postgresql, tables: [ orders ] }",
});

/** 43 digits hold 258 bits: the last one says no more than four of its own. */
const agentKey = object({
  properties: {
    ed25519: {
      type: "string",
      pattern: "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$",
      description: "a public key as `sluice keys create --agent` prints it, never the private one",
    },
  },
  required: ["ed25519"],
  description: "{ ed25519: PUBLIC KEY }",
});

const versionRange: Schema = {
  type: "string",
  maxLength: 64,
  description: "a version range such as ^2.0",
};

const registeredHost: Schema = {
  type: "string",
  pattern: "^([*][.])?[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
  maxLength: 253,
  description: "a lower-case host such as search.tools.svc or *.tools.svc",
};

const registeredToolUse = object({
  properties: {
    version: versionRange,
    reach: oneOf(["public", "private"]),
    hosts: listOf(registeredHost),
    credential,
    approval,
  },
});

const toolUse = object({
  properties: {
    version: versionRange,
    when: { type: "string", maxLength: 1_024, description: "a condition over tool, args, agent and user" },
    arguments: mapOf(sqlRule, pointer),
    approval,
  },
});

const repeats: Schema = { type: "integer", minimum: 2, maximum: 50, description: "a number from 2 to 50" };

/** No field is required: Defaults hold some of them, an Agent the rest. */
export const agent: Schema = object({
  properties: {
    endpoints: listOf(url),
    hosts: listOf(host),
    paths: listOf(path),
    callers: listOf(callerRef),
    keys: { ...mapOf(agentKey), maxProperties: 2 },
    api,
    models: listOf(modelName),
    hostedTools: listOf({ type: "string", pattern: "^([*]|[A-Za-z0-9_.-]+)$", maxLength: 128 }),
    metered: listOf(oneOf(meteredFamilies)),
    stored: object({
      properties: { owner: oneOf(["user", "agent"]), unknown: oneOf(["refuse", "allow"]) },
    }),
    tools: mapOf(toolUse, toolName),
    registeredTools: mapOf(registeredToolUse, toolName),
    operations: listOf(operation),
    invalidCalls: oneOf(invalidCallActions),
    mcpServers: mapOf(mcpUse),
    egress,
    limits: mapOf(limit),
    loops: object({
      properties: {
        sameCall: repeats,
        cycles: repeats,
        cycleLength: repeats,
        sameError: repeats,
        action: oneOf(["flag", "refuse", "end"]),
      },
    }),
    guards: mapOf(guardUse),
    escalation,
    errors: oneOf(["sanitize", "pass"]),
    onUnattributed: oneOf(["share", "refuse"]),
  },
});
