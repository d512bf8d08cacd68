// Owns the way of an answer's bytes: reader → hooks → client, with backpressure. Knows nothing of HTTP or
// retries.

import type { AnswerHead, Call, Dialect, FrameReader, Writer } from "../contracts/dialect.ts";
import type { Async, Frame } from "../contracts/frame.ts";
import type { Refusal } from "../contracts/refusal.ts";
import type { Visit } from "../contracts/visit.ts";
import type { Client } from "./client.ts";
import { Passage, type Stopped } from "./passage.ts";
import type { Sink, Source } from "./source.ts";
import { isTurnSpent } from "./turn.ts";

/** How a pump came to rest. */
export type Rest =
  | { readonly kind: "done" }
  | Stopped
  | { readonly kind: "lost"; readonly refusal: Refusal }
  /** `at`: the hook that was thinking, which may not be asked again; -1 where none was. */
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "bug"; readonly error: unknown };

const done: Rest = { kind: "done" };

export interface PumpOptions {
  readonly head: AnswerHead;
  readonly source: Source;
  readonly dialect: Dialect;
  /** `undefined`: nobody looks at frames, bytes are piped. */
  readonly reader: FrameReader | undefined;
  /** Visits inside-out. */
  readonly hooks: readonly Visit[];
  readonly client: Client;
  /** What is answered; undefined where nobody has read it. */
  readonly call?: Call | undefined;
}

type Item = Buffer | "end" | Refusal;

