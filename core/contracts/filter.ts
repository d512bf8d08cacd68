// Owns the one abstraction: a filter opens a visit, the pipeline calls its hooks. pipeline.ts is the only caller.

import type { AnswerHead, Call, Writer } from "./dialect.ts";
import type { Attempt, Exchange, Outcome } from "./exchange.ts";
import type { Async, Frame, Frames, Stop } from "./frame.ts";
import type { Refusal } from "./refusal.ts";

/** A reply made here: cache hit, replay, fallback text. Leaves through the same hooks as an upstream's. */
export interface Answer {
  readonly kind: "answer";
  readonly head: AnswerHead;
  readonly body: Buffer;
}
export type Halt = Refusal | Answer;

/** One concern on the path. `undefined`: not my business on this exchange. */
export interface Filter {
  readonly name: string;
  /** Whether its visits may want the whole call; a route with one buffers the body and refuses upgrades. */
  readonly wantsCall: boolean;
  open(exchange: Exchange): Async<Visit | Halt | undefined>;
}

/** The same, once an attempt. It cannot answer, only refuse. */
export interface AttemptFilter {
  readonly name: string;
  open(attempt: Attempt): Async<Visit | Refusal | undefined>;
}

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
