// Owns the types of a checked, normalised policy: what the loader hands to the compiler. No I/O, no
// parsing, no YAML.

import type { ChatForm, MeteredFamily } from "./dialect.ts";
import type { EgressRuleSpec } from "./egress-spec.ts";
import type { Endpoint, ProviderTimeouts } from "./endpoint.ts";
import type { EscalationSpec } from "./escalation.ts";
import type { GuardSpec, GuardUseSpec } from "./guard-spec.ts";
import type { LimitSpec, LoopSpec } from "./limit-spec.ts";
import type { McpServerSpec, McpUseSpec } from "./mcp-spec.ts";
import type { Origin } from "./origin.ts";
import type { Price } from "./price.ts";
import type { SecretSource } from "./secret-source.ts";
import type { InvalidCalls, RegisteredToolUseSpec, ToolSpec, ToolUseSpec } from "./tool-spec.ts";

export type { Endpoint, ProviderTimeouts } from "./endpoint.ts";
export type {
  DowngradeSpec,
  LimitScope,
  LimitSpec,
  LoopSpec,
  Meter,
  Window,
  WrapUpSpec,
} from "./limit-spec.ts";
export type { McpServerSpec, McpUseSpec } from "./mcp-spec.ts";
export type { Origin } from "./origin.ts";
export type { SecretSource } from "./secret-source.ts";
export type {
  InvalidCalls,
  OAuthClientSpec,
  RegisteredToolUseSpec,
  ToolCredential,
  ToolService,
  ToolSpec,
  ToolUrl,
  ToolUseSpec,
} from "./tool-spec.ts";

/** One thing wrong with the policy files. Never holds a secret, even where the problem is one. */
export interface Problem extends Origin {
  /** `Agent/search spec.limits.requests.window`; the document alone where all of it is meant. */
  readonly path: string;
  readonly problem: string;
  /** What to write instead; empty where nothing sensible can be said. */
  readonly hint: string;
}

