// Owns an answer's way past the guards: frames wait until their texts are decided, and leave without what was
// cut. Knows no detector and no vendor.

import type { Writer } from "../../contracts/dialect.ts";
import type { Async, Delta, Frame, Frames, Stop, TextDelta } from "../../contracts/frame.ts";
import type { Stage, TextSource } from "../../contracts/guard.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { Channel, type Stopped } from "./channel.ts";
import type { FindExaminers } from "./examiner.ts";
import { JsonView } from "./json-view.ts";
import { plainView } from "./view.ts";

export interface AnswerGuards {
  readonly find: FindExaminers;
  /** The same for what repeats a text that was found in before: nothing is told twice. */
  readonly findAgain: FindExaminers;
  /** Of what a model says in such a kind of text; undefined: nobody looks there. */
  readonly stageOf: (kind: TextDelta["kind"]) => Stage | undefined;
  /** Whose words they are. */
  readonly role: string;
  /** What no text is: a refusal where it must not pass. */
  readonly onMedia: (source: TextSource) => Refusal | undefined;
  /** Why a text must not pass, once a channel says so. */
  readonly stop: () => Stop | undefined;
  readonly onReleased: () => void;
}

/** A text of a held frame. */
interface Part {
  /** Index of its delta. */
  readonly at: number;
  readonly channel: Channel;
  readonly text: string;
  /** Units from the start of the channel. */
  readonly from: number;
}

interface Held {
  readonly frame: Frame;
  readonly parts: readonly Part[];
  /** By delta: what a snapshot says after its cuts. */
  readonly rewritten: ReadonlyMap<number, string>;
}

/** One answer in a frame too large to be held. */
const heldBytesMax = 32 * 1024 * 1024;
/** A snapshot repeats what others of the same answer say. */
const snapshotsMax = 64;

export class AnswerWatch {
  readonly #guards: AnswerGuards;
  #channels = new Map<string, Channel | undefined>();
  /** Channels that ever said something. */
  #said = new Set<string>();
  #snapshots = new Map<string, string>();
  #held: Held[] = [];
  #heldBytes = 0;

  constructor(guards: AnswerGuards) {
    this.#guards = guards;
  }

  /** Another answer begins in this one's place. */
  reset(): undefined {
    this.#channels = new Map();
    this.#said = new Set();
    this.#snapshots = new Map();
    this.#held = [];
    this.#heldBytes = 0;
  }

