// Owns the shape of a Caller: who may come in. Knows nothing of how keys and tokens are verified.

import type { JwtAlgorithm, TrustedHeader } from "../../contracts/policy.ts";
import type { Schema, SecretSourceDocument } from "./shared.ts";
import { listOf, mapOf, name, object, oneOf, secretSource, toolName, url } from "./shared.ts";

export interface JwtDocument {
  readonly issuer: string;
  readonly audience: string;
  readonly subject?: string;
  readonly jwksUri?: string;
  readonly publicKey?: SecretSourceDocument;
  readonly algorithms: readonly JwtAlgorithm[];
  readonly claims?: Readonly<Partial<Record<"user" | "session" | "permissions", string>>>;
}

export interface CallerDocument {
  readonly spec: {
    readonly team?: string;
    readonly apiKeys?: Readonly<Record<string, { readonly sha256: string; readonly expires?: string }>>;
    readonly jwt?: JwtDocument;
    readonly trust?: readonly TrustedHeader[];
    readonly registers?: readonly string[];
  };
}

const text: Schema = { type: "string", minLength: 1, maxLength: 512 };
const claimName: Schema = { ...text, description: "the name of a claim" };

const apiKey = object({
  properties: {
    sha256: {
      type: "string",
      pattern: "^[0-9a-f]{64}$",
      description: "64 lower-case hex digits as `sluice keys create` prints them, never the key itself",
    },
    expires: {
      type: "string",
      format: "date-time",
      description: "a time such as 2030-01-31T00:00:00Z",
    },
  },
  required: ["sha256"],
  description: "{ sha256: HASH }, never the key itself",
});

/** Symmetric algorithms and `none` are left out for good: a public key must never become a shared secret. */
const algorithms: readonly JwtAlgorithm[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
];

const jwt = object({
  properties: {
    issuer: text,
    audience: text,
    subject: text,
    jwksUri: url,
    publicKey: secretSource,
    algorithms: { ...listOf(oneOf(algorithms)), minItems: 1 },
    claims: object({ properties: { user: claimName, session: claimName, permissions: claimName } }),
  },
  required: ["issuer", "audience", "algorithms"],
});

const trustedHeaders: readonly TrustedHeader[] = [
  "x-request-id",
  "x-task-id",
  "x-session-id",
  "x-user-id",
  "traceparent",
  "tracestate",
  "baggage",
];

export const caller: Schema = object({
  properties: {
    team: name,
    apiKeys: mapOf(apiKey),
    jwt,
    trust: listOf(oneOf(trustedHeaders)),
    registers: listOf(toolName),
  },
});
