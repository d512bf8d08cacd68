// Owns one call of a tool as an answer says it, piece by piece and again. Knows no vendor and judges nothing.

import type { TextDelta } from "../../contracts/frame.ts";

/** A held frame, and one of its deltas. */
export interface Place {
  readonly frame: number;
  readonly delta: number;
}

export class PendingCall {
  readonly channel: string;
  name = "";
  args = "";
  /** Nothing more of it will come. */
  isEnded = false;
  /** It was said again, and not as before. */
  isContradicted = false;
  /** Its arguments cannot be written anew. */
  isBound = false;
  /** With which arguments it leaves; undefined: with its own, or nobody has judged it yet. */
  rewritten: string | undefined = undefined;
  isJudged = false;
  /** Where the arguments stand among the frames that are held: piece by piece, and whole. */
  pieces: Place[] = [];
  copies: Place[] = [];

  constructor(channel: string) {
    this.channel = channel;
  }

  /** Of its name or its arguments; once it was judged nothing may be added. */
  hear(delta: TextDelta, place: Place): void {
    const { kind, mode, text } = delta;
    if (mode === "repeat") return;
    if (mode === "snapshot") this.#again(delta, place);
    else if (this.isJudged) this.isContradicted = true;
    else if (kind === "tool.name") this.name += text;
    else {
      this.args += text;
      this.pieces.push(place);
      this.isBound ||= delta.isBound === true;
    }
  }

  #again({ kind, text }: TextDelta, place: Place): void {
    const said = kind === "tool.name" ? this.name : this.args;
    if (text !== said) this.isContradicted = true;
    else if (kind === "tool.args") this.copies.push(place);
  }

  /** What is held is on its way. */
  forget(): void {
    this.pieces = [];
    this.copies = [];
  }
}
