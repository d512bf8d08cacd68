// Owns one text on its way: who reads it, what of it may be released, what is cut out. Knows no frame.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Async } from "../../contracts/frame.ts";
import type { Finding } from "../../contracts/guard.ts";
import { isTurnSpent } from "../../motion/turn.ts";
import { addCut, applyCuts, type Cut } from "./cuts.ts";
import type { Examiner, Judgement } from "./examiner.ts";
import type { TextView } from "./view.ts";

/** Scanners are given so much at a time; in between, others have their turn. */
const pieceUnits = 8_192;
/** Of a text that nothing is decided on: past it nobody waits for the rest. */
const heldUnitsMax = 8 * 1024 * 1024;

/** It must not pass. */
export interface Stopped {
  readonly kind: "stopped";
}
const stopped: Stopped = { kind: "stopped" };

export class Channel {
  readonly #examiners: readonly Examiner[];
  readonly #view: TextView;
  readonly #cuts: Cut[] = [];
  /** Decided by each, in units of the read text. */
  readonly #decided: number[];
  /** Written. */
  #length = 0;
  /** Read text from `#from` on: findings are looked up in it. */
  #text = "";
  #from = 0;
  #hasEnded = false;
  /** Written, handed out. */
  #released = 0;

  constructor(examiners: readonly Examiner[], view: TextView) {
    this.#examiners = examiners;
    this.#view = view;
    this.#decided = examiners.map(() => 0);
  }

  get length(): number {
    return this.#length;
  }

  get hasCuts(): boolean {
    return this.#cuts.length > 0;
  }

  /** Written units from the start that may be released. */
  get decided(): number {
    if (this.#hasEnded) return this.#length;
    const read = this.#decidedRead();
    return read >= this.#from + this.#text.length && this.#view.written(read) >= this.#length
      ? this.#length
      : this.#view.written(read);
  }

  /** The next piece of it, as written. */
  push(piece: string): Async<Stopped | undefined> {
    this.#length += piece.length;
    const text = this.#view.read(piece);
    if (text.length <= pieceUnits) return this.#examine(text);
    return this.#pushLong(text);
  }

  /** Nothing follows. */
  end(): Async<Stopped | undefined> {
    if (this.#hasEnded) return undefined;
    this.#hasEnded = true;
    return this.#endFrom(0);
  }

  /** What is left of `[from, from + text.length)`; what was asked for is not asked for again. */
  render(text: string, from: number): string {
    this.#released = Math.max(this.#released, from + text.length);
    const rest = this.#cuts.length === 0 ? text : applyCuts(text, from, this.#cuts);
    this.#forget();
    return rest;
  }

  async #pushLong(text: string): Promise<Stopped | undefined> {
    for (let at = 0; at < text.length; at += pieceUnits) {
      if (at > 0 && isTurnSpent()) await nextTurn();
      if (this.#examine(text.slice(at, at + pieceUnits)) !== undefined) return stopped;
    }
    return undefined;
  }

  #examine(text: string): Stopped | undefined {
    this.#text += text;
    for (const [index, examiner] of this.#examiners.entries()) {
      const { findings, decided } = examiner.scanner.push(text);
      this.#decided[index] = examiner.isLate ? Number.MAX_SAFE_INTEGER : decided;
      for (const finding of findings) {
        if (!this.#heed(examiner, finding)) return stopped;
      }
    }
    if (this.#text.length <= heldUnitsMax) {
      if (this.#released === this.#length) this.#forget();
      return undefined;
    }
    return this.#giveUp();
  }

  #endFrom(first: number): Async<Stopped | undefined> {
    for (let index = first; index < this.#examiners.length; index += 1) {
      const examiner = this.#examiners[index] as Examiner;
      const last = examiner.scanner.end();
      if (last instanceof Promise) {
        return last.then((said) => this.#heedLast(examiner, said) ?? this.#endFrom(index + 1));
      }
      if (this.#heedLast(examiner, last) !== undefined) return stopped;
    }
    return undefined;
  }

  #heedLast(examiner: Examiner, said: Awaited<ReturnType<Examiner["scanner"]["end"]>>): Stopped | undefined {
    if ("kind" in said) return examiner.failed(said).kind === "stop" ? stopped : undefined;
    return said.every((finding) => this.#heed(examiner, finding)) ? undefined : stopped;
  }

  /** Whoever has not decided by now will not. */
  #giveUp(): Stopped | undefined {
    const [at, end] = [this.#decidedRead(), this.#from + this.#text.length];
    for (const [index, examiner] of this.#examiners.entries()) {
      if ((this.#decided[index] ?? end) > at) continue;
      if (examiner.failed({ kind: "unable", because: "too_long" }).kind === "stop") return stopped;
      this.#decided[index] = end;
    }
    return undefined;
  }

  #heed(examiner: Examiner, finding: Finding): boolean {
    const { start, end } = finding;
    const found = this.#text.slice(Math.max(start - this.#from, 0), Math.max(end - this.#from, 0));
    const judgement = examiner.judge(finding, found);
    return this.#isHeeded(judgement, examiner, finding);
  }

  #isHeeded(judgement: Judgement, examiner: Examiner, finding: Finding): boolean {
    if (judgement.kind === "pass") return true;
    if (judgement.kind === "stop") return false;
    const cuts = this.#view.cut(judgement.cut);
    const isCut = cuts?.every(({ start }) => start >= this.#released) ?? false;
    if (!isCut) return examiner.overdue(finding).kind !== "stop";
    for (const cut of cuts ?? []) addCut(this.#cuts, cut);
    return true;
  }

  #decidedRead(): number {
    return this.#decided.reduce((least, decided) => Math.min(least, decided), Number.MAX_SAFE_INTEGER);
  }

  #forget(): void {
    const read = Math.min(this.#decidedRead(), this.#from + this.#text.length);
    if (read <= this.#from || this.#view.written(read) > this.#released) return;
    this.#text = this.#text.slice(read - this.#from);
    this.#from = read;
    this.#view.forget(read);
    while (this.#cuts[0] !== undefined && this.#cuts[0].end <= this.#released) this.#cuts.shift();
  }
}
