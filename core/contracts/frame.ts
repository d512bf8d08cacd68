// Owns the units of an answer: frames, deltas, usage, and the ways a chain may stop it. Knows nothing of any
// vendor.

import type { Refusal } from "./refusal.ts";

export type Async<T> = T | Promise<T>;

/** Token counts of one call. `isExact` is false where they were counted here and not said by the provider. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly isExact: boolean;
}

export const noUsage: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  isExact: true,
});

/** Kinds of text a model writes. Text of one channel (`0`, `0/tool/1`) concatenates over the frames. */
export type TextKind = "text" | "reasoning" | "refusal" | "tool.name" | "tool.args";

export interface TextDelta {
  readonly kind: TextKind;
  /** The choice and, for tools, the call: `0`, `1`, `0/tool/2`. */
  readonly channel: string;
  readonly text: string;
  /** A snapshot repeats what appended deltas said before: guarded like them, never metered twice. */
  readonly mode: "append" | "snapshot";
}
export interface UsageDelta {
  readonly kind: "usage";
  readonly usage: Usage;
}
export interface EndDelta {
  readonly kind: "end";
  readonly channel: string;
  /** The vendor's own word: `stop`, `length`, `tool_calls` … */
  readonly reason: string;
}
/** An error the upstream put into its own answer, after a good status. */
export interface ErrorDelta {
  readonly kind: "error";
}
export type Delta = TextDelta | UsageDelta | EndDelta | ErrorDelta;

/** One unit of the answer: an SSE event, an NDJSON line, or a whole unstreamed body. */
export interface Frame {
  readonly kind: "frame";
  /** As it came, its delimiter included; written unchanged unless the frame was edited. */
  readonly bytes: Buffer;
  /** Read on first use: a chain in which nobody looks pays nothing. */
  readonly deltas: readonly Delta[];
}
export type Frames = Frame | readonly Frame[];

/** A proper end before the model's own, said in the client's dialect. */
export interface Ending {
  readonly kind: "ending";
  readonly reason: "length";
  readonly usage: Usage;
  /** Said instead where no answer has begun, or its format has no early end. */
  readonly otherwise: Refusal;
}
/** Ask the model once more: legal before the commit, at most once an exchange. */
export interface Again {
  readonly kind: "again";
  /** Why, for the log: a fixed word, never text of the exchange. */
  readonly because: string;
}
export type Stop = Refusal | Ending | Again;
