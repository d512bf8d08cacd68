// Owns what a policy says of MCP servers and of their use by agents. Knows no message.

import type { ApprovalSpec } from "./approval.ts";
import type { Endpoint, ProviderTimeouts } from "./endpoint.ts";
import type { JsonObject } from "./json.ts";
import type { LimitSpec } from "./limit-spec.ts";
import type { Origin } from "./origin.ts";

import type { SecretSource } from "./secret-source.ts";
import type { ToolCredential } from "./tool-spec.ts";

/** Names, or URIs; `*` at the end stands for any rest. */
export interface AccessList {
  /** Undefined: all that is not denied. */
  readonly allow: readonly string[] | undefined;
  /** Goes before `allow`. */
  readonly deny: readonly string[];
}

/** What a server offers, in the protocol's own words. */
export const offers = ["tools", "resources", "prompts"] as const;
export type Offer = (typeof offers)[number];
export type AccessLists = Readonly<Record<Offer, AccessList>>;

export type McpUpstream =
  /** `sse`: HTTP+SSE of 2024-11-05. */
  | { readonly kind: "http"; readonly endpoint: Endpoint; readonly transport: "streamable" | "sse" }
  | {
      readonly kind: "stdio";
      /** A program and its arguments; no shell. */
      readonly command: readonly string[];
      /** All that its environment holds beside PATH, HOME and the like. */
      readonly environment: ReadonlyMap<string, SecretSource>;
    };

export interface McpServerSpec {
  readonly name: string;
  readonly origin: Origin;
  readonly upstream: McpUpstream;
  /** Undefined: the server asks for none. */
  readonly credential: ToolCredential | undefined;
  readonly access: AccessLists;
  /** By a tool's name, or the beginning of one and `*`: its calls wait for a person. */
  readonly approval: ReadonlyMap<string, ApprovalSpec>;
  /** Of calls of its tools. */
  readonly limits: ReadonlyMap<string, LimitSpec>;
  /** Undefined: tools are what the server says they are. */
  readonly lock: McpLock | undefined;
  /** Where it is, absolute. */
  readonly lockFile: string | undefined;
  /** After this long the tools are looked at again before one of them is called. */
  readonly recheckMs: number;
  /** Arguments that do not fit the tool's schema. */
  readonly onMisfit: "block" | "flag";
  readonly timeouts: ProviderTimeouts;
  readonly messageBytesMax: number;
  /** Processes at the same time; of `stdio`. */
  readonly processesMax: number;
  /** That may ask beside those of this machine: `https://app.example`. */
  readonly origins: readonly string[];
  /** Names of this listener beside those of this machine; lower case, without a port. */
  readonly hosts: readonly string[];
}

export interface McpUseSpec {
  readonly name: string;
  readonly origin: Origin;
  /** On top of what the server's own lists say. */
  readonly access: AccessLists;
  /** As the server's: the stricter one holds. */
  readonly approval: ReadonlyMap<string, ApprovalSpec>;
}

/** What is pinned, by kind and name. */
export const pinned = ["tools", "prompts", "resourceTemplates"] as const;
export type PinnedKind = (typeof pinned)[number];

export interface Pin {
  /** Of the canonical form (RFC 8785) of `definition`: `sha256-` and its base64url. */
  readonly hash: string;
  readonly definition: JsonObject;
}

export type McpLock = Readonly<Record<PinnedKind, ReadonlyMap<string, Pin>>>;
