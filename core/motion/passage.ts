// Owns the way of heads and frames through the hooks, inside-out, one at a time. Knows no source, no client.

import type { AnswerHead, Writer } from "../contracts/dialect.ts";
import type { Async, Frame, Frames, Stop } from "../contracts/frame.ts";
import type { Visit } from "../contracts/visit.ts";

/** `at`: index of the hook that stopped the answer; hooks after it have not seen the stop. */
export interface Stopped {
  readonly kind: "stopped";
  readonly stop: Stop;
  readonly at: number;
}

/** A head's way past the hooks from `from` on; a promise only where one of them thinks. */
export function showHead(
  head: AnswerHead,
  hooks: readonly Visit[],
  from: number,
): Async<Stopped | undefined> {
  for (let at = from; at < hooks.length; at++) {
    const stop = hooks[at]?.head?.(head);
    if (stop instanceof Promise) {
      return stop.then((later) => stoppedAt(later, at) ?? showHead(head, hooks, at + 1));
    }
    if (stop !== undefined) return stoppedAt(stop, at);
  }
  return undefined;
}

function stoppedAt(stop: Stop | undefined, at: number): Stopped | undefined {
  return stop === undefined ? undefined : { kind: "stopped", stop, at };
}

/** Whether frames concern it at all. */
export function isReading({ frame, flush }: Visit): boolean {
  return frame !== undefined || flush !== undefined;
}

export interface PassageOptions {
  /** Visits inside-out. */
  readonly hooks: readonly Visit[];
  /** Where the bytes go that every hook let through. */
  readonly out: Buffer[];
  /** Whose writer the hooks edit with: one an answer. */
  readonly speaker: { readonly writer: Writer };
}

export class Passage {
  readonly #hooks: readonly Visit[];
  readonly #out: Buffer[];
  readonly #speaker: PassageOptions["speaker"];
  #thinkingAt = -1;
  #isClosed = false;

  constructor({ hooks, out, speaker }: PassageOptions) {
    this.#hooks = hooks;
    this.#out = out;
    this.#speaker = speaker;
  }

  /** Index of the hook that was last waited for; -1 where none was. */
  get thinkingAt(): number {
    return this.#thinkingAt;
  }

  /**
   * Nothing passes from here on: what a hook that still thinks will say is not wanted, and no hook is asked.
   */
  close(): void {
    this.#isClosed = true;
  }

  /** One after another through the hooks from `from` on; a promise only where one of them thinks. */
  passAll(frames: readonly Frame[], from: number): Async<Stopped | undefined> {
    return this.#passRest(frames, from, 0);
  }

  /** No more frames: what one hook gives back passes those after it. */
  flush(from: number): Async<Stopped | undefined> {
    for (let at = from; at < this.#hooks.length && !this.#isClosed; at++) {
      const held = this.#hooks[at]?.flush?.(this.#speaker.writer);
      if (held === undefined) continue;
      const stopped = held instanceof Promise ? this.#thought(held, at) : this.#said(held, at);
      if (stopped instanceof Promise) return stopped.then((later) => later ?? this.flush(at + 1));
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  /**
   * For last words: where a hook holds or stops one, it goes on past that hook. None is lost, none said
   * twice.
   */
  async insist(frames: readonly Frame[], from: number): Promise<void> {
    const hook = this.#hooks[from];
    for (const frame of frames) {
      if (hook === undefined) this.#out.push(frame.bytes);
      else await this.insist(orItself(await hook.frame?.(frame, this.#speaker.writer), frame), from + 1);
    }
  }

  #passRest(frames: readonly Frame[], from: number, start: number): Async<Stopped | undefined> {
    for (let index = start; index < frames.length && !this.#isClosed; index++) {
      const stopped = this.#pass(frames[index] as Frame, from);
      if (stopped === undefined) continue;
      if (stopped instanceof Promise) {
        return stopped.then((later) => later ?? this.#passRest(frames, from, index + 1));
      }
      return stopped;
    }
    return undefined;
  }

  #pass(frame: Frame, from: number): Async<Stopped | undefined> {
    for (let at = from; at < this.#hooks.length; at++) {
      const hook = this.#hooks[at];
      if (hook?.frame === undefined) continue;
      const said = hook.frame(frame, this.#speaker.writer);
      if (said === frame) continue;
      return said instanceof Promise ? this.#thought(said, at) : this.#said(said, at);
    }
    this.#speaker.writer.note?.(frame);
    this.#out.push(frame.bytes);
    return undefined;
  }

  #thought(saying: Promise<Frames | Stop>, at: number): Promise<Stopped | undefined> {
    this.#thinkingAt = at;
    return saying.then((said) => (this.#isClosed ? undefined : this.#said(said, at)));
  }

  #said(said: Frames | Stop, at: number): Async<Stopped | undefined> {
    if (!("kind" in said)) return this.#passRest(said, at + 1, 0);
    if (said.kind === "frame") return this.#pass(said, at + 1);
    return { kind: "stopped", stop: said, at };
  }
}

function orItself(said: Frames | Stop | undefined, frame: Frame): readonly Frame[] {
  if (said === undefined) return [frame];
  if ("kind" in said) return said.kind === "frame" ? [said] : [frame];
  return said.length === 0 ? [frame] : said;
}