export interface PolicyFile {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Everything that is in force, immutable. All names are unique within their kind. */
export interface Policy {
  /** Lower-case hex sha256 over all files in load order: equal digests are equal policies. */
  readonly digest: string;
  readonly files: readonly PolicyFile[];
  /** Worth a log line at load; nothing here is ignored. */
  readonly warnings: readonly Problem[];
  readonly documentCount: number;
  readonly providers: ReadonlyMap<string, ProviderSpec>;
  readonly models: ReadonlyMap<string, ModelSpec>;
  readonly callers: ReadonlyMap<string, CallerSpec>;
  /** Defaults are already laid under each agent. */
  readonly agents: ReadonlyMap<string, AgentSpec>;
  /** Shared limits: one counter for all exchanges. An agent's own are in its spec. */
  readonly limits: ReadonlyMap<string, LimitSpec>;
  readonly guards: ReadonlyMap<string, GuardSpec>;
  /** By name: all versions, the latest first. */
  readonly tools: ReadonlyMap<string, readonly ToolSpec[]>;
  readonly mcpServers: ReadonlyMap<string, McpServerSpec>;
}

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface Named {
  readonly name: string;
  readonly origin: Origin;
}

/** Keys that sign, which Bedrock asks for in place of a secret that is sent. */
export interface AwsCredentialSource {
  readonly kind: "aws";
  readonly region: string;
  readonly accessKeyId: SecretSource;
  readonly secretAccessKey: SecretSource;
  readonly sessionToken: SecretSource | undefined;
  /** Without the session token these keys are of no use; else it is left out where there is none. */
  readonly isTemporary: boolean;
}

export type ProviderApi =
  | "openai"
  | "azure-openai"
  | "anthropic"
  | "gemini"
  | "bedrock"
  | "ollama"
  | "cohere";

export interface ProviderSpec extends Named {
  readonly api: ProviderApi;
  readonly baseUrl: Endpoint;
  /** Undefined: the upstream asks for none. */
  readonly credential: SecretSource | AwsCredentialSource | undefined;
  readonly timeouts: ProviderTimeouts;
  /** Whether streams are asked for their usage where the client does not ask. */
  readonly streamUsage: "ask" | "leave";
  /** What a model costs whose price nobody knows; undefined: such a call has no cost. */
  readonly unknownPrice: Price | undefined;
  /**
   * Input whose size nobody here can know (kept answers, files, URLs): refused where tokens or money are
   * limited, or taken to fill the model's whole context.
   */
  readonly unboundedInput: "refuse" | "context";
  readonly models: ReadonlyMap<string, ProviderModel>;
}

export interface ProviderModel {
  /** The vendor's own name. */
  readonly name: string;
  /** Undefined: what it costs is not known, which is a warning at load; a money limit refuses it. */
  readonly price: Price | undefined;
  readonly contextTokens: number | undefined;
  readonly outputTokensMax: number | undefined;
  /** The only way it is to be asked; undefined: as the client asks, or as its API is asked most. */
  readonly speaks: ChatForm | undefined;
}

export type Strategy =
  | "priority"
  | "weighted"
  | "least-in-flight"
  | "latency"
  | "cheapest"
  | "scored"
  | "route";

/** The name agents ask for. */
export interface ModelSpec extends Named {
  readonly strategy: Strategy;
  /** At least one; provider and model both exist. In order of preference under `priority`. */
  readonly targets: readonly ModelTarget[];
}

export interface ModelTarget {
  readonly provider: string;
  readonly model: string;
}

export interface CallerSpec extends Named {
  readonly team: string | undefined;
  /** By their names in the file; at most two are valid at once. */
  readonly apiKeys: ReadonlyMap<string, ApiKeySpec>;
  readonly jwt: JwtSpec | undefined;
  /** Lower-case header names. */
  readonly trust: readonly TrustedHeader[];
  /** Names of tools that it may register at the gateway; empty: none. */
  readonly registers: readonly string[];
}

export interface ApiKeySpec {
  /** Lower-case hex of the whole key. No two callers share one. */
  readonly sha256: string;
  /** Milliseconds since the epoch; not valid from then on. */
  readonly expiresAtMs: number | undefined;
}

export type JwtAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

/**
 * No two callers share issuer, audience and subject; where one names a subject and one does not, the
 * first wins.
 */
export interface JwtSpec {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string | undefined;
  /** `url` is https, or http to a loopback address. `publicKey` is PEM (SPKI) or a JWK. */
  readonly keys:
    | { readonly kind: "jwks"; readonly url: string }
    | { readonly kind: "publicKey"; readonly source: SecretSource };
  readonly algorithms: readonly JwtAlgorithm[];
  /** Claim names by what they say. */
  readonly claims: {
    readonly user: string | undefined;
    readonly session: string | undefined;
    readonly permissions?: string | undefined;
  };
}

export type TrustedHeader =
  | "x-request-id"
  | "x-task-id"
  | "x-session-id"
  | "x-user-id"
  | "traceparent"
  | "tracestate"
  | "baggage";

/** Raw Ed25519, 32 bytes in base64url. No two agents share one. */
export interface AgentKeySpec {
  readonly ed25519: string;
}

export type CallerRef =
  | { readonly kind: "caller"; readonly name: string }
  | { readonly kind: "agent"; readonly name: string }
  | { readonly kind: "anonymous" };

export interface AgentSpec extends Named {
  readonly labels: ReadonlyMap<string, string>;
  readonly endpoints: readonly Endpoint[];
  /**
   * Lower-case, without a port. With `paths` both must fit; without, every path of these hosts is the
   * agent's.
   */
  readonly hosts: readonly string[];
  /** Prefixes that end at a segment's border, no slash at the end (but `/` itself). */
  readonly paths: readonly string[];
  /** Empty: nobody may come in. */
  readonly callers: readonly CallerRef[];
  /** What its sidecar signs with when the agent calls another; by their names, at most two. */
  readonly keys: ReadonlyMap<string, AgentKeySpec>;
  readonly api: AgentApi;
  /** Names of Models; empty: none. */
  readonly models: readonly string[];
  readonly hostedTools: readonly string[] | "any";
  /** What may pass unread. */
  readonly metered: readonly MeteredFamily[];
  readonly stored: StoredRules;
  /** By name; undefined: nobody looks at calls of tools. Empty: none may be called. */
  readonly tools: ReadonlyMap<string, ToolUseSpec> | undefined;
  /** Of tools that have registered themselves those it may call, by name; empty: none. */
  readonly registeredTools: ReadonlyMap<string, RegisteredToolUseSpec>;
  /** What its calls of tools may do, where the user is permitted the same. */
  readonly operations: readonly string[];
  readonly invalidCalls: InvalidCalls;
  /** By the server's name; no other may be asked. */
  readonly mcpServers: ReadonlyMap<string, McpUseSpec>;
  /** Hosts it may name to the forward proxy; empty: none. */
  readonly egress: readonly EgressRuleSpec[];
  readonly limits: ReadonlyMap<string, LimitSpec>;
  /** Undefined: nobody looks for loops. */
  readonly loops: LoopSpec | undefined;
  /** Undefined: nothing is handed over to a person. */
  readonly escalation: EscalationSpec | undefined;
  /** In the order they are written: by their names at this agent. */
  readonly guards: ReadonlyMap<string, GuardUseSpec>;
  readonly errors: "sanitize" | "pass";
  readonly onUnattributed: "share" | "refuse";
}

/** Who may ask for what a provider keeps under an id: answers, files. */
export interface StoredRules {
  /** `user`: the one the answer was made for, or the session where no user is known. */
  readonly owner: "user" | "agent";
  /** Ids nobody here has seen the making of. */
  readonly unknown: "refuse" | "allow";
}

/** An agent's own API. Pointers are RFC 6901 strings; in `text` a segment `*` stands for every element. */
export interface AgentApi {
  readonly runPath: string | undefined;
  readonly request: {
    /** 2020-12, or draft-07 where its `$schema` says so; proven to compile. */
    readonly schema: Readonly<Record<string, unknown>> | undefined;
    /** Undefined: every string in the body counts as text. */
    readonly text: readonly string[] | undefined;
    readonly session: string | undefined;
    readonly task: string | undefined;
    readonly steps: string | undefined;
    readonly tokens: string | undefined;
    /** Undefined: the listener's own bound. */
    readonly bodyBytesMax: number | undefined;
  };
  readonly response: { readonly text: readonly string[] | undefined };
}
