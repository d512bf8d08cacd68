// Owns what an answer says, frame by frame: each text of it comes to those who read it. Holds no frame.

import type { AnswerHead } from "../../contracts/dialect.ts";
import type { Async, Delta, Stop, TextDelta } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { Channel, Stopped } from "./channel.ts";
import { type FailureForm, failureForm, failureTexts } from "./failures.ts";
import type { Held, Part } from "./held.ts";
import { Snapshots } from "./snapshots.ts";
import { tokenTexts } from "./tokens.ts";
import { isTurnSpent, nextTurn } from "./turns.ts";
import { type VoiceGuards, Voices } from "./voices.ts";

export interface ListeningGuards extends VoiceGuards {
  /** What no text is: a refusal where it must not pass. `kind`: of what is said. */
  readonly onMedia: (channel: string, kind: "media" | "error") => Refusal | undefined;
  /** Why a text must not pass, once a channel says so. */
  readonly stop: () => Stop | undefined;
  /** More is said at once than can be read: why nothing passes; undefined: it passes unread. */
  readonly onOverflow: () => Stop | undefined;
}

/** Of a frame with more deltas than this others have their turn in between. */
const deltasMin = 16;

/** What one frame says, as it is being read. */
export interface Taking extends Held {
  readonly parts: Part[];
  rewritten: Map<number, string> | undefined;
}

export class Listening {
  readonly form: FailureForm;
  /** How the answer began, and what it used so far. */
  start: Delta | undefined = undefined;
  usage: Delta | undefined = undefined;
  readonly #guards: ListeningGuards;
  readonly #voices: Voices;
  readonly #snapshots: Snapshots;

  constructor(guards: ListeningGuards, head: AnswerHead) {
    this.form = failureForm(head);
    this.#guards = guards;
    this.#voices = new Voices(guards);
    this.#snapshots = new Snapshots(this.#voices);
  }

  /** `taking` is filled; a promise only where a guard thinks, or the turn is spent. */
  take(taking: Taking): Async<Stop | undefined> {
    return this.#takeFrom(taking, 0);
  }

  #takeFrom(taking: Taking, first: number): Async<Stop | undefined> {
    const { deltas } = taking.frame;
    for (let at = first; at < deltas.length; at += 1) {
      if (at > first && deltas.length > deltasMin && isTurnSpent()) {
        return nextTurn().then(() => this.#takeFrom(taking, at));
      }
      const stop = this.#takeOne(deltas[at] as Delta, at, taking);
      if (stop instanceof Promise) return stop.then((late) => late ?? this.#takeFrom(taking, at + 1));
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
      case "tool.definition":
        if (delta.text === "") return undefined;
        return delta.mode === "snapshot" ? this.#rewrite(delta, at, taking) : this.#append(delta, at, taking);
      case "signature":
        return this.#heed(this.#voices.pause("reasoning", delta.channel));
      case "logprobs":
        return this.#takeTokens(delta, at, taking);
      case "media":
        return this.#guards.onMedia(delta.channel, "media");
      case "error":
        return this.#takeFailure(taking);
      case "end":
        return this.end(delta.channel);
      case "start":
        this.start ??= delta;
        return undefined;
      case "usage":
        this.usage = delta;
        return undefined;
      default:
        return undefined;
    }
  }

  #append(delta: TextDelta, at: number, { parts }: Taking): Async<Stop | undefined> {
    const { text, reach, kind: says } = delta;
    const channel = reach === "frame" ? this.#voices.open(delta) : this.#voices.of(delta);
    if (channel === undefined) return undefined;
    if (channel === "full") return this.#guards.onOverflow();
    parts.push({ at, channel, text, from: channel.length, says, place: choiceOf(delta.channel) });
    if (reach === "frame") return this.#readWhole(channel, text);
    return this.#heed(reach === "either" ? channel.pushRecord(text) : channel.push(text));
  }

