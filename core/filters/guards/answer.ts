// Owns an answer's way past the guards: frames wait until their texts are decided, and leave without what was
// cut. Knows no detector and no vendor.

import type { AnswerHead, Writer } from "../../contracts/dialect.ts";
import type { Async, Delta, Frame, Frames, Stop } from "../../contracts/frame.ts";
import { refuse } from "../../contracts/refusal.ts";
import type { Channel } from "./channel.ts";
import { type Held, isClean, isDecided, type Part, writeHeld } from "./held.ts";
import { choiceOf, Listening, type ListeningGuards, type Taking } from "./listening.ts";

export interface AnswerGuards extends ListeningGuards {
  /**
   * What was cut out cannot be left out of a frame: why it must not pass; undefined: it passes as it came.
   */
  readonly onUnsayable: () => Stop | undefined;
  readonly onReleased: () => void;
  /** Nothing leaves before all has come: it may be asked for again, or be answered instead. */
  readonly holdsAll: boolean;
  /** What is said instead of all that came; `said`: how it began, and what it used. */
  readonly instead?: (said: readonly Delta[]) => readonly Frame[] | undefined;
}

/** One answer in a frame too large to be held. */
export const heldBytesMax = 32 * 1024 * 1024;
/**
 * So much is said on a choice until what waits there is taken for a text of its own: 4 frames that somebody
 * waits to read, or 64 of thoughts and arguments.
 */
const quietMax = 64;
const quietOfText = 16;

export class AnswerWatch {
  readonly #guards: AnswerGuards;
  #listening: Listening;
  #holdsAll: boolean;
  #held: Held[] = [];
  #heldBytes = 0;
  /** The channel that keeps the others waiting, and how many frames it has been silent for. */
  #waited: Channel | undefined = undefined;
  #quiet = 0;

  /** `head`: of the answer, as it is before any other takes its place. */
  constructor(guards: AnswerGuards, head: AnswerHead) {
    this.#guards = guards;
    this.#listening = new Listening(guards, head);
    this.#holdsAll = guards.holdsAll;
  }

  frame(frame: Frame, writer: Writer): Async<Frames | Stop> {
    const taking: Taking = { frame, parts: [], rewritten: undefined };
    const stop = this.#listening.take(taking);
    return stop instanceof Promise
      ? stop.then((late) => late ?? this.#hold(taking, writer))
      : (stop ?? this.#hold(taking, writer));
  }

  flush(writer: Writer): Async<Frames | Stop> {
    const stop = this.#listening.end();
    return stop instanceof Promise
      ? stop.then((late) => late ?? this.#finish(writer))
      : (stop ?? this.#finish(writer));
  }

  #finish(writer: Writer): Frames | Stop {
    const { start, usage } = this.#listening;
    const said = [start, usage].filter((delta) => delta !== undefined);
    return this.#guards.instead?.(said) ?? this.#release(writer);
  }

  #hold(taking: Taking, writer: Writer): Frames | Stop {
    const { frame, parts } = taking;
    const isPlain = this.#held.length === 0 && taking.rewritten === undefined && !this.#holdsAll;
    if (isPlain && parts.every(isClean)) {
      for (const { channel, text, from } of parts) channel.render(text, from);
      this.#guards.onReleased();
      return frame;
    }
    this.#held.push(taking);
    this.#heldBytes += frame.bytes.length;
    if (this.#heldBytes > heldBytesMax) return this.#relieve(writer);
    if (this.#holdsAll) return [];
    const released = this.#release(writer);
    return "kind" in released ? released : this.#letGo(taking, released, writer);
  }

  /** The first text that keeps all others back. */
  get #waiting(): Part | undefined {
    return this.#held[0]?.parts.find((part) => !isDecided(part));
  }

  /** What has been silent while others spoke on its choice is decided as it stands. */
  #letGo(taking: Taking, released: readonly Frame[], writer: Writer): readonly Frame[] | Stop {
    const waiting = this.#waiting;
    const isSame = waiting !== undefined && waiting.channel === this.#waited;
    this.#waited = waiting?.channel;
    if (waiting === undefined || !isSame) this.#quiet = 0;
    else if (taking.parts.some((part) => part.channel === waiting.channel && !part.isAgain)) this.#quiet = 0;
    else this.#quiet += saidOn(waiting.place, taking.frame);
    if (waiting === undefined || this.#quiet < quietMax) return released;
    this.#quiet = 0;
    if (waiting.channel.pause() !== undefined) return this.#guards.stop() ?? refuse("internal");
    const more = this.#release(writer);
    return "kind" in more ? more : [...released, ...more];
  }

  /** Whoever keeps so much waiting cannot decide. */
  #relieve(writer: Writer): readonly Frame[] | Stop {
    if (this.#holdsAll) {
      const stop = this.#guards.onOverflow();
      if (stop !== undefined) return stop;
      this.#holdsAll = false;
    }
    const frames: Frame[] = [];
    for (;;) {
      const released = this.#release(writer);
      if ("kind" in released) return released;
      frames.push(...released);
      const waiting = this.#waiting;
      if (this.#heldBytes <= heldBytesMax || waiting === undefined) return frames;
      if (waiting.channel.giveUp() !== undefined) return this.#guards.stop() ?? refuse("internal");
    }
  }

  /** In their order: one that waits keeps back all after it. */
  #release(writer: Writer): readonly Frame[] | Stop {
    const count = this.#held.findIndex(({ parts }) => !parts.every(isDecided));
    const ready = count === -1 ? this.#held.splice(0) : this.#held.splice(0, count);
    const frames: Frame[] = [];
    for (const held of ready) {
      this.#heldBytes -= held.frame.bytes.length;
      const written = writeHeld(held, writer, this.#listening.form);
      const stop = written === undefined ? this.#guards.onUnsayable() : undefined;
      if (stop !== undefined) return stop;
      frames.push(written ?? held.frame);
    }
    if (frames.length > 0) this.#guards.onReleased();
    return frames;
  }
}

/** How much a frame says on a choice, as far as somebody waits for it. */
function saidOn(choice: string, { deltas }: Frame): number {
  let most = 0;
  for (const delta of deltas) {
    if (!("text" in delta) || choiceOf(delta.channel) !== choice) continue;
    most = Math.max(most, delta.kind === "text" ? quietOfText : 1);
  }
  return most;
}
