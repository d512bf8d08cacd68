// Owns the texts that an answer is saying, each by its kind and place. Knows no frame.

import type { TextDelta } from "../../contracts/frame.ts";
import type { Stage } from "../../contracts/guard.ts";
import { ArgsView } from "./args-view.ts";
import { Channel } from "./channel.ts";
import type { Examiner, FindExaminers } from "./examiner.ts";
import { nameOf } from "./names.ts";
import { PartsSaid, readOn } from "./parts-said.ts";
import { PlainView } from "./view.ts";

export interface VoiceGuards {
  readonly find: FindExaminers;
  /** The same, told of nothing twice. */
  readonly findAgain: FindExaminers;
  readonly findTokens: () => readonly Examiner[];
  /** Of what a model says in such a kind of text; undefined: nobody looks there. */
  readonly stageOf: (kind: TextDelta["kind"]) => Stage | undefined;
  /** Whose words they are. */
  readonly role: string;
}

/** What the same speaker may go on with. */
const goingOn = /^(?:text|reasoning|refusal) /;
/** Of choices that have ended. */
const tailsMax = 256;
/** Of one answer: each has its scanners. */
export const channelsMax = 8_192;

export class Voices {
  readonly #guards: VoiceGuards;
  /** Undefined: nobody reads it. */
  readonly #channels = new Map<string, Channel | undefined>();
  readonly #parts = new PartsSaid();
  /** What was said last of texts that have ended: a choice may speak on behind its end. */
  readonly #tails = new Map<string, string>();

  constructor(guards: VoiceGuards) {
    this.#guards = guards;
  }

  /** The one that goes on there; `full`: no more can be read. */
  of(delta: TextDelta): Channel | "full" | undefined {
    const isPart = delta.mode === "append" && readOn(delta.channel) !== delta.channel;
    const name = nameOf(delta.kind, isPart ? readOn(delta.channel) : delta.channel);
    const known = this.#channels.get(name) ?? this.#begin(name, delta, isPart ? "kept" : "passing");
    if (isPart && known !== undefined && known !== "full") this.#parts.add(delta, known);
    return known;
  }

  #begin(name: string, delta: TextDelta, isKept: "kept" | "passing"): Channel | "full" | undefined {
    if (this.#channels.has(name)) return undefined;
    if (this.#channels.size >= channelsMax) return "full";
    const channel = this.open(delta, isKept, this.#tails.get(name));
    this.#channels.set(name, channel);
    return channel;
  }

  /** Where what is said again was said in pieces. */
  saidAs(delta: TextDelta): { readonly channel: Channel; readonly from: number } | undefined {
    return this.#parts.find(delta);
  }

  /** One of its own. `isKept`: what it said may be asked for again. */
  open(
    { kind, mode }: TextDelta,
    isKept: "kept" | "passing" = "passing",
    behind?: string,
  ): Channel | undefined {
    const stage = this.#guards.stageOf(kind);
    if (stage === undefined) return undefined;
    const source = { stage, role: this.#guards.role, kind };
    const again = (): readonly Examiner[] => this.#guards.findAgain(source);
    const examiners = mode === "append" ? this.#guards.find(source) : again();
    if (examiners.length === 0) return undefined;
    const view = kind === "tool.args" ? new ArgsView() : new PlainView();
    return new Channel(examiners, view, {
      again,
      keepsCuts: isKept === "kept",
      ...(behind === undefined ? {} : { behind }),
    });
  }

  /** The tokens of what is said on a channel. */
  tokensOf(place: string): Channel | undefined {
    const name = nameOf("tokens", place);
    if (!this.#channels.has(name)) this.#channels.set(name, this.openTokens());
    return this.#channels.get(name);
  }

  openTokens(): Channel | undefined {
    const examiners = this.#guards.findTokens();
    return examiners.length === 0 ? undefined : new Channel(examiners, new PlainView());
  }

  /** In an upstream's own words: no model said them. */
  openFailure(): Channel | undefined {
    const { stageOf, role, find } = this.#guards;
    const stage = stageOf("text");
    const examiners = stage === undefined ? [] : find({ stage, role, kind: "error" });
    return examiners.length === 0 ? undefined : new Channel(examiners, new PlainView());
  }

  /** What is said there goes on after something else. */
  pause(kind: TextDelta["kind"], place: string): ReturnType<Channel["pause"]> {
    return this.#channels.get(nameOf(kind, place))?.pause();
  }

  /** Arguments of another call begin anew. */
  #keepTail(name: string, tail: string): void {
    if (tail === "" || !goingOn.test(name)) this.#tails.delete(name);
    else if (this.#tails.has(name) || this.#tails.size < tailsMax) this.#tails.set(name, tail);
  }

  /** A choice ends, and its tool calls with it: what follows on it is another text. */
  take(choice?: string): readonly Channel[] {
    const taken: Channel[] = [];
    this.#parts.clear(choice);
    for (const [name, channel] of this.#channels) {
      const place = name.slice(name.indexOf(" ") + 1);
      if (choice !== undefined && place !== choice && !place.startsWith(`${choice}/`)) continue;
      if (channel !== undefined) taken.push(channel);
      if (channel !== undefined && choice !== undefined) this.#keepTail(name, channel.tail);
      this.#channels.delete(name);
    }
    return taken;
  }
}
