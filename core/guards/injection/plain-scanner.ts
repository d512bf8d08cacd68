// Owns reading plain text for the rules at little cost: most texts hold nothing that a rule asks about. Where
// one does, or letters are dressed up, who reads everything goes on. Knows no rule.

import type { Finding } from "../../contracts/guard.ts";
import { none as noEscape, open } from "../classifier/escapes.ts";
import { hashStart, hashStep, keyLength } from "../classifier/lexicon.ts";
import { decodeRun } from "../classifier/payloads.ts";
import { runSigns } from "../classifier/word-marks.ts";
import { leetConcept, leetNumber } from "./leet.ts";
import { injectionLexicon } from "./lexicon.ts";
import { findLoose, fragmentsMax } from "./loose-row.ts";
import { escapeAt, isPicture, kindOf, letters, plainKind } from "./plain-units.ts";
import { fragmentLettersMax, fragmentsMin, joinedMin, runMin, skim } from "./plain-words.ts";
import { RuleMatcher } from "./rules.ts";
import { type Reading, TextScanner } from "./text-scanner.ts";

/** Rules reach less far back, whatever may have begun before a place included. */
const reachUnits = 1_300;
const heldMax = 16_384;
const pieceMax = 32_768;
const wordLettersMax = 64;
const joinedLettersMin = 4;
const runMax = 1_024;

/** Of the word that is being read; nobody keeps it. */
const units = new Uint16Array(wordLettersMax);
/** The text as it is being read, a 0 behind it: V8 finds a unit of an array sooner than one of a string. */
const read = new Uint16Array(heldMax + pieceMax + runMax);
const readBytes = Buffer.from(read.buffer);
const nothing: readonly Finding[] = [];

/** What a step answers in the place of where the next one begins. */
const waits = -1;
const handsOver = -2;

interface Word {
  readonly start: number;
  readonly count: number;
  readonly digits: number;
  /** Of its first letters. */
  readonly key: number;
}

export class PlainScanner {
  readonly #reading: Reading;
  readonly #matcher = new RuleMatcher();
  /** Reads everything from `#base` on, once this one does not any more. */
  #whole: TextScanner | undefined = undefined;
  #text = "";
  /** Of the first unit of `#text` in the whole; all other places are in `#text`. */
  #base = 0;
  #isEnd = false;
  readonly #place = { at: 0, runStart: 0, words: 0, fragments: 0, looseStart: 0 };
  /** Long words behind a space: nothing is open there. Places to read again from, `reachUnits` apart. */
  #anchor = 0;
  #nextAnchor = 0;
  #decided = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  push(text: string): readonly Finding[] {
    if (this.#whole !== undefined) return this.#moved(this.#whole.push(text));
    if (text.length > pieceMax) return this.#pushPieces(text);
    this.#text = this.#text === "" ? text : this.#text + text;
    return this.#read();
  }

