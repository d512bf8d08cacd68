// Owns the units of an answer: frames, deltas, usage, and the ways a chain may stop it. Knows nothing of any
// vendor.

import type { JsonValue } from "./json.ts";
import type { Refusal } from "./refusal.ts";
import type { RpcMessage } from "./rpc.ts";

export type Async<T> = T | Promise<T>;

/**
 * Token counts of one call. `inputTokens` holds the cached, cache-write, audio, image and video ones,
 * `outputTokens` the reasoning, audio, image and video ones. `isExact` is false where they were counted
 * here and not said by the provider.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  /** Of all lives; those kept for an hour are in `cacheWrite1hTokens` too. */
  readonly cacheWriteTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly reasoningTokens: number;
  /** Of the input, of the output, and of the cached input: each medium may be priced apart. */
  readonly audioInputTokens: number;
  readonly audioOutputTokens: number;
  readonly cachedAudioInputTokens: number;
  readonly imageInputTokens: number;
  readonly imageOutputTokens: number;
  readonly cachedImageInputTokens: number;
  readonly videoInputTokens: number;
  readonly videoOutputTokens: number;
  readonly cachedVideoInputTokens: number;
  /** The vendor's own searches of the web: charged by their number, on top of tokens. */
  readonly webSearches: number;
  readonly isExact: boolean;
}

export const noUsage: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  reasoningTokens: 0,
  audioInputTokens: 0,
  audioOutputTokens: 0,
  cachedAudioInputTokens: 0,
  imageInputTokens: 0,
  imageOutputTokens: 0,
  cachedImageInputTokens: 0,
  videoInputTokens: 0,
  videoOutputTokens: 0,
  cachedVideoInputTokens: 0,
  webSearches: 0,
  isExact: true,
});

/**
 * Kinds of text in an answer. Text of one channel (`0`, `0/tool/1`) concatenates over the frames.
 * `tool.result`: what a tool that the vendor runs gave back; no model wrote it. `tool.definition`: what a
 * server of tools says of them.
 */
export type TextKind =
  | "text"
  | "reasoning"
  | "refusal"
  | "tool.name"
  | "tool.args"
  | "tool.result"
  | "tool.definition";

export interface TextDelta {
  readonly kind: TextKind;
  /**
   * The choice and, for tools, the call: `0`, `1`, `0/tool/2`. Below it stands what is said beside the call's
   * arguments: `0/tool/2/action/query`. `0/2/1`: of the third item the second part; it is read behind others.
   */
  readonly channel: string;
  readonly text: string;
  /**
   * A snapshot repeats, whole, what appended deltas said before; a repeat is appended to a channel of its
   * own, which says piece by piece what another says. Both are guarded, never metered and never translated.
   */
  readonly mode: "append" | "snapshot" | "repeat";
  /** A piece of arguments that are put together from single values: another text cannot take its place. */
  readonly isBound?: boolean;
  /**
   * Undefined: it goes on in what follows on its channel. `frame`: this is all of it. `either`: what follows
   * there may go on with it, or be another text.
   */
  readonly reach?: "frame" | "either";
}
/** The answer's own id and model; once an answer, where the vendor says them first. */
export interface StartDelta {
  readonly kind: "start";
  readonly id: string | undefined;
  readonly model: string | undefined;
}
/** A tool call begins here; its name and arguments follow as texts. `isHosted`: the vendor runs it. */
export interface ToolDelta {
  readonly kind: "tool";
  readonly channel: string;
  readonly id: string | undefined;
  readonly isHosted: boolean;
}
/** Ends the reasoning said so far on this channel, with the vendor's proof of it; opaque. */
export interface SignatureDelta {
  readonly kind: "signature";
  readonly channel: string;
  readonly signature: string;
  /** The reasoning itself is withheld: `signature` is all there is of it. */
  readonly isRedacted: boolean;
}
/** The model made something that is no text. */
export interface MediaDelta {
  readonly kind: "media";
  readonly channel: string;
  readonly mediaType: string | undefined;
  /** Base64; undefined where only `url` says where it is. */
  readonly data: string | undefined;
  readonly url: string | undefined;
}
/**
 * Repeats the tokens of texts, most often of those beside them, so whoever changes those removes these. An
 * edit that removes them says `null` in the place of their value.
 */
export interface LogprobsDelta {
  readonly kind: "logprobs";
  readonly channel: string;
  readonly value: JsonValue;
}
export interface UsageDelta {
  readonly kind: "usage";
  readonly usage: Usage;
}
/** Why a model stopped, in one vocabulary. `pause`: it waits for the client to go on (`pause_turn`). */
export type StopReason =
  | "stop"
  | "stop_sequence"
  | "length"
  | "tool_calls"
  | "content_filter"
  | "refusal"
  | "pause"
  | "other";
export interface EndDelta {
  readonly kind: "end";
  readonly channel: string;
  /** The vendor's own word: `stop`, `length`, `tool_calls` … */
  readonly reason: string;
  readonly stop: StopReason;
}
/** An error the upstream put into its own answer, or in its place. */
export interface ErrorDelta {
  readonly kind: "error";
  /** The HTTP status that says the same (529 for overload); undefined where nothing tells. */
  readonly status: number | undefined;
}
export type Delta =
  | StartDelta
  | TextDelta
  | ToolDelta
  | SignatureDelta
  | MediaDelta
  | LogprobsDelta
  | UsageDelta
  | EndDelta
  | ErrorDelta;

/** One unit of the answer: an SSE event, an NDJSON line, or a whole unstreamed body. */
export interface Frame {
  readonly kind: "frame";
  /** As it came, its delimiter included; written unchanged unless the frame was edited. */
  readonly bytes: Buffer;
  /** Read on first use: a chain in which nobody looks pays nothing. */
  readonly deltas: readonly Delta[];
  /** The vendor's ids of what it may keep, where this frame is the first to name them. */
  readonly keptIds?: readonly string[];
  /** Of an answer in JSON-RPC: what it is made of. */
  readonly messages?: readonly RpcMessage[];
  /** The one reading of a whole answer, where its dialect keeps it. */
  readonly value?: JsonValue;
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
  /** Said where it cannot be asked again. */
  readonly otherwise: Refusal;
}
export type Stop = Refusal | Ending | Again;
