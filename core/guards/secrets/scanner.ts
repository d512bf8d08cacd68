// Owns reading one text for secrets, piece by piece. Knows no form of any.

import type { Finding, Scan, Scanner } from "../../contracts/guard.ts";
import { lookAtOption, lookBehindSign } from "./assignments.ts";
import { type Found, found, type Known, type Look } from "./candidate.ts";
import { isBreak } from "./characters.ts";
import { homeMarks, homeTypes, lookAtHome } from "./homes.ts";
import { lookAtCurl, lookAtUrl } from "./logins.ts";
import { endOfHead, PemBody, pemMark, pemWord } from "./pem.ts";
import { findRuns, runMin } from "./runs.ts";
import { lookAtSentence, passwordMarks } from "./sentences.ts";
import { findForms, lookAtRun, tokenMax } from "./tokens.ts";

/** What stands before a place may tell what it is; so much of it is kept. */
const lookBehind = 640;
/** A run with no end in sight is read on in such steps. */
const stepMin = 4_096;
/** A token's mark may stand within it, so far from its start. */
const markMax = 128;

const none: readonly Finding[] = [];

/** A sign, and what looks at the place where it is. */
interface Sign {
  readonly sign: string;
  readonly look: (known: Known, at: number) => Look;
}

const never = (): undefined => undefined;
const lookAtColon = (known: Known, at: number): Look =>
  known.text.startsWith("//", at + 1) ? lookAtUrl(known, at) : lookBehindSign(known, at);
const lookAtDash = (known: Known, at: number): Look => lookAtCurl(known, at) ?? lookAtOption(known, at);

const signs: readonly Sign[] = [
  { sign: ":", look: lookAtColon },
  { sign: "=", look: lookBehindSign },
  { sign: ">", look: lookBehindSign },
  { sign: "-", look: lookAtDash },
];
const homeSigns: readonly Sign[] = homeMarks.map((sign) => ({ sign, look: lookAtHome }));
const sentenceSigns: readonly Sign[] = passwordMarks.map((sign) => ({ sign, look: lookAtSentence }));

/** `isTold`: people write so, who say things in sentences. */
export function signsFor(types: ReadonlySet<string>, { isTold }: { isTold: boolean }): readonly Sign[] {
  const homes = homeTypes.some((type) => types.has(type)) ? homeSigns : [];
  return [...signs, ...homes, ...(isTold ? sentenceSigns : [])];
}

export class SecretScanner implements Scanner {
  readonly #types: ReadonlySet<string>;
  readonly #signs: readonly Sign[];
  #text = "";
  /** The place of the first character of `#text` in all that was pushed. All other places are below it. */
  #offset = 0;
  /** From here on runs are read; whether that is within one. */
  #runsFrom = 0;
  #isInRun = false;
  /** From here on each sign is looked for. */
  readonly #signsFrom: number[];
  /** Where each sign is next, as far as that was looked up in this text. */
  readonly #ahead: number[];
  #pem: PemBody | undefined;
  #decided = 0;

  /** `types`: those that are told. */
  constructor(types: ReadonlySet<string>, looked: readonly Sign[]) {
    this.#types = types;
    this.#signs = looked;
    this.#signsFrom = new Array(looked.length).fill(0);
    this.#ahead = new Array(looked.length).fill(0);
  }

