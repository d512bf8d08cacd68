// Owns the shape of a Tool. Knows nothing of how tools are called.

import type { JsonObject } from "../../contracts/json.ts";
import type { ToolService } from "../../contracts/tool-spec.ts";
import { type ApprovalDocument, approval } from "./approval.ts";
import { type LimitDocument, limit } from "./limit.ts";
import type { Schema, SecretSourceDocument } from "./shared.ts";
import {
  count,
  duration,
  free,
  listOf,
  mapOf,
  money,
  object,
  oneOf,
  secretFields,
  secretSource,
  size,
  url,
} from "./shared.ts";

export interface ToolCredentialDocument extends SecretSourceDocument {
  readonly bearer?: SecretSourceDocument;
  readonly apiKey?: SecretSourceDocument & { readonly header: string };
  readonly oauth2?: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: SecretSourceDocument;
    readonly scope?: string;
    readonly audience?: string;
    readonly clientAuth?: "basic" | "post";
  };
}

/** What built-in defaults fill in is always there. */
export interface ToolDocument {
  readonly spec: Pick<ToolService, "body" | "effect" | "errors"> & {
    readonly version: string;
    readonly description?: string;
    readonly parameters?: JsonObject;
    readonly maxArgsChars: number;
    readonly returns?: JsonObject;
    readonly endpoint?: string;
    readonly health?: string;
    readonly credential?: ToolCredentialDocument;
    readonly timeout: string;
    readonly approval?: ApprovalDocument;
    readonly maxResult: string;
    readonly limits?: Readonly<Record<string, LimitDocument>>;
    readonly idempotency?: string;
    readonly cost?: number | string;
    readonly operations?: readonly string[];
  };
}

const words: Schema = { type: "string", minLength: 1, maxLength: 1_024 };

/** What a user's token may name as well; the names of scopes (RFC 6749 section 3.3) less what quotes. */
export const operation: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9._:/*-]+$",
  maxLength: 64,
  description: "an operation such as crm.read: letters, digits and . _ : / * -",
};

const headerName: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9-]+$",
  maxLength: 64,
  description: "a header's name such as x-api-key",
};

const oauth2 = object({
  properties: {
    tokenUrl: url,
    clientId: words,
    clientSecret: secretSource,
    scope: words,
    audience: words,
    clientAuth: oneOf(["basic", "post"]),
  },
  required: ["tokenUrl", "clientId", "clientSecret"],
});

export const toolCredential: Schema = {
  ...secretSource,
  properties: {
    ...secretFields,
    bearer: secretSource,
    apiKey: {
      type: "object",
      properties: { ...secretFields, header: headerName },
      required: ["header"],
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: false,
      description: "{ header: NAME, env: NAME } or { header: NAME, file: PATH }, never the secret itself",
    },
    oauth2,
  },
  description:
    "{ env: NAME } or { file: PATH } as a bearer, { apiKey: { header, env } } or { oauth2: { tokenUrl, … } }",
};

export const tool: Schema = object({
  properties: {
    version: {
      type: "string",
      pattern: "^[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?$",
      maxLength: 64,
      description: "a version such as 2.1.0",
    },
    description: { type: "string", maxLength: 4_096 },
    parameters: free,
    returns: free,
    maxArgsChars: { ...count, maximum: 10_000_000, description: "a number from 1 to 10000000" },
    endpoint: url,
    body: oneOf(["raw", "params"]),
    health: url,
    credential: toolCredential,
    timeout: duration,
    maxResult: size,
    limits: mapOf(limit),
    effect: oneOf(["read", "write"]),
    idempotency: duration,
    approval,
    cost: money,
    operations: listOf(operation),
    errors: oneOf(["sanitize", "pass"]),
  },
  required: ["version"],
});