  frame(frame: Frame, writer: Writer): Async<Frames | Stop> {
    const taking = new Taking();
    const stop = this.#take(frame, taking, 0);
    return stop instanceof Promise
      ? stop.then((late) => late ?? this.#hold(frame, taking, writer))
      : (stop ?? this.#hold(frame, taking, writer));
  }

  flush(writer: Writer): Async<Frames | Stop> {
    const stop = this.#end([...this.#channels.values()], 0);
    return stop instanceof Promise
      ? stop.then((late) => late ?? this.#release(writer))
      : (stop ?? this.#release(writer));
  }

  /** One delta after another; a promise only where a guard thinks. */
  #take({ deltas }: Frame, taking: Taking, first: number): Async<Stop | undefined> {
    for (let at = first; at < deltas.length; at += 1) {
      const stop = this.#takeOne(deltas[at] as Delta, at, taking);
      if (stop instanceof Promise) {
        return stop.then((late) => late ?? this.#take({ deltas } as Frame, taking, at + 1));
      }
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  #takeOne(delta: Delta, at: number, taking: Taking): Async<Stop | undefined> {
    switch (delta.kind) {
      case "text":
      case "reasoning":
      case "refusal":
      case "tool.name":
      case "tool.args":
      case "tool.result":
        return delta.mode === "snapshot" ? this.#rewrite(delta, at, taking) : this.#append(delta, at, taking);
      case "media": {
        const stage = this.#guards.stageOf("text");
        if (stage === undefined) return undefined;
        return this.#guards.onMedia({ stage, role: this.#guards.role, kind: "media" });
      }
      case "end":
        return this.#endBelow(delta.channel);
      default:
        return undefined;
    }
  }

  #append(delta: TextDelta, at: number, taking: Taking): Async<Stop | undefined> {
    const channel = this.#channelOf(delta);
    if (channel === undefined || delta.text === "") return undefined;
    taking.parts.push({ at, channel, text: delta.text, from: channel.length });
    return this.#heed(channel.push(delta.text));
  }

  /** Says whole what was said before: it is read whole, once. */
  #rewrite(delta: TextDelta, at: number, taking: Taking): Async<Stop | undefined> {
    const known = this.#snapshots.get(`${delta.kind} ${delta.text}`);
    if (known !== undefined) {
      if (known !== delta.text) taking.rewritten.set(at, known);
      return undefined;
    }
    const { find, findAgain } = this.#guards;
    const channel = this.#open(delta, this.#said.has(nameOf(delta)) ? findAgain : find);
    if (channel === undefined || delta.text === "") return undefined;
    const settle = (): undefined => {
      const text = channel.render(delta.text, 0);
      if (this.#snapshots.size < snapshotsMax) this.#snapshots.set(`${delta.kind} ${delta.text}`, text);
      if (text !== delta.text) taking.rewritten.set(at, text);
    };
    const pushed = channel.push(delta.text);
    const ended = pushed instanceof Promise ? pushed.then((no) => no ?? channel.end()) : pushed;
    const stopped = ended ?? channel.end();
    if (stopped instanceof Promise) {
      return stopped.then((no) => (no === undefined ? settle() : this.#stop()));
    }
    return stopped === undefined ? settle() : this.#stop();
  }

  #channelOf(delta: TextDelta): Channel | undefined {
    const name = nameOf(delta);
    if (this.#channels.has(name)) return this.#channels.get(name);
    const channel = this.#open(delta, this.#guards.find);
    this.#channels.set(name, channel);
    this.#said.add(name);
    return channel;
  }

  #open({ kind }: TextDelta, find: FindExaminers): Channel | undefined {
    const stage = this.#guards.stageOf(kind);
    if (stage === undefined) return undefined;
    const examiners = find({ stage, role: this.#guards.role, kind });
    if (examiners.length === 0) return undefined;
    return new Channel(examiners, kind === "tool.args" ? new JsonView() : plainView);
  }

  /** A choice ends, and its tool calls with it: what follows on it is another text. */
  #endBelow(choice: string): Async<Stop | undefined> {
    const ending: (Channel | undefined)[] = [];
    for (const [name, channel] of this.#channels) {
      const place = name.slice(name.indexOf(" ") + 1);
      if (place !== choice && !place.startsWith(`${choice}/`)) continue;
      ending.push(channel);
      this.#channels.delete(name);
    }
    return this.#end(ending, 0);
  }

  #end(channels: readonly (Channel | undefined)[], first: number): Async<Stop | undefined> {
    for (let at = first; at < channels.length; at += 1) {
      const stop = this.#heed(channels[at]?.end());
      if (stop instanceof Promise) return stop.then((late) => late ?? this.#end(channels, at + 1));
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  #heed(said: Async<Stopped | undefined>): Async<Stop | undefined> {
    if (said instanceof Promise) return said.then((late) => (late === undefined ? undefined : this.#stop()));
    return said === undefined ? undefined : this.#stop();
  }

  #stop(): Stop {
    return this.#guards.stop() ?? refuse("internal");
  }

  #hold(frame: Frame, { parts, rewritten }: Taking, writer: Writer): Frames | Stop {
    const isPlain = this.#held.length === 0 && rewritten.size === 0;
    if (isPlain && parts.every(isClean)) {
      for (const { channel, text, from } of parts) channel.render(text, from);
      this.#guards.onReleased();
      return frame;
    }
    this.#held.push({ frame, parts, rewritten });
    this.#heldBytes += frame.bytes.length;
    if (this.#heldBytes > heldBytesMax) return refuse("guard_unavailable");
    return this.#release(writer);
  }

  /** In their order: one that waits keeps back all after it. */
  #release(writer: Writer): readonly Frame[] {
    const count = this.#held.findIndex(({ parts }) => !parts.every(isDecided));
    const ready = count === -1 ? this.#held.splice(0) : this.#held.splice(0, count);
    if (ready.length > 0) this.#guards.onReleased();
    return ready.map((held) => {
      this.#heldBytes -= held.frame.bytes.length;
      return written(held, writer);
    });
  }
}

function nameOf({ kind, channel }: TextDelta): string {
  return `${kind} ${channel}`;
}

/** What one frame says, as it is being read. */
class Taking {
  readonly parts: Part[] = [];
  readonly rewritten = new Map<number, string>();
}

function isDecided({ channel, from, text }: Part): boolean {
  return channel.decided >= from + text.length;
}

function isClean(part: Part): boolean {
  return isDecided(part) && !part.channel.hasCuts;
}

function written({ frame, parts, rewritten }: Held, writer: Writer): Frame {
  let deltas: Delta[] | undefined;
  const change = (at: number, text: string): void => {
    const delta = frame.deltas[at];
    if (delta === undefined || !("text" in delta) || delta.text === text) return;
    deltas ??= [...frame.deltas];
    deltas[at] = { ...delta, text };
  };
  for (const { at, channel, text, from } of parts) change(at, channel.render(text, from));
  for (const [at, text] of rewritten) change(at, text);
  return deltas === undefined ? frame : writer.edit(frame, deltas);
}
