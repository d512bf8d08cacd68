// Owns what a filter does inside one exchange: its hooks, what they may answer, how it all ended. Knows no
// exchange.

import type { AnswerHead, Call, Writer } from "./dialect.ts";
import type { Async, Frame, Frames, Stop } from "./frame.ts";
import type { Refusal } from "./refusal.ts";

/** A reply made here: cache hit, replay, fallback text. Leaves through the same hooks as an upstream's. */
export interface Answer {
  readonly kind: "answer";
  readonly head: AnswerHead;
  readonly body: Buffer;
}
export type Halt = Refusal | Answer;

/**
 * A filter inside one exchange or attempt: the hooks it needs, its state in local variables.
 * `call` goes outside-in; `head`, `frame`, `flush` and `close` go inside-out.
 */
export interface Visit {
  readonly kind: "visit";
  /** The whole request, parsed once. Not called on attempts. */
  call?(call: Call): Async<Halt | undefined>;
  /** Client → server messages after an upgrade. */
  message?(frame: Frame): Async<Frames | Refusal>;
  /** Status and headers, editable. Called again where the answer is replaced before the commit. */
  head?(head: AnswerHead): Async<Refusal | undefined>;
  /** Same frame: pass · `[]`: hold · others: edit. */
  frame?(frame: Frame, writer: Writer): Async<Frames | Stop>;
  /** No more frames: give back what is held. */
  flush?(writer: Writer): Async<Frames | Stop>;
  /** Whether `frame` or `flush` may change bytes; such a stream loses its length, etag and digest. */
  readonly mayEdit?: boolean;
  /** Exactly once, always, synchronous; slow work goes to a bounded outbox. */
  close?(outcome: Outcome): void;
}

/** How an exchange, or one attempt of it, ended. */
export interface Outcome {
  readonly ended: "done" | "refused" | "ended" | "client-gone" | "replaced" | "bug";
  /** Status the client saw; 0 where nothing was committed. */
  readonly status: number;
  /**
   * Why it was refused; also for `bug`, where an upstream was lost after the commit, and where one said amid
   * its answer that it has failed: that one passed as it came, and is `done`.
   */
  readonly refusal: Refusal | undefined;
  readonly isCommitted: boolean;
}