  #pushPieces(text: string): readonly Finding[] {
    const found: Finding[] = [];
    for (let at = 0; at < text.length; at += pieceMax)
      found.push(...this.push(text.slice(at, at + pieceMax)));
    return found;
  }

  end(): readonly Finding[] {
    this.#isEnd = true;
    const found = this.#whole === undefined ? this.#read() : nothing;
    return this.#whole === undefined ? found : [...found, ...this.#moved(this.#whole.end())];
  }

  /** Units that no later finding will reach into. */
  get decided(): number {
    const decided = this.#whole === undefined ? this.#decidedPlain() : this.#base + this.#whole.decided;
    this.#decided = Math.max(this.#decided, decided);
    return this.#decided;
  }

  #decidedPlain(): number {
    const { length } = this.#text;
    const rules = this.#matcher.startFrom(this.#place.words, this.#base + length);
    return Math.min(this.#base + Math.min(this.#openStart(), length), rules);
  }

  /** Of what is read but not done with. */
  #openStart(): number {
    const { at, runStart, fragments, looseStart } = this.#place;
    return Math.min(at, runStart, fragments > 0 ? looseStart : at);
  }

  #moved(findings: readonly Finding[]): readonly Finding[] {
    const base = this.#base;
    if (base === 0 || findings.length === 0) return findings;
    return findings.map((finding) => ({ ...finding, start: finding.start + base, end: finding.end + base }));
  }

  #read(): readonly Finding[] {
    const place = this.#place;
    const { length } = this.#text;
    readBytes.write(this.#text, "utf16le");
    read[length] = 0;
    for (;;) {
      skim(read, place, this.#nextAnchor + reachUnits);
      const { at } = place;
      if (at >= length) break;
      const unit = read[at] as number;
      const next = letters[unit] !== 0 ? this.#readWord(at) : this.#readSign(at, unit);
      if (next === waits) break;
      if (next === handsOver) return this.#handOver();
      place.at = next;
    }
    const isLost = this.#isEnd && (this.#isEncoded(length) || this.#isLoose(length));
    const isHeld = length - this.#anchor > heldMax || length - place.runStart > runMax;
    if (isLost || isHeld) return this.#handOver();
    if (this.#anchor > 0) this.#drop();
    return nothing;
  }

  /** Reads again from where nothing that lies before can matter. */
  #handOver(): readonly Finding[] {
    const from = this.#openStart() - this.#nextAnchor >= reachUnits ? this.#nextAnchor : this.#anchor;
    const rest = this.#text.slice(from);
    this.#base += from;
    this.#text = "";
    this.#whole = new TextScanner(this.#reading);
    return this.#moved(this.#whole.push(rest));
  }

  #drop(): void {
    const count = this.#anchor;
    this.#text = this.#text.slice(count);
    this.#base += count;
    this.#place.at -= count;
    this.#place.runStart -= count;
    this.#place.looseStart -= count;
    this.#nextAnchor -= count;
    this.#anchor = 0;
  }

  /** One word, with the apostrophes in it. */
  #readWord(start: number): number {
    const { length } = this.#text;
    let at = start;
    let [count, digits, wide, key] = [0, 0, 0, hashStart];
    for (; at < length; at++) {
      const unit = read[at] as number;
      const kind = kindOf(unit);
      if (kind === plainKind.apostrophe) wide = unit | 0x80;
      else if (kind > plainKind.digit) break;
      else {
        if (count === wordLettersMax) return handsOver;
        const letter = letters[unit] as number;
        units[count++] = letter;
        if (count <= keyLength) key = hashStep(key, letter);
        if (kind === plainKind.digit) digits++;
        wide |= unit;
      }
    }
    if (at === length && !this.#isEnd) return waits;
    const isLost =
      (at < length && kindOf(read[at] as number) === plainKind.ignored) ||
      (wide > 0x7f && this.#isEncodedIn(start, at)) ||
      this.#isHit({ start, count, digits, key });
    if (isLost) return handsOver;
    if (count > fragmentLettersMax && start - this.#nextAnchor >= reachUnits) this.#setAnchor(start);
    return at;
  }

  #setAnchor(at: number): void {
    if (kindOf(read[at - 1] as number) !== plainKind.space) return;
    this.#anchor = this.#nextAnchor;
    this.#nextAnchor = at;
  }

  #readSign(at: number, unit: number): number {
    const kind = kindOf(unit);
    // It was not known to be a letter.
    if (kind <= plainKind.digit) return at;
    if (runSigns[unit] === 0 && this.#isEncoded(at)) return handsOver;
    if (kind <= plainKind.apostrophe || kind === plainKind.ignored) return at + 1;
    if (kind === plainKind.leet) return this.#readLeet(at);
    if (kind === plainKind.escape) {
      const written = escapeAt(this.#text, at);
      if (written === open && !this.#isEnd) return waits;
      return written === noEscape || written === open ? at + 1 : handsOver;
    }
    if (kind !== plainKind.surrogate) return handsOver;
    if (at + 1 === this.#text.length && !this.#isEnd) return waits;
    if (!isPicture(unit, read[at + 1] as number)) return handsOver;
    this.#place.runStart = at + 2;
    return at + 2;
  }

  /** A sign that stands for a letter where it touches one. */
  #readLeet(at: number): number {
    const text = this.#text;
    if (at + 1 === text.length) return this.#isEnd ? at + 1 : waits;
    if (kindOf(read[at + 1] as number) > plainKind.digit) return at + 1;
    const before = at === 0 ? plainKind.space : kindOf(read[at - 1] as number);
    const isFree = before === plainKind.space || before === plainKind.sign;
    const number = isFree ? leetNumber(text, at) : "word";
    if (number === "open" && !this.#isEnd) return waits;
    return number === "word" ? handsOver : at + 1;
  }

  /** Whether a word holds what a rule waited for. */
  #isHit({ start, count, digits, key }: Word): boolean {
    const place = this.#place;
    place.words++;
    if (count > fragmentLettersMax) {
      if (this.#isLoose(start)) return true;
    } else {
      if (place.fragments === 0) place.looseStart = start;
      place.fragments++;
    }
    if (digits === count) return false;
    const lexicon = injectionLexicon();
    const concept =
      digits === 0 ? lexicon.find(key, units, 0, count) : leetConcept(lexicon, units, { key, length: count });
    if (concept !== 0) return this.#isMatch(concept, start);
    return digits === 0 && count >= joinedMin && this.#isJoined(start, count);
  }

  #isJoined(start: number, count: number): boolean {
    let isLost = false;
    const span = { from: 0, to: count, lettersMin: joinedLettersMin };
    injectionLexicon().findWithin(units, span, (concept, at) => {
      isLost = isLost || this.#isMatch(concept, start + at);
    });
    return isLost;
  }

  /** All concepts are forgotten where they came to something. */
  #isMatch(concept: number, at: number): boolean {
    const start = this.#base + at;
    const word = this.#place.words;
    const found = this.#matcher.add({ concept, way: 0, word, start, end: start + 1 });
    return found !== undefined || this.#matcher.startFrom(word, start) === Number.POSITIVE_INFINITY;
  }

  /** Short words up to `to` are none any more: whether they made what a rule waited for. */
  #isLoose(to: number): boolean {
    const { fragments, looseStart: from } = this.#place;
    let isLost = fragments > fragmentsMax;
    if (fragments >= fragmentsMin && !isLost) {
      findLoose(read, { from, to }, (concept, at) => {
        isLost = isLost || this.#isMatch(concept, at);
      });
    }
    // Where it did, all of it is read again.
    if (!isLost) this.#place.fragments = 0;
    return isLost;
  }

  #isEncodedIn(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      if (runSigns[read[at] as number] === 0 && this.#isEncoded(at)) return true;
    }
    return false;
  }

  /** What stands at `at` is in no run: whether the run before it may say something. */
  #isEncoded(at: number): boolean {
    const { runStart } = this.#place;
    this.#place.runStart = at + 1;
    return at - runStart >= runMin && decodeRun(this.#text.slice(runStart, at)) !== undefined;
  }
}
