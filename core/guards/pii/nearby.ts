// Owns which telling words stand near a place. Each sign is read once, and only near candidates. Knows no
// kind of personal data.

import { isUnspaced, isWordSign } from "./signs.ts";

/** What a word tells; `rules` names the identifiers it belongs to. */
export interface Told {
  readonly kinds: number;
  readonly rules?: ReadonlySet<string>;
}

/** Whole words and beginnings of words, in lower case. */
export interface WordList {
  readonly words: ReadonlyMap<string, Told>;
  /** By their first units, as many as `stemKeyUnits`, or all of a shorter one; the longest stem first. */
  readonly stems: ReadonlyMap<string, readonly Stem[]>;
  readonly stemUnitsMax: number;
  /** Kinds of words that end a search: the number is something else's. */
  readonly ending: number;
  /** Kinds that a part of a name as `text_completion` does not tell. */
  readonly plain: number;
  /** Kinds that leave it to the words before them. */
  readonly neutral: number;
}

export interface Stem {
  readonly stem: string;
  readonly told: Told;
}

export const stemKeyUnits = 3;

interface Hit {
  readonly start: number;
  readonly end: number;
  readonly told: Told;
}

/** What was found, as one. */
export interface Telling {
  readonly kinds: number;
  readonly rules: readonly ReadonlySet<string>[];
  readonly isWait: boolean;
  /** Units between the place and the nearest word that tells. */
  readonly distance: number;
  /** What the nearest one tells that does not leave it to another. */
  readonly nearest: number;
}

const none: Telling = { kinds: 0, rules: [], isWait: false, distance: 0, nearest: 0 };
const wait: Telling = { ...none, isWait: true };

export const beforeUnits = 48;
export const afterUnits = 32;
const wordUnitsMax = 40;
/** As many telling words, the nearest first, are heard. */
const heardMax = 2;

/** Around a name that a program gives, and not a word of a sentence: `text_completion`, `"message":`. */
const naming = "_\"'`";

/** Of `phoneNumber` and `HTTPHost`. */
const parts = /\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})/gu;

/** A capital letter behind its first letter, and a small one somewhere. */
function hasHump(run: string): boolean {
  let hasSmall = false;
  let hasCapital = false;
  for (let at = 0; at < run.length; at++) {
    const code = run.charCodeAt(at);
    if (code >= 0x61) hasSmall = true;
    else if (at > 0) hasCapital = true;
  }
  return hasSmall && hasCapital;
}

const isInWord = (code: number) => isWordSign(code) && !isUnspaced(code);

export class Nearby {
  private readonly list: WordList;
  private hits: Hit[] = [];
  /** Places count from the start of the whole text here. */
  private readTo = 0;
  private text = "";
  private base = 0;
  private isLast = false;
  private heardAt = -1;
  private heard: Telling = none;
  private behindAt = -1;
  private behind: Telling = none;

  constructor(list: WordList) {
    this.list = list;
  }

  /** The text is another one now. */
  forget(): void {
    this.hits = [];
    this.readTo = 0;
    this.heardAt = -1;
    this.behindAt = -1;
  }

  /** What is looked at now. */
  see(text: string, base: number, { isLast }: { readonly isLast: boolean }): void {
    this.text = text;
    this.base = base;
    this.isLast = isLast;
    const oldest = base - beforeUnits;
    if ((this.hits[0]?.start ?? oldest) < oldest)
      this.hits = this.hits.filter(({ start }) => start >= oldest);
  }

  /** Words before `at`, a place in the text. */
  before(at: number): Telling {
    const place = this.base + at;
    if (place === this.heardAt) return this.heard;
    this.read(at - beforeUnits, at);
    const nearest: Hit[] = [];
    let max = heardMax;
    for (let index = this.hits.length - 1; index >= 0 && nearest.length < max; index--) {
      const hit = this.hits[index];
      if (hit === undefined || hit.start < place - beforeUnits) break;
      if (hit.end <= place) nearest.push(hit);
      if ((hit.told.kinds & this.list.neutral) !== 0) max = heardMax + 1;
    }
    this.heard = this.hear(nearest, place);
    this.heardAt = place;
    return this.heard;
  }

