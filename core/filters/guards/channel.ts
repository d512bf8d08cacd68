// Owns one text on its way: who reads it, what of it may be released, what is cut out. Knows no frame.

import type { Async } from "../../contracts/frame.ts";
import type { Finding } from "../../contracts/guard.ts";
import { pieceUnits, readAlone } from "./alone.ts";
import { addCuts, applyCuts, type Cut, countUpTo } from "./cuts.ts";
import type { Examiner, Judgement } from "./examiner.ts";
import { Bridge, leastDecided, leastFlowing, leastUnheard, Reading } from "./reading.ts";
import { isTurnSpent, nextTurn } from "./turns.ts";
import type { TextView } from "./view.ts";

/** Of a text that nothing is decided on: past it nobody waits for the rest. */
export const heldUnitsMax = 8 * 1024 * 1024;
/** What is decided is let go of in pieces of this size, or all at once. */
const forgottenUnitsMin = 4_096;
/** What is read where a text stands still: no word goes on over it. */
const gap = "\n\n";
/** What is longer than this is not found over a gap. */
const tailUnitsMax = 4_096;
/** Over so many gaps at once; a text that stands still more often within one finding is none. */
const bridgesMax = 32;

/** It must not pass. */
export interface Stopped {
  readonly kind: "stopped";
}
const stopped: Stopped = { kind: "stopped" };

/** The same guards once more, told of nothing twice. */
export type ReadAgain = () => readonly Examiner[];

export class Channel {
  readonly #view: TextView;
  readonly #again: ReadAgain;
  readonly #cuts: Cut[] = [];
  #readings: Reading[];
  #bridges: Bridge[] = [];
  /** Written. */
  #length = 0;
  /** Read text from `#from` on: findings are looked up in it. */
  #text = "";
  #from = 0;
  #hasEnded = false;
  #isPaused = false;
  /** Written, handed out. */
  #released = 0;
  /** What is rendered may be asked for again. */
  readonly #keepsCuts: boolean;

  constructor(examiners: readonly Examiner[], view: TextView, options: ChannelOptions = {}) {
    this.#readings = examiners.map((examiner) => new Reading(examiner));
    this.#view = view;
    this.#again = options.again ?? (() => []);
    this.#keepsCuts = options.keepsCuts ?? false;
    const { behind = "" } = options;
    if (behind !== "") this.#bridge(behind, { start: 0, end: 0 });
  }

