// Owns what a policy says of tools and of their use by agents. Knows no call.

import type { JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";

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
}

/** A tool that an agent may use. */
export interface ToolUseSpec {
  readonly name: string;
  readonly origin: Origin;
  /** Of the Tool: the latest in the range that the agent names. */
  readonly version: string;
  /** A condition in CEL over `tool`, `args`, `agent` and `user`, proven to compile; undefined: always. */
  readonly when: string | undefined;
}

/**
 * What becomes of a call that does not fit its tool. `strip`: members that no schema knows are left out,
 * where that is all that is wrong. `repair`: the model is asked once more. `flag`: it passes. A tool that the
 * agent may not use is never called, whatever stands here.
 */
export const invalidCallActions = ["block", "strip", "repair", "flag"] as const;
export type InvalidCalls = (typeof invalidCallActions)[number];
