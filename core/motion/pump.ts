// Owns the way of an answer's bytes: reader → hooks → client, with backpressure. Knows nothing of HTTP or retries.

import type { AnswerHead, FrameReader, Writer } from "../contracts/dialect.ts";
import type { Async, Frame, Frames, Stop } from "../contracts/frame.ts";
import type { Refusal } from "../contracts/refusal.ts";
import type { Visit } from "../contracts/visit.ts";
import type { Client } from "./client.ts";
import type { Sink, Source } from "./source.ts";

/** How a pump came to rest. `at`: index of the hook that stopped it; hooks after it have not seen the stop. */
export type Rest =
  | { readonly kind: "done" }
  | { readonly kind: "stopped"; readonly stop: Stop; readonly at: number }
  | { readonly kind: "lost"; readonly refusal: Refusal }
  | { readonly kind: "cut" }
  | { readonly kind: "bug"; readonly error: unknown };

const done: Rest = { kind: "done" };

export interface PumpOptions {
  readonly head: AnswerHead;
  readonly source: Source;
  /** `undefined`: nobody looks at frames, bytes are piped. */
  readonly reader: FrameReader | undefined;
  readonly writer: Writer;
  /** Visits inside-out. */
  readonly hooks: readonly Visit[];
  readonly client: Client;
}