  /** What was read last and may go on in another text; asked for before the end. */
  get tail(): string {
    const open = leastFlowing(this.#readings, this.#end) - this.#from;
    return this.#text.slice(Math.max(open, this.#text.length - tailUnitsMax));
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
    const written = this.#view.written(read);
    return read >= this.#end && written >= this.#length ? this.#length : written;
  }

  /** The next piece of it, as written. */
  push(piece: string): Async<Stopped | undefined> {
    this.#length += piece.length;
    this.#isPaused = false;
    const text = this.#view.read(piece);
    return text.length <= pieceUnits ? this.#examine(text) : this.#examineLong(text);
  }

  /** The same, where the piece may be a text of its own as well; its view has no escapes. */
  pushRecord(piece: string): Async<Stopped | undefined> {
    const from = this.#end;
    const alone = (): Async<Stopped | undefined> => this.#examineAlone(this.#flowing(), piece, from);
    const pushed = this.push(piece);
    return pushed instanceof Promise ? pushed.then((no) => no ?? alone()) : (pushed ?? alone());
  }

  /** What comes next stands apart from what was said, or is said much later: what is open is decided. */
  pause(): Stopped | undefined {
    const decidesAtEnd = this.#readings.some(({ examiner }) => examiner.isWhole && !examiner.isLate);
    if (this.#hasEnded || this.#isPaused || decidesAtEnd) return undefined;
    this.#isPaused = true;
    const { tail } = this;
    const start = this.#end;
    this.#view.gap(gap.length);
    this.#text += gap;
    const flowing = this.#readings.filter(({ examiner }) => !examiner.isWhole);
    const no = this.#askAll(flowing, gap) ?? this.#settle();
    if (no === undefined && tail !== "") this.#bridge(tail, { start, end: start + gap.length });
    return no;
  }

  #bridge(tail: string, place: { readonly start: number; readonly end: number }): void {
    const bridges = this.#flowing().map((examiner) => new Bridge(examiner, tail, place));
    this.#bridges = [...this.#bridges, ...bridges.filter(({ isOver }) => !isOver)].slice(-bridgesMax);
  }

  /** Nothing follows. */
  end(): Async<Stopped | undefined> {
    if (this.#hasEnded) return undefined;
    this.#hasEnded = true;
    const all = [...this.#bridges, ...this.#readings];
    this.#bridges = [];
    return this.#endFrom(all, 0);
  }

  /** Whoever has not decided by now will not. */
  giveUp(): Stopped | undefined {
    const at = this.#decidedRead();
    const left: Reading[] = [];
    for (const reading of this.#readings) {
      if (reading.decided > at || at >= this.#end) left.push(reading);
      else if (reading.examiner.failed({ kind: "unable", because: "too_long" }).kind === "stop")
        return stopped;
    }
    this.#readings = left;
    this.#bridges = [];
    return undefined;
  }

  /** What is left of `[from, from + text.length)`; what was asked for is not asked for again. */
  render(text: string, from: number): string {
    this.#released = Math.max(this.#released, from + text.length);
    const rest = this.#cuts.length === 0 ? text : applyCuts(text, from, this.#cuts);
    const gone = this.#keepsCuts ? 0 : countUpTo(this.#cuts, this.#released);
    if (gone > 0) this.#cuts.splice(0, gone);
    return rest;
  }

  /** Behind the last unit that was read. */
  get #end(): number {
    return this.#from + this.#text.length;
  }

  /** One examiner after another, so that none keeps others waiting for all of them. */
  async #examineLong(text: string): Promise<Stopped | undefined> {
    for (let at = 0; at < text.length; at += pieceUnits) {
      const piece = text.slice(at, at + pieceUnits);
      this.#text += piece;
      for (const reading of [...this.#bridges, ...this.#readings]) {
        if (isTurnSpent()) await nextTurn();
        if (this.#ask(reading, piece) !== undefined) return stopped;
      }
      if (this.#settle() !== undefined) return stopped;
    }
    return undefined;
  }

  #examine(text: string): Stopped | undefined {
    this.#text += text;
    return this.#askAll(this.#bridges, text) ?? this.#askAll(this.#readings, text) ?? this.#settle();
  }

  #askAll(readings: readonly (Reading | Bridge)[], text: string): Stopped | undefined {
    for (const reading of readings) {
      if (this.#ask(reading, text) !== undefined) return stopped;
    }
    return undefined;
  }

  #ask(reading: Reading | Bridge, text: string): Stopped | undefined {
    const findings = reading.push(text);
    return findings.length === 0 ? undefined : this.#heedAll(reading, findings);
  }

  #examineAlone(examiners: readonly Examiner[], piece: string, from: number): Async<Stopped | undefined> {
    for (const [at, examiner] of examiners.entries()) {
      const found = readAlone(examiner, piece);
      if (found instanceof Promise) {
        const rest = examiners.slice(at + 1);
        return found.then(
          (late) => this.#heedAlone(examiner, late, { piece, from }) ?? this.#examineAlone(rest, piece, from),
        );
      }
      if (this.#heedAlone(examiner, found, { piece, from }) !== undefined) return stopped;
    }
    return undefined;
  }

  #heedAlone(
    examiner: Examiner,
    findings: readonly Finding[],
    { piece, from }: { readonly piece: string; readonly from: number },
  ): Stopped | undefined {
    const cuts: Cut[] = [];
    for (const finding of findings) {
      // About no place: of a text as a whole, which this may be a piece of.
      if (finding.end === 0) continue;
      const end = from + Math.min(finding.end, piece.length);
      const placed = { ...finding, start: from + finding.start, end };
      const judgement = examiner.judge(placed, piece.slice(finding.start, finding.end));
      if (!this.#take(judgement, cuts, () => examiner.overdue(finding))) return stopped;
    }
    addCuts(this.#cuts, cuts);
    return undefined;
  }

  /** The same guards once more, but for those that decide at the end. */
  #flowing(): readonly Examiner[] {
    return this.#again().filter(({ isWhole, isLate }) => !isWhole && !isLate);
  }

  #settle(): Stopped | undefined {
    if (this.#bridges.length > 0) this.#bridges = this.#bridges.filter(({ isOver }) => !isOver);
    this.#forget(Math.min(leastUnheard(this.#readings), this.#end));
    if (this.#text.length <= heldUnitsMax) return undefined;
    const no = this.giveUp();
    this.#forget(Math.min(this.#decidedRead(), this.#end));
    return no;
  }

  /** In pieces: a cut of the text each time would cost more than what it frees. */
  #forget(read: number): void {
    if (read - this.#from < forgottenUnitsMin && read !== this.#end) return;
    if (read <= this.#from) return;
    this.#text = this.#text.slice(read - this.#from);
    this.#from = read;
    this.#view.forget(read);
  }

  #endFrom(readings: readonly (Reading | Bridge)[], first: number): Async<Stopped | undefined> {
    for (let index = first; index < readings.length; index += 1) {
      const reading = readings[index] as Reading | Bridge;
      const last = reading.end();
      if (last instanceof Promise) {
        return last.then((said) => this.#heedLast(reading, said) ?? this.#endFrom(readings, index + 1));
      }
      if (this.#heedLast(reading, last) !== undefined) return stopped;
    }
    return undefined;
  }

  #heedLast(reading: Reading | Bridge, said: Awaited<ReturnType<Reading["end"]>>): Stopped | undefined {
    if ("kind" in said) return reading.examiner.failed(said).kind === "stop" ? stopped : undefined;
    return this.#heedAll(reading, said);
  }

  #heedAll(reading: Reading | Bridge, findings: readonly Finding[]): Stopped | undefined {
    const { examiner } = reading;
    const cuts: Cut[] = [];
    for (const finding of findings) {
      const isBridge = reading instanceof Bridge;
      const placed = isBridge ? reading.place(finding) : finding;
      const judgement = examiner.judge(placed, isBridge ? reading.textOf(finding) : this.#slice(finding));
      if (!this.#take(judgement, cuts, () => examiner.overdue(finding))) return stopped;
    }
    addCuts(this.#cuts, cuts);
    return undefined;
  }

  #slice({ start, end }: Finding): string {
    return this.#text.slice(Math.max(start - this.#from, 0), Math.max(end - this.#from, 0));
  }

  /** Whether the text may go on. */
  #take(judgement: Judgement, into: Cut[], overdue: () => Judgement): boolean {
    if (judgement.kind !== "cut") return judgement.kind === "pass";
    const cuts = this.#view.cut(judgement.cut);
    const isCut = cuts?.every(({ start }) => start >= this.#released) ?? false;
    if (!isCut) return overdue().kind !== "stop";
    into.push(...(cuts ?? []));
    return true;
  }

  #decidedRead(): number {
    return Math.min(leastDecided(this.#readings), leastDecided(this.#bridges));
  }
}

export interface ChannelOptions {
  /** Absent: nothing is read over gaps, nor for itself. */
  readonly again?: ReadAgain;
  readonly keepsCuts?: boolean;
  /** The end of a text that has left, and may go on here: what is found over both is stopped. */
  readonly behind?: string;
}
