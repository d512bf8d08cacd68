// Owns one stretch of a text as a reader gives it: a sentence or a line, folded, with its words and marks.
// Knows no meaning.

import { learnUnit, unitClass, unitInfo } from "./units.ts";

export const segmentUnitsMax = 512;
/** A word and the space behind it are two units at least; letters without spaces give more concepts. */
const wordsMax = segmentUnitsMax / 2 + 2;
const hitsMax = segmentUnitsMax;

/** What is counted beside the words. */
export const mark = {
  upper: 0,
  capsWord: 1,
  digit: 2,
  newline: 3,
  angle: 4,
  brace: 5,
  pipe: 6,
  hash: 7,
  quote: 8,
  star: 9,
  colon: 10,
  symbol: 11,
  exclamation: 12,
  question: 13,
  hidden: 14,
  mixedScript: 15,
  leet: 16,
  spacedOut: 17,
  joined: 18,
  foreign: 19,
  escape: 20,
  stop: 21,
  encoded: 22,
  tagged: 23,
} as const;
export const markCount = 24;

/** How a concept was written. */
export const way = { plain: 0, leet: 1, lookalike: 2, spacedOut: 3, joined: 4, encoded: 5 } as const;

/** Segments that ended readings gave back: making one costs more than reading a short text. */
const spare: Segment[] = [];
const spareMax = 64;

export function takeSegment(): Segment {
  const segment = spare.pop() ?? new Segment();
  segment.clear(0);
  segment.wordNumber = 0;
  return segment;
}

/** Nobody reads it from here on. What it held is not kept. */
export function returnSegment(segment: Segment) {
  segment.units.fill(0);
  segment.words.fill(0);
  if (spare.length < spareMax) spare.push(segment);
}

export interface Hit {
  readonly concept: number;
  readonly way: number;
  /** Its number in the text. */
  readonly word: number;
  readonly start: number;
  readonly end: number;
}

/** Units that a paragraph, a line, a sentence has at least, and what ends at any space or sign. */
const blockMin = 16;
const sentenceMin = 40;
const lineMin = 56;
const spaceMax = 320;
const signMax = 400;
/** A sign of a script without spaces says as much as so many letters. */
const runLetters = 3;

/** Filled again for each stretch: whoever keeps something of it copies it. */
export class Segment {
  start = 0;
  end = 0;
  /** Folded: letters in lower case without marks, white space as one space or newline. */
  readonly units = new Uint16Array(segmentUnitsMax + 80);
  unitCount = 0;
  /** Hash of each word's folded letters. */
  readonly words = new Int32Array(wordsMax);
  readonly wordConcepts = new Uint8Array(wordsMax);
  wordCount = 0;
  /** Concepts met, in order, with the number of the word in the whole text and the place in the text. */
  readonly hits = new Uint8Array(hitsMax);
  readonly hitWays = new Uint8Array(hitsMax);
  readonly hitWords = new Int32Array(hitsMax);
  readonly hitStarts = new Float64Array(hitsMax);
  readonly hitEnds = new Float64Array(hitsMax);
  hitCount = 0;
  /** Words of the whole text, to the end of this segment. */
  wordNumber = 0;
  readonly marks = new Int32Array(markCount);

  clear(start: number) {
    this.start = start;
    this.end = start;
    this.unitCount = 0;
    this.wordCount = 0;
    this.hitCount = 0;
    this.marks.fill(0);
  }

  count(kind: number) {
    this.marks[kind] = (this.marks[kind] as number) + 1;
  }

  addWord(hash: number, concept: number) {
    if (this.wordCount === wordsMax) return;
    this.words[this.wordCount] = hash;
    this.wordConcepts[this.wordCount++] = concept;
  }

  hitAt(at: number): Hit {
    return {
      concept: this.hits[at] as number,
      way: this.hitWays[at] as number,
      word: this.hitWords[at] as number,
      start: this.hitStarts[at] as number,
      end: this.hitEnds[at] as number,
    };
  }

  addHit({ concept, way: written, word, start, end }: Hit) {
    if (this.hitCount === hitsMax) return;
    this.hits[this.hitCount] = concept;
    this.hitWays[this.hitCount] = written;
    this.hitWords[this.hitCount] = word;
    this.hitStarts[this.hitCount] = start;
    this.hitEnds[this.hitCount++] = end;
  }

  /** Whether it holds so many letters; one that may be a word by itself counts for several. */
  hasLetters(least: number): boolean {
    let letters = 0;
    for (let at = 0; at < this.unitCount && letters < least; at++) {
      const unit = this.units[at] as number;
      const kind = (((unitInfo[unit] as number) || learnUnit(unit)) >>> 16) & 15;
      if (kind === unitClass.letter) letters++;
      else if (kind === unitClass.run) letters += runLetters;
    }
    return letters >= least;
  }

  /** A space behind a word. Answers whether the segment ends with it. */
  addSpace(): boolean {
    this.units[this.unitCount++] = 0x20;
    return this.unitCount >= spaceMax;
  }

  /** White space counts once, a sign three times in a row. */
  addSign(unit: number) {
    const { units, unitCount } = this;
    const last = unitCount === 0 ? 0x0a : (units[unitCount - 1] as number);
    const isBlank = unit === 0x20 || unit === 0x0a;
    if (isBlank && (last === 0x20 || last === 0x0a)) return;
    if (unit === last && unitCount > 2 && units[unitCount - 2] === unit && units[unitCount - 3] === unit)
      return;
    units[this.unitCount++] = unit;
  }

  /** The next unit begins another stretch. `before`: the class of the unit before this one. */
  isFinished(unit: number, kind: number, before: number): boolean {
    const count = this.unitCount;
    if (count >= segmentUnitsMax - 2) return true;
    if (count < blockMin) return false;
    if (kind === unitClass.newline) return count >= lineMin || before === unitClass.newline;
    if (kind === unitClass.space)
      return count >= spaceMax || (before === unitClass.stop && count >= sentenceMin);
    if (kind === unitClass.stop) return unit > 0x2fff;
    return unit === 0x2c && before === unitClass.apostrophe ? count >= lineMin : count >= signMax;
  }
}