export class Pump implements Sink {
  isCommitted = false;
  readonly writer: Writer;
  readonly #options: PumpOptions;
  readonly #hooks: readonly Visit[];
  #resolve: (rest: Rest) => void = () => {};
  #rest: Rest | undefined = undefined;
  /** Released, not yet written. */
  #out: Buffer[] = [];
  /** While a hook thinks, what arrives waits here; the source is paused, so only what is under way comes. */
  #waiting: (Buffer | "end" | Refusal)[] = [];
  #isThinking = false;
  #isFull = false;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#hooks = options.hooks;
    this.writer = options.writer;
  }

  /** 0 while the head can still be replaced. */
  get committedStatus(): number {
    return this.isCommitted ? this.#options.head.status : 0;
  }

  /** Resolves when nothing more will come; the client's answer is not yet ended then. */
  run(): Promise<Rest> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#options.source.attach(this);
    });
  }

  data(chunk: Buffer): void {
    if (this.#rest !== undefined) return;
    if (this.#isThinking) this.#waiting.push(chunk);
    else this.#step(chunk);
  }

  end(): void {
    if (this.#rest !== undefined) return;
    if (this.#isThinking) this.#waiting.push("end");
    else this.#step("end");
  }

  lost(refusal: Refusal): void {
    if (this.#rest !== undefined) return;
    if (this.#isThinking) this.#waiting.push(refusal);
    else this.#step(refusal);
  }

  /** From outside: whatever was still to come is not wanted. */
  cut(): void {
    this.#settle({ kind: "cut" });
  }

  /**
   * Frames made here (an ending, an error event) go past the hooks beyond the one that stopped the answer; what
   * those still hold is given back first. A second stop on the way changes nothing: the end is said either way.
   */
  async sayLast(frames: readonly Frame[], beyond: readonly Visit[]): Promise<void> {
    const from = this.#hooks.length - beyond.length;
    const stopped = (await this.#flush(from)) ?? (await this.#passAll(frames, from, 0));
    if (stopped !== undefined) for (const frame of frames) this.#out.push(frame.bytes);
    this.finish();
  }

  /** Inside-out: what one hook gives back passes those after it. */
  async #flush(from: number): Promise<Rest | undefined> {
    for (let at = from; at < this.#hooks.length; at++) {
      const held = await this.#hooks[at]?.flush?.(this.writer);
      const stopped = held === undefined ? undefined : await this.#said(held, at);
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  /** Ends the client's answer; where nothing was committed yet its length is known. */
  finish(): void {
    const { client, head } = this.#options;
    const last = join(this.#out);
    this.#out = [];
    if (!this.isCommitted && last !== undefined) head.headers["content-length"] ??= String(last.length);
    this.#commit();
    client.end(last);
  }

  #step(item: Buffer | "end" | Refusal): void {
    try {
      const rest = this.#take(item);
      if (rest instanceof Promise) this.#think(rest);
      else this.#stepped(rest);
    } catch (error) {
      this.#settle({ kind: "bug", error });
    }
  }

  /** What a step let through is written, unless the answer can still be replaced or its length still be known. */
  #stepped(rest: Rest | undefined): void {
    if (rest === undefined) {
      this.#release();
      return;
    }
    const isEnding = rest.kind === "stopped" && rest.stop.kind === "ending";
    if (isEnding || (this.isCommitted && rest.kind !== "done")) this.#release();
    this.#settle(rest);
  }

  #take(item: Buffer | "end" | Refusal): Async<Rest | undefined> {
    const { reader } = this.#options;
    if (item === "end") {
      const frames = reader?.end() ?? [];
      if ("kind" in frames) return { kind: "lost", refusal: frames };
      return this.#passLast(frames);
    }
    if (!Buffer.isBuffer(item)) return { kind: "lost", refusal: item };
    if (reader === undefined) {
      this.#out.push(item);
      return undefined;
    }
    const frames = reader.push(item);
    if ("kind" in frames) return { kind: "lost", refusal: frames };
    return this.#passAll(frames, 0, 0);
  }

  async #passLast(frames: readonly Frame[]): Promise<Rest> {
    return (await this.#passAll(frames, 0, 0)) ?? (await this.#flush(0)) ?? done;
  }

  #passAll(frames: readonly Frame[], from: number, start: number): Async<Rest | undefined> {
    for (let index = start; index < frames.length; index++) {
      const rest = this.#pass(frames[index] as Frame, from);
      if (rest === undefined) continue;
      if (rest instanceof Promise) {
        return rest.then((stopped) => stopped ?? this.#passAll(frames, from, index + 1));
      }
      return rest;
    }
    return undefined;
  }

  #pass(frame: Frame, from: number): Async<Rest | undefined> {
    for (let at = from; at < this.#hooks.length; at++) {
      const said = this.#hooks[at]?.frame?.(frame, this.writer) ?? frame;
      if (said === frame) continue;
      if (said instanceof Promise) return said.then((later) => this.#said(later, at));
      return this.#said(said, at);
    }
    this.#out.push(frame.bytes);
    return undefined;
  }

  #said(said: Frames | Stop, at: number): Async<Rest | undefined> {
    if (!("kind" in said)) return this.#passAll(said, at + 1, 0);
    if (said.kind === "frame") return this.#pass(said, at + 1);
    return { kind: "stopped", stop: said, at };
  }

  #think(later: Promise<Rest | undefined>): void {
    this.#isThinking = true;
    this.#options.source.pause();
    later.then(
      (rest) => this.#thought(rest),
      (error: unknown) => this.#settle({ kind: "bug", error }),
    );
  }

  #thought(rest: Rest | undefined): void {
    this.#isThinking = false;
    if (this.#rest !== undefined) return;
    this.#stepped(rest);
    while (!this.#isThinking && this.#rest === undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#step(next);
    }
    if (!this.#isThinking && !this.#isFull) this.#options.source.resume();
  }

  #release(): void {
    const bytes = join(this.#out);
    if (bytes === undefined) return;
    this.#out = [];
    this.#commit();
    const { client, source } = this.#options;
    if (client.write(bytes) || this.#isFull) return;
    this.#isFull = true;
    source.pause();
    client.onDrain = () => {
      this.#isFull = false;
      if (!this.#isThinking) source.resume();
    };
  }

  #commit(): void {
    if (this.isCommitted) return;
    this.isCommitted = true;
    this.#options.client.writeHead(this.#options.head);
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
