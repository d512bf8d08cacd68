// Owns what it means that a tool has registered itself: what it says, how long it is believed, where that is
// kept. Knows no policy and no network.

import type { Async } from "./frame.ts";
import type { JsonObject } from "./json.ts";

export const toolAuthTypes = ["api_key", "oauth2", "none"] as const;
export type ToolAuthType = (typeof toolAuthTypes)[number];

/** As a tool writes it, with what it leaves out. */
export interface ToolDefinition {
  readonly name: string;
  /** Semantic. */
  readonly version: string;
  readonly description: string;
  /** JSON Schema of the arguments, and of the answer; proven to compile. */
  readonly parameters: JsonObject;
  readonly returns: JsonObject | undefined;
  readonly endpoint: string;
  readonly health_url: string | undefined;
  readonly auth_type: ToolAuthType;
  /** Calls of one agent a minute. */
  readonly rate_limit: number;
  readonly timeout_ms: number;
}

/** One server of a tool. */
export interface Registration {
  /** The same for the same caller, name, version and endpoint. */
  readonly id: string;
  /** The policy's Caller that has registered it. */
  readonly by: string;
  readonly definition: ToolDefinition;
  /** Of all that is the same at each of its servers. */
  readonly hash: string;
  /** RFC 3339. */
  readonly since: string;
}

/** Servers of tools, for all replicas. Each lives as long as it is heard of. No operation rejects. */
export interface ToolRegistry {
  /** Anew, or once more. `full`: too many are there. */
  keep(registration: Registration, lifeMs: number): Async<"kept" | "full" | "lost">;
  /** `unknown`: it is gone, or another caller's. */
  renew(id: string, by: string, lifeMs: number): Async<"kept" | "unknown" | "lost">;
  remove(id: string, by: string): Async<Registration | "unknown" | "lost">;
  /** Those that live, the oldest first. */
  list(): Async<readonly Registration[] | "lost">;
}

/** Over all tools; in Redis over all programs. */
export const registrationsMax = 1_000;
/** Of one caller: none takes the place of all others. */
export const registrationsPerCallerMax = 100;
/** The field's: heard of every 20 s, gone after 60. */
export const heartbeatMs = 20_000;
export const registrationLifeMs = 60_000;

export function byAge(a: Registration, b: Registration): number {
  return a.since.localeCompare(b.since) || a.id.localeCompare(b.id);
}