  #rewrite(delta: TextDelta, at: number, taking: Taking): Async<Stop | undefined> {
    const said = this.#voices.saidAs(delta);
    if (said !== undefined) {
      const { kind: says, text } = delta;
      taking.parts.push({ ...{ at, text, says }, ...said, place: choiceOf(delta.channel), isAgain: true });
      return undefined;
    }
    const snapshot = this.#snapshots.read(delta);
    if (snapshot.kind === "unread") return undefined;
    if (snapshot.kind === "part") {
      const { channel, stopped } = snapshot;
      const place = choiceOf(delta.channel);
      taking.parts.push({ at, channel, text: delta.text, from: 0, says: delta.kind, place });
      return this.#heed(stopped);
    }
    const settle = (rest: string | Stopped): Stop | undefined => {
      if (typeof rest !== "string") return this.#stop();
      if (rest !== delta.text) taking.rewritten = (taking.rewritten ?? new Map()).set(at, rest);
      return undefined;
    };
    return snapshot.text instanceof Promise ? snapshot.text.then(settle) : settle(snapshot.text);
  }

  /** Beside what says a text whole they are whole as well. */
  #takeTokens(delta: Delta & { kind: "logprobs" }, at: number, taking: Taking): Async<Stop | undefined> {
    const isWhole = taking.frame.deltas.some((one) => "mode" in one && one.mode === "snapshot");
    // Nobody who reads tokens thinks: a long one takes its turns, and nothing is stopped for it.
    let taken: Promise<Stop | undefined> | undefined;
    for (const [name, text] of tokenTexts(delta.value)) {
      const place = `${delta.channel}/${name}`;
      const channel = isWhole ? this.#voices.openTokens() : this.#voices.tokensOf(place);
      if (channel === undefined) return undefined;
      const from = channel.length;
      taking.parts.push({ at, channel, text, from, says: "tokens", place: choiceOf(delta.channel) });
      const pushed = isWhole ? this.#readWhole(channel, text) : this.#heed(channel.push(text));
      if (pushed instanceof Promise) taken = taken === undefined ? pushed : taken.then(() => pushed);
    }
    return taken;
  }

  #takeFailure(taking: Taking): Async<Stop | undefined> {
    if (this.#guards.stageOf("text") === undefined) return undefined;
    const texts = failureTexts(taking.frame, this.form);
    if (texts === undefined) return this.#guards.onMedia("0", "error");
    const known = new Set(
      taking.frame.deltas.map((delta) => ("pointer" in delta ? delta.pointer : undefined)),
    );
    const left = texts.filter(({ pointer, text }) => text !== "" && !known.has(pointer));
    return this.#takeWords(left, 0, taking);
  }

  #takeWords(
    texts: readonly { readonly pointer: string; readonly text: string }[],
    first: number,
    taking: Taking,
  ): Async<Stop | undefined> {
    for (let at = first; at < texts.length; at += 1) {
      if (at > first && isTurnSpent()) return nextTurn().then(() => this.#takeWords(texts, at, taking));
      const { pointer, text } = texts[at] as (typeof texts)[number];
      const channel = this.#voices.openFailure();
      if (channel === undefined) return undefined;
      taking.parts.push({ at: -1, channel, text, from: 0, says: "failure", place: pointer });
      const stop = this.#readWhole(channel, text);
      if (stop instanceof Promise) return stop.then((late) => late ?? this.#takeWords(texts, at + 1, taking));
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  #readWhole(channel: Channel, text: string): Async<Stop | undefined> {
    const pushed = channel.push(text);
    return this.#heed(
      pushed instanceof Promise ? pushed.then((no) => no ?? channel.end()) : (pushed ?? channel.end()),
    );
  }

  /** Nothing follows on a choice, or on any. */
  end(choice?: string): Async<Stop | undefined> {
    return this.#endAll([...this.#voices.take(choice), ...this.#snapshots.take(choice)], 0);
  }

  #endAll(channels: readonly Channel[], first: number): Async<Stop | undefined> {
    for (let at = first; at < channels.length; at += 1) {
      const stop = this.#heed(channels[at]?.end());
      if (stop instanceof Promise) return stop.then((late) => late ?? this.#endAll(channels, at + 1));
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
}

/** `0/tool/1` → `0`. */
export function choiceOf(channel: string): string {
  const end = channel.indexOf("/");
  return end === -1 ? channel : channel.slice(0, end);
}