  /** Words behind `at`. */
  after(at: number): Telling {
    if (this.base + at === this.behindAt) return this.behind;
    const until = Math.min(at + afterUnits, this.text.length);
    if (!this.isLast && this.text.length < at + afterUnits + 1) return wait;
    // What stands before it may be asked for later: nothing is passed over.
    this.read(at - beforeUnits, until);
    const place = this.base + at;
    let index = this.hits.length;
    while (index > 0 && (this.hits[index - 1]?.start ?? 0) >= place) index--;
    const nearest = this.hits.slice(index, index + heardMax).filter(({ end }) => end <= this.base + until);
    this.behind = this.hear(nearest, place);
    this.behindAt = place;
    return this.behind;
  }

  private hear(hits: readonly Hit[], place: number): Telling {
    const [first] = hits;
    if (first === undefined) return none;
    const distance = Math.max(place - first.end, first.start - place);
    const { neutral } = this.list;
    const telling = hits.find(({ told }) => told.kinds !== neutral) ?? first;
    const nearest = telling.told.kinds;
    let kinds = 0;
    const rules: ReadonlySet<string>[] = [];
    for (const { told } of hits) {
      const isEnding = (told.kinds & this.list.ending) !== 0;
      // Behind a word that tells it is about something else.
      if (isEnding && ((kinds & ~neutral) !== 0 || rules.length > 0)) break;
      kinds |= told.kinds;
      if (told.rules !== undefined) rules.push(told.rules);
      if (isEnding) break;
    }
    return { kinds, rules, isWait: false, distance, nearest };
  }

  private read(from: number, to: number): void {
    const { text, base } = this;
    let at = Math.max(0, from, this.readTo - base);
    if (at > 0 && this.readTo !== base + at) while (at < to && isInWord(text.charCodeAt(at - 1))) at++;
    while (at < to) {
      const first = text.charCodeAt(at);
      if (!isWordSign(first)) {
        at++;
        continue;
      }
      if (isUnspaced(first)) {
        const max = at + this.list.stemUnitsMax;
        // What goes on behind `to` is read with what follows: it is the same however the text is cut.
        if (max > to && isUnspaced(text.charCodeAt(to))) break;
        this.find(at, text.slice(at, Math.min(to, max)));
        at++;
        continue;
      }
      let end = at + 1;
      while (end < text.length && end - at < wordUnitsMax && isInWord(text.charCodeAt(end))) end++;
      if (end > to) break;
      this.readWord(at, text.slice(at, end));
      at = end;
    }
    this.readTo = Math.max(this.readTo, base + Math.min(at, to));
  }

  private readWord(at: number, run: string): void {
    if (this.find(at, run.toLowerCase()) || !hasHump(run)) return;
    for (const part of run.matchAll(parts)) {
      if (part[0].length < run.length) this.find(at + part.index, part[0].toLowerCase());
    }
  }

  /** Whether the word tells something. Of a run without spaces only the stem it starts with is read. */
  private find(at: number, word: string): boolean {
    const isRun = isUnspaced(word.charCodeAt(0));
    const stem = this.list.words.has(word) ? undefined : this.findStem(word, { isRun });
    const told = stem === undefined ? this.list.words.get(word) : stem.told;
    if (told === undefined) return false;
    const length = isRun && stem !== undefined ? stem.stem.length : word.length;
    const isPart =
      naming.includes(this.text.charAt(at - 1) || " ") ||
      naming.includes(this.text.charAt(at + length) || " ");
    if (isPart && (told.kinds & ~this.list.plain) === 0 && told.rules === undefined) return true;
    this.hits.push({ start: this.base + at, end: this.base + at + length, told });
    return true;
  }

  private findStem(word: string, { isRun }: { readonly isRun: boolean }): Stem | undefined {
    const { stems } = this.list;
    for (let units = stemKeyUnits; units > 0; units--) {
      for (const known of stems.get(word.slice(0, units)) ?? [])
        if (word.startsWith(known.stem)) return known;
      if (!isRun) return undefined;
    }
    return undefined;
  }
}