export class Pump implements Sink {
  isCommitted = false;
  readonly #options: PumpOptions;
  readonly #passage: Passage;
  #writer: Writer | undefined = undefined;
  #resolve: (rest: Rest) => void = () => {};
  #rest: Rest | undefined = undefined;
  /** Released, not yet written. */
  readonly #out: Buffer[] = [];
  /**
   * While a hook thinks, or others have their turn; the source is paused, so only what is under way comes.
   */
  #waiting: Item[] = [];
  #hasFlushed = false;
  #isThinking = false;
  #isYielding = false;
  #isFull = false;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#passage = new Passage({ hooks: options.hooks, out: this.#out, speaker: this });
  }

  /** Made on first use: where nobody edits or ends, no dialect runs. */
  get writer(): Writer {
    const { dialect, head, call } = this.#options;
    this.#writer ??= dialect.writer(head, call);
    return this.#writer;
  }

  /** 0 while the head can still be replaced. */
  get committedStatus(): number {
    return this.isCommitted ? this.#options.head.status : 0;
  }

  /** Whether more may be said than the upstream announced: never past a stated length. */
  get isOpenEnded(): boolean {
    return this.#options.head.headers["content-length"] === undefined;
  }

  /** Resolves when nothing more will come; the client's answer is not yet ended then. */
  run(): Promise<Rest> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#options.source.attach(this);
    });
  }

  data(chunk: Buffer): void {
    this.#arrived(chunk);
  }

  end(): void {
    this.#arrived("end");
  }

  lost(refusal: Refusal): void {
    this.#arrived(refusal);
  }

  /** From outside: whatever was still to come is not wanted. */
  abort(): void {
    this.#passage.close();
    this.#settle({ kind: "cut", at: this.#isThinking ? this.#passage.thinkingAt : -1 });
  }

  /**
   * Frames made here (an ending, an error event) follow what the hooks `beyond` give back, past those same
   * hooks; they are made last, since they depend on all that was said. `unsayable`: there are none.
   */
  async sayLast(
    make: (writer: Writer) => readonly Frame[],
    beyond: readonly Visit[],
  ): Promise<"said" | "unsayable"> {
    const last = new Passage({ hooks: beyond, out: this.#out, speaker: this });
    let stopped = this.#hasFlushed ? undefined : await last.flush(0);
    this.#hasFlushed = true;
    while (stopped !== undefined) stopped = await last.flush(stopped.at + 1);
    const frames = make(this.writer);
    if (frames.length === 0) return "unsayable";
    await last.insist(frames, 0);
    this.finish();
    return "said";
  }

  /** Ends the client's answer; where nothing was committed yet its length is known. */
  finish(): void {
    const { client, head } = this.#options;
    const last = this.#takeOut();
    if (!this.isCommitted && last !== undefined) head.headers["content-length"] ??= String(last.length);
    this.#commit();
    client.end(last);
  }

  #arrived(item: Item): void {
    if (this.#rest !== undefined) return;
    if (this.#isThinking || this.#isYielding) this.#waiting.push(item);
    else if (isTurnSpent()) this.#yield(item);
    else this.#step(item);
  }

  #step(item: Item): void {
    try {
      const rest = this.#take(item);
      if (rest instanceof Promise) this.#think(rest);
      else this.#stepped(rest);
    } catch (error) {
      this.#settle({ kind: "bug", error });
    }
  }

  /** What a step let through is written, unless the answer can still be replaced or its length be known. */
  #stepped(rest: Rest | undefined): void {
    if (this.#rest !== undefined) return;
    if (rest === undefined) {
      this.#release();
      return;
    }
    if (this.isCommitted && rest.kind !== "done") this.#release();
    this.#settle(rest);
  }

  #take(item: Item): Async<Rest | undefined> {
    const { reader } = this.#options;
    if (item === "end") return reader === undefined ? done : this.#takeEnd(reader);
    if (!Buffer.isBuffer(item)) return { kind: "lost", refusal: item };
    if (reader === undefined) {
      this.#out.push(item);
      return undefined;
    }
    const frames = reader.push(item);
    if ("kind" in frames) return { kind: "lost", refusal: frames };
    return this.#passage.passAll(frames, 0);
  }

  #takeEnd(reader: FrameReader): Async<Rest> {
    const frames = reader.end();
    if ("kind" in frames) return { kind: "lost", refusal: frames };
    const passing = this.#passage.passAll(frames, 0);
    return passing instanceof Promise
      ? passing.then((stopped) => this.#flush(stopped))
      : this.#flush(passing);
  }

  #flush(stopped: Rest | undefined): Async<Rest> {
    const flushing = stopped ?? this.#passage.flush(0);
    return flushing instanceof Promise ? flushing.then((rest) => rest ?? done) : (flushing ?? done);
  }

  #think(later: Promise<Rest | undefined>): void {
    this.#isThinking = true;
    this.#options.source.pause();
    later.then((rest) => this.#thought(rest)).catch((error: unknown) => this.#settle({ kind: "bug", error }));
  }

  #thought(rest: Rest | undefined): void {
    this.#isThinking = false;
    this.#stepped(rest);
    this.#catchUp();
  }

  #yield(item: Item): void {
    this.#isYielding = true;
    this.#waiting.unshift(item);
    this.#options.source.pause();
    setImmediate(() => {
      this.#isYielding = false;
      this.#catchUp();
    });
  }

  #catchUp(): void {
    while (!this.#isThinking && !this.#isYielding && this.#rest === undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      if (isTurnSpent()) this.#yield(next);
      else this.#step(next);
    }
    this.#resume();
  }

  #release(): void {
    const bytes = this.#takeOut();
    if (bytes === undefined || bytes.length === 0) return;
    this.#commit();
    const { client, source } = this.#options;
    if (client.write(bytes) || this.#isFull) return;
    this.#isFull = true;
    source.pause();
    client.onDrain = () => {
      this.#isFull = false;
      this.#resume();
    };
  }

  #resume(): void {
    const isBusy = this.#isThinking || this.#isYielding || this.#isFull;
    if (!isBusy && this.#rest === undefined) this.#options.source.resume();
  }

  #takeOut(): Buffer | undefined {
    const bytes = join(this.#out);
    this.#out.length = 0;
    return bytes;
  }

  #commit(): void {
    if (this.isCommitted) return;
    this.#options.client.writeHead(this.#options.head);
    this.isCommitted = true;
  }

  #settle(rest: Rest): void {
    if (this.#rest !== undefined) return;
    this.#rest = rest;
    this.#resolve(rest);
  }
}

/** Neighbouring slices of one chunk are written as the one piece they came in, without a copy. */
function join(pieces: readonly Buffer[]): Buffer | undefined {
  const [first] = pieces;
  if (first === undefined || pieces.length === 1) return first;
  let end = first.byteOffset;
  for (const piece of pieces) {
    if (piece.buffer !== first.buffer || piece.byteOffset !== end) return Buffer.concat(pieces);
    end += piece.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}
