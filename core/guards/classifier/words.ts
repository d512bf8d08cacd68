// Owns the end of a word: its concept however it was dressed up, and its place in the segment. Knows no
// meaning of a concept.

import { foldDigits, hashStart, hashStep, keyLength, type Lexicon } from "./lexicon.ts";
import { fragmentLettersMax, LooseLetters } from "./loose-letters.ts";
import { mark, type Segment, way } from "./segment.ts";
import { leetLetter, script, skeleton } from "./units.ts";

/** One object a reader, filled again for each word. */
export interface Word {
  key: number;
  hash: number;
  length: number;
  scripts: number;
  /** Letters in upper case. */
  upper: number;
  start: number;
  end: number;
}

/** Longer than most words: several may stand in it without spaces. */
const joinedMin = 14;
const joinedLettersMin = 4;
const gluedMax = 24;

export class WordEnds {
  readonly #lexicon: Lexicon;
  readonly #segment: Segment;
  readonly #loose = new LooseLetters();
  readonly #scratch = new Uint16Array(gluedMax + 80);
  /** A word and the sign behind it that may stand for a letter: `p@ss`. */
  readonly #glued = new Uint16Array(gluedMax + 80);
  #gluedLength = 0;
  #gluedStart = 0;
  #gluedEnd = -1;
  #number = 0;
  #lastFrom = 0;
  #lastLength = 0;
  #lastStart = 0;
  #lastEnd = -1;

  constructor(lexicon: Lexicon, segment: Segment) {
    this.#lexicon = lexicon;
    this.#segment = segment;
  }

  /** Where the first thing stands that may still be told of; Infinity where there is none. */
  get pendingStart(): number {
    const glued = this.#gluedEnd < 0 ? Number.POSITIVE_INFINITY : this.#gluedStart;
    return Math.min(this.#loose.start, glued);
  }

  /** Its letters are the last units of the segment. */
  end(word: Word) {
    const segment = this.#segment;
    const from = segment.unitCount - word.length;
    segment.wordNumber = ++this.#number;
    const loose = this.#loose;
    if (word.length > fragmentLettersMax || loose.isFull) {
      if (loose.isLoose) this.flush();
      else loose.clear();
    }
    if (word.length <= fragmentLettersMax) loose.add(from, word.length, word.start);
    let concept = 0;
    let hash = word.hash;
    if (word.scripts === script.latin) {
      concept = this.#lexicon.find(word.key, segment.units, from, word.length);
      if (concept !== 0) this.#hit(concept, way.plain, word.start, word.end);
      else if (word.length >= joinedMin) this.#within(word, from, joinedLettersMin);
    } else {
      // What it was written with is lost when its digits are folded.
      loose.keep(segment.units);
      concept = this.#dressedUp(word, from);
      if ((word.scripts & script.digit) !== 0) hash = foldDigits(segment.units, from, word.length);
    }
    if (this.#gluedEnd === word.start) concept = this.#unglue(word, from) || concept;
    else this.#gluedEnd = -1;
    if (word.upper === word.length && word.length > 2) segment.count(mark.capsWord);
    segment.marks[mark.upper] = (segment.marks[mark.upper] as number) + word.upper;
    segment.addWord(hash, concept);
    this.#lastFrom = from;
    this.#lastLength = word.length;
    this.#lastStart = word.start;
    this.#lastEnd = word.end;
  }

  /** The segment's units are about to be filled anew. */
  keep() {
    this.#loose.keep(this.#segment.units);
  }

  space() {
    this.#gluedEnd = -1;
  }

  /** A sign stands behind the last word, or before the next one; it ends at `end`. */
  sign(unit: number, end: number) {
    const letter = unit < 128 ? (leetLetter[unit] as number) : 0;
    if (letter === 0) {
      this.#gluedEnd = -1;
      return;
    }
    if (this.#gluedEnd !== end - 1) {
      this.#gluedLength = 0;
      this.#gluedStart = end - 1;
      if (this.#lastEnd === end - 1) {
        this.#gluedStart = this.#lastStart;
        this.#glue(this.#lastFrom, this.#lastLength);
      }
    }
    this.#glued[this.#gluedLength++] = letter;
    this.#gluedEnd = this.#gluedLength < gluedMax ? end : -1;
  }

  #glue(from: number, length: number) {
    const { units } = this.#segment;
    for (let at = from; at < from + length && this.#gluedLength < gluedMax; at++) {
      this.#glued[this.#gluedLength++] = plainLetter(units[at] as number);
    }
  }

  /** The word ends what was written with a sign in it. */
  #unglue(word: Word, from: number): number {
    this.#glue(from, word.length);
    const concept = this.#lookUp(this.#glued, this.#gluedLength);
    if (concept !== 0) {
      this.#segment.count(mark.leet);
      this.#hit(concept, way.leet, this.#gluedStart, word.end);
    }
    this.#gluedEnd = word.end;
    return concept;
  }