  push(text: string): Scan {
    this.#text = this.#text === "" ? text : this.#text + text;
    const hasStep = this.#text.length - this.#runsFrom > tokenMax + stepMin;
    if (this.#pem === undefined && !hasStep && lastBreak(text, text.length) < 0) {
      return { findings: none, decided: this.#decided + this.#offset };
    }
    const findings = this.#tell(this.#read({ isEnd: false }));
    this.#drop();
    return { findings, decided: this.#decided + this.#offset };
  }

  end(): readonly Finding[] {
    return this.#tell(this.#read({ isEnd: true }));
  }

  #tell(all: readonly Found[]): readonly Finding[] {
    if (all.length === 0) return none;
    const told = all.filter(({ type }) => this.#types.has(type));
    const offset = this.#offset;
    return told
      .map(({ kind: _, ...finding }) => ({
        ...finding,
        start: finding.start + offset,
        end: finding.end + offset,
      }))
      .sort((one, other) => one.start - other.start || one.end - other.end);
  }

  #read({ isEnd }: { isEnd: boolean }): Found[] {
    const all: Found[] = [];
    this.#ahead.fill(-1);
    for (;;) {
      if (this.#pem !== undefined && !this.#readKey(this.#pem, all, { isEnd })) return all;
      const head = this.#nextHead({ isEnd });
      const isStop = head?.end !== undefined;
      const known = { text: this.#text, to: head?.at ?? this.#text.length, isEnd: isStop || isEnd };
      const limit = known.isEnd ? known.to : this.#limit(known.to);
      this.#scan({ ...known, bare: { start: 0, end: 0 } }, limit, all);
      if (head?.end === undefined) return all;
      this.#pem = new PemBody(head.at + this.#offset, head.end + this.#offset);
    }
  }

  /** False: the key goes on. */
  #readKey(pem: PemBody, all: Found[], { isEnd }: { isEnd: boolean }): boolean {
    const start = pem.start - this.#offset;
    const read = pem.read(this.#text, this.#offset, { isEnd });
    this.#decided = start;
    if (read === undefined) return false;
    this.#pem = undefined;
    const end = (read.isKey ? read.end : pem.headEnd) - this.#offset;
    if (read.isKey) all.push(found("private_key", { start, end }, 0.98));
    this.#moveTo(end);
    return true;
  }

  #moveTo(place: number): void {
    this.#runsFrom = place;
    this.#isInRun = false;
    this.#signsFrom.fill(place);
    this.#decided = place;
  }

  /** The next first line of a private key. Without `end`: it may be one, and is not known whole. */
  #nextHead({ isEnd }: { isEnd: boolean }): { at: number; end: number | undefined } | undefined {
    const first = Math.max(0, this.#isInRun ? this.#runsFrom - pemMark.length : this.#runsFrom);
    // The letter is rarer than the dash.
    let place = this.#text.indexOf(pemWord, first);
    for (; place >= 0; place = this.#text.indexOf(pemWord, place + 1)) {
      const at = place - (pemMark.length - pemWord.length);
      if (at < first || !this.#text.startsWith(pemMark, at)) continue;
      const end = endOfHead(this.#text, at, { isEnd });
      if (end === undefined || end >= 0) return { at, end };
    }
    return undefined;
  }

  /**
   * Up to here runs are whole, or longer than any token; behind it nothing can begin that is known in part.
   */
  #limit(to: number): number {
    const whole = lastBreak(this.#text, to) + 1;
    return Math.max(this.#runsFrom, whole, to - tokenMax - stepMin > this.#runsFrom ? to - tokenMax : 0);
  }

  #scan(known: Known, limit: number, all: Found[]): void {
    this.#scanRuns(known, limit, all);
    let decided = limit - (this.#isInRun ? markMax : 0);
    for (let index = 0; index < this.#signs.length; index += 1) {
      const { sign = "", look = never } = this.#signs[index] ?? {};
      const from = this.#signsFrom[index] ?? 0;
      let at = this.#ahead[index] ?? -1;
      if (at < from) at = placeOf(known.text, sign, from);
      let next = limit;
      while (at < limit) {
        const seen = look(known, at);
        if (seen?.kind === "pending") {
          decided = Math.min(decided, seen.hold);
          next = at;
          break;
        }
        if (seen !== undefined && !hasForm(known, seen)) all.push(seen);
        at = placeOf(known.text, sign, at + 1);
      }
      this.#ahead[index] = at;
      this.#signsFrom[index] = Math.max(next, from);
    }
    this.#decided = Math.max(this.#decided, decided);
  }

  #scanRuns(known: Known, limit: number, all: Found[]): void {
    const { text } = known;
    let from = this.#runsFrom;
    if (this.#isInRun) {
      from = nextBreak(text, from, limit);
      all.push(...findForms(known, { from: this.#runsFrom, end: from }));
      this.#isInRun = from === limit && !known.isEnd && limit > this.#runsFrom;
    }
    const whole = known.isEnd ? limit : Math.max(from, Math.min(limit, lastBreak(text, limit) + 1));
    for (const run of findRuns(text, from, whole)) {
      const tokens = findForms(known, { from: run.start, end: run.end });
      const unknown = tokens.length === 0 ? lookAtRun(text, run.start, run.end) : undefined;
      all.push(...tokens, ...(unknown === undefined ? [] : [unknown]));
    }
    if (whole < limit) {
      all.push(...findForms(known, { from: whole, end: limit }));
      this.#isInRun = true;
    }
    this.#runsFrom = limit;
  }

  /** Forgets what nothing can be told by any more. */
  #drop(): void {
    let needed = Math.min(this.#decided, this.#runsFrom);
    for (const from of this.#signsFrom) needed = Math.min(needed, from);
    const count = needed - lookBehind;
    if (count <= 0) return;
    this.#text = this.#text.slice(count);
    this.#offset += count;
    this.#runsFrom -= count;
    this.#decided -= count;
    for (let index = 0; index < this.#signsFrom.length; index += 1) {
      this.#signsFrom[index] = (this.#signsFrom[index] ?? 0) - count;
    }
  }
}

/** Beyond all texts where there is none. */
function placeOf(text: string, sign: string, from: number): number {
  const at = text.indexOf(sign, from);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

/** A token of a known form in it is told by itself. */
const hasForm = (known: Known, { start, end }: Found): boolean =>
  end - start >= runMin && findForms(known, { from: start, end }).length > 0;

/** The last place before `to` that no run reaches over; −1: there is none. */
function lastBreak(text: string, to: number): number {
  let at = to - 1;
  while (at >= 0 && !isBreak(text.charCodeAt(at))) at -= 1;
  return at;
}

function nextBreak(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && !isBreak(text.charCodeAt(at))) at += 1;
  return at;
}
