// Owns what a policy says of tools and of their use by agents. Knows no call.

import type { ApprovalSpec } from "./approval.ts";
import type { JsonObject } from "./json.ts";
import type { LimitSpec } from "./limit-spec.ts";
import type { Origin } from "./origin.ts";
import type { SecretSource } from "./secret-source.ts";

/** One tool in one version; a name has any number of them. */
export interface ToolSpec {
  readonly name: string;
  readonly origin: Origin;
  /** Semantic, as it is written: `2.1.0`. */
  readonly version: string;
  readonly description: string | undefined;
  /** Of the arguments, proven to compile; undefined: what the request declares holds. */
  readonly parameters: JsonObject | undefined;
  /** Of one call, as the model or the caller writes them. */
  readonly argsCharsMax: number;
  /** Undefined: nothing is called through Sluice, the agent runs it itself. */
  readonly service: ToolService | undefined;
}

/** Where a tool is called, and what holds of its calls. */
export interface ToolService {
  readonly endpoint: ToolUrl;
  /** `raw`: the arguments are the body. `params`: `{"params": arguments}`. */
  readonly body: "raw" | "params";
  /** Of the answer, proven to compile; undefined: any JSON, or plain text. */
  readonly returns: JsonObject | undefined;
  /** Asked now and then whether the tool is well; undefined: nobody asks. */
  readonly health: ToolUrl | undefined;
  readonly credential: ToolCredential | undefined;
  /** Of one call, from the connection to the last byte. */
  readonly timeoutMs: number;
  /** Of one answer. */
  readonly resultBytesMax: number;
  /** By their names at this tool; all its versions share their counters. */
  readonly limits: ReadonlyMap<string, LimitSpec>;
  /** `write`: what may not happen twice. */
  readonly effect: "read" | "write";
  /** How long the answer to a call with an `Idempotency-Key` is kept; undefined: keys are passed on only. */
  readonly idempotencyMs: number | undefined;
  /** Undefined: nobody is asked. */
  readonly approval: ApprovalSpec | undefined;
  /** Of one call. */
  readonly costNanoUsd: number;
  /** What a call needs: each allowed to the agent and among the user's verified permissions. */
  readonly operations: readonly string[];
  /** What an agent hears of a failing tool: its status alone, or its own words. */
  readonly errors: "sanitize" | "pass";
}

export interface ToolUrl {
  /** `https://host[:port]`. */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
}

export type ToolCredential =
  | { readonly kind: "bearer"; readonly source: SecretSource }
  | { readonly kind: "apiKey"; readonly header: string; readonly source: SecretSource }
  | OAuthClientSpec;

/** Client credentials, RFC 6749 section 4.4. */
export interface OAuthClientSpec {
  readonly kind: "oauth2";
  /** Undefined: the server says who gives tokens, and who that is says where. */
  readonly tokenUrl: ToolUrl | undefined;
  /** Who may give them then. */
  readonly issuers: readonly string[];
  /** The server's own URL; undefined: a tool's. */
  readonly server: string | undefined;
  /** What a token is asked for (RFC 8707). */
  readonly resource: string | undefined;
  readonly clientId: string;
  readonly clientSecret: SecretSource;
  readonly scope: string | undefined;
  readonly audience: string | undefined;
  /** How the client shows its secret: in the `authorization` header, or in the form. */
  readonly clientAuth: "basic" | "post";
}

/** A tool that an agent may use. */
export interface ToolUseSpec {
  readonly name: string;
  readonly origin: Origin;
  /** Of the Tool: the latest in the range that the agent names. */
  readonly version: string;
  /** All in that range, the latest first. */
  readonly versions: readonly string[];
  /** A condition in CEL over `tool`, `args`, `agent` and `user`, proven to compile; undefined: always. */
  readonly when: string | undefined;
  /** RFC 6901 pointers into the arguments: what stands there has to be such a text. */
  readonly sql: ReadonlyMap<string, SqlRule>;
  /** Beside the Tool's own; undefined: nobody is asked for this agent alone. */
  readonly approval: ApprovalSpec | undefined;
}

/** A tool that an agent may use once it has registered itself; what it says of itself widens nothing here. */
export interface RegisteredToolUseSpec {
  readonly name: string;
  readonly origin: Origin;
  /** The range of versions that may be called. */
  readonly version: string;
  /** How far its address may be. */
  readonly reach: "public" | "private";
  /** Where it may be: names, or `*.` and what they end with; empty: anywhere within reach. */
  readonly hosts: readonly string[];
  /** Undefined: it is shown none, and one that asks for one is not offered. */
  readonly credential: ToolCredential | undefined;
  readonly approval: ApprovalSpec | undefined;
}

export const sqlDialects = ["postgresql", "mysql", "mariadb", "sqlite"] as const;
export type SqlDialect = (typeof sqlDialects)[number];

/** One SELECT over these tables. */
export interface SqlRule {
  readonly dialect: SqlDialect;
  /** As they have to be written: `orders`, `public.orders`. */
  readonly tables: readonly string[];
}

/**
 * What becomes of a call that does not fit its tool. `strip`: members that no schema knows are left out,
 * where that is all that is wrong. `repair`: the model is asked once more. `flag`: it passes. A tool that the
 * agent may not use is never called, whatever stands here.
 */
export const invalidCallActions = ["block", "strip", "repair", "flag"] as const;
export type InvalidCalls = (typeof invalidCallActions)[number];