  flush() {
    this.#loose.flush(this.#segment.units, this.#lexicon, (concept, start, end) => {
      this.#segment.count(mark.spacedOut);
      this.#hit(concept, way.spacedOut, start, end);
    });
  }

  /** Digits, other scripts, scripts without spaces. */
  #dressedUp(word: Word, from: number): number {
    const { units } = this.#segment;
    if ((word.scripts & script.joined) !== 0) return this.#within(word, from, 1);
    const native = this.#lexicon.find(word.key, units, from, word.length);
    if (native !== 0) {
      this.#hit(native, way.plain, word.start, word.end);
      return native;
    }
    const [length, scratch] = [Math.min(word.length, gluedMax), this.#scratch];
    const isLeet = (word.scripts & script.digit) !== 0;
    if (isLeet && word.scripts === script.digit) return 0;
    for (let at = 0; at < length; at++) scratch[at] = plainLetter(units[from + at] as number);
    const concept = this.#lookUp(scratch, length);
    const isMixed = (word.scripts & 7 & ((word.scripts & 7) - 1)) !== 0;
    if (isMixed) this.#segment.count(mark.mixedScript);
    if (concept === 0) return 0;
    if (isLeet) this.#segment.count(mark.leet);
    this.#hit(concept, isLeet ? way.leet : way.lookalike, word.start, word.end);
    return concept;
  }

  /** `1` is an i, or an l. */
  #lookUp(units: Uint16Array, length: number): number {
    const concept = this.#find(units, length);
    if (concept !== 0) return concept;
    let changed = 0;
    for (let at = 0; at < length; at++) {
      if (units[at] !== 0x69) continue;
      units[at] = 0x6c;
      const found = this.#find(units, length);
      units[at] = 0x69;
      if (found !== 0) return found;
      if (++changed > 3) break;
    }
    return 0;
  }

  #find(units: Uint16Array, length: number): number {
    let key = hashStart;
    for (let at = 0; at < Math.min(length, keyLength); at++) key = hashStep(key, units[at] as number);
    return this.#lexicon.find(key, units, 0, length);
  }

  /** Words without spaces between. */
  #within(word: Word, from: number, lettersMin: number): number {
    let first = 0;
    const isLatin = word.scripts === script.latin;
    this.#lexicon.findWithin(
      this.#segment.units,
      { from, to: from + word.length, lettersMin },
      (concept, at, end) => {
        if (first === 0) first = concept;
        if (isLatin) this.#segment.count(mark.joined);
        const start = word.start + at - from;
        this.#hit(concept, isLatin ? way.joined : way.plain, start, word.start + end - from);
      },
    );
    return isLatin ? 0 : first;
  }

  #hit(concept: number, written: number, start: number, end: number) {
    this.#segment.addHit({ concept, way: written, word: this.#number, start, end });
  }
}

function plainLetter(unit: number): number {
  const letter = unit < 128 ? (leetLetter[unit] as number) : 0;
  return letter === 0 ? (skeleton[unit] as number) : letter;
}
