// Owns what a policy says of a limit and of loops. Knows no counter and no store.

import type { Origin } from "./origin.ts";

/** What a limit counts; amounts are counts, tokens, nano-dollars (`usd`) or milliseconds (`wallClock`). */
export type Meter =
  | "requests"
  | "concurrency"
  | "steps"
  | "tokens"
  | "usd"
  | "toolCalls"
  | "wallClock"
  | "depth";

export type Window =
  | { readonly kind: "fixed"; readonly windowMs: number }
  | { readonly kind: "sliding"; readonly windowMs: number }
  | { readonly kind: "calendar"; readonly unit: "hour" | "day" | "week" | "month"; readonly zone: string }
  | { readonly kind: "life"; readonly of: "request" | "task" | "session" };

export type LimitScope =
  | "request"
  | "task"
  | "session"
  | "user"
  | "caller"
  | "team"
  | "agent"
  | "tool"
  | "model"
  | "provider"
  | "host"
  | "address";

export interface LimitSpec {
  readonly name: string;
  readonly origin: Origin;
  readonly meter: Meter;
  /** Positive safe integer in the meter's unit. */
  readonly amount: number;
  /** Undefined for `concurrency` and `depth`, always there for `requests`. */
  readonly window: Window | undefined;
  /** At most this many at once; only with a sliding window. */
  readonly burst: number | undefined;
  /**
   * One counter for each combination of these; empty: one for the agent, or for all where it stands
   * alone.
   */
  readonly by: readonly LimitScope[];
  /** A CEL condition, proven to compile; undefined: every exchange. */
  readonly match: string | undefined;
  readonly mode: "enforce" | "shadow";
  readonly status: 429 | 503;
  /**
   * `end`: an answer under way ends early and well, and a task whose life it is ends with it. `downgrade`:
   * the limit is a line, not a ceiling, past which calls go to `downgrade.to`.
   */
  readonly onExceeded: "refuse" | "end" | "downgrade";
  /** How an answer under way stops: with its vendor's proper end, or with an error. */
  readonly onCut: "end" | "error";
  readonly downgrade: DowngradeSpec | undefined;
  /** Says to the model that it should come to an end; undefined: says nothing. */
  readonly wrapUp: WrapUpSpec | undefined;
  readonly onStoreLoss: "closed" | "lease" | "open";
  readonly consistency: "fast" | "strict";
}

export interface DowngradeSpec {
  /** A Model on the agent's list. */
  readonly to: string;
  /** Of the limit's amount, in percent; 100 where the policy says nothing. */
  readonly atPercent: number;
  /** One request whose estimate is above so many nano-dollars goes there, however little is used. */
  readonly aboveNanoUsd: number | undefined;
}

export interface WrapUpSpec {
  /** Of the limit's amount, in percent. */
  readonly atPercent: number;
  /** Added to what the model is told, as the last words of the system prompt. */
  readonly text: string;
}

/** What an agent does over and over, told from its calls as they pass. */
export interface LoopSpec {
  /** The same tool with the same arguments, so many times in a row. */
  readonly sameCall: number;
  /** A sequence of 2 to `cycleLengthMax` calls, so many times in a row. */
  readonly cycles: number;
  readonly cycleLengthMax: number;
  /** The same error as a tool's result, so many times in a row. */
  readonly sameError: number;
  readonly action: "flag" | "refuse" | "end";
}
