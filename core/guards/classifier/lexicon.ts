// Owns looking words up in a fixed list of words and stems, each with a number that says what it means. Knows
// no language and no list.

import { learnUnit, unitClass, unitInfo } from "./units.ts";

const prime = 0x01000193;
export const hashStart = 0x811c9dc5 | 0;
/** Letters that the key of a word is made of. */
export const keyLength = 5;

export function hashStep(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, prime);
}

/** Makes one digit of all in a word of `length` units, and its hash anew. */
export function foldDigits(units: Uint16Array, from: number, length: number): number {
  let hash = hashStart;
  for (let at = from; at < from + length; at++) {
    const unit = units[at] as number;
    if (unit >= 0x30 && unit <= 0x39) units[at] = 0x30;
    hash = hashStep(hash, units[at] as number);
  }
  return hash;
}

interface Entry {
  readonly word: string;
  /** Whatever follows is the same word. */
  readonly isStem: boolean;
  readonly concept: number;
}

/** Concept → words, separated by spaces; a `*` behind five letters or more: any ending. */
export type WordLists = readonly (readonly [concept: number, words: string])[];

const slotBits = 15;
const slots = 1 << slotBits;

/** As a reader sees it: lower case, without marks. */
export function foldWord(word: string): string {
  let folded = "";
  for (const char of word.replaceAll("*", "")) {
    const unit = char.charCodeAt(0);
    const info = unitInfo[unit] || learnUnit(unit);
    const kind = (info >>> 16) & 15;
    if (kind === unitClass.ignored || kind === unitClass.apostrophe) continue;
    folded += String.fromCharCode(info & 0xffff);
  }
  return folded;
}

function keyOf(word: string): number {
  let hash = hashStart;
  for (let at = 0; at < word.length && at < keyLength; at++) hash = hashStep(hash, word.charCodeAt(at));
  return hash;
}

/** Where a key's entries are looked for first. */
function slotOf(key: number): number {
  return (key ^ (key >>> 15)) & (slots - 1);
}

export interface Span {
  readonly from: number;
  readonly to: number;
  /** Shorter words are not looked for: in letters without spaces they stand everywhere. */
  readonly lettersMin: number;
}
/** `at`, `end`: places in the units. */
export type Tell = (concept: number, at: number, end: number) => void;

/** Longest run of letters that one word is looked for in, in text without spaces. */
const lettersMax = 24;

export class Lexicon {
  /** Whether any key begins its way at a slot: small enough to stay in the fastest memory. */
  readonly #taken = new Uint8Array(slots);
  readonly #keys = new Int32Array(slots);
  readonly #entries: (readonly Entry[] | undefined)[] = new Array(slots);

  constructor(lists: WordLists) {
    const byKey = new Map<number, Entry[]>();
    for (const [concept, words] of lists) {
      for (const written of words.split(/\s+/).filter((word) => word !== "")) {
        const isStem = written.endsWith("*");
        const entry = { word: foldWord(isStem ? written.slice(0, -1) : written), isStem, concept };
        const key = keyOf(entry.word);
        const known = byKey.get(key) ?? [];
        if (!known.some(({ word }) => word === entry.word)) byKey.set(key, [...known, entry]);
      }
    }
    for (const [key, entries] of byKey) {
      this.#add(
        key,
        entries.toSorted((a, b) => b.word.length - a.word.length),
      );
    }
  }

  #add(key: number, entries: readonly Entry[]) {
    let slot = slotOf(key);
    this.#taken[slot] = 1;
    while (this.#entries[slot] !== undefined) slot = (slot + 1) & (slots - 1);
    this.#keys[slot] = key;
    this.#entries[slot] = entries;
  }

  /** The concept of the word at `from`; 0: none. `key`: the hash of its first letters. */
  find(key: number, units: Uint16Array, from: number, length: number): number {
    let slot = slotOf(key);
    if (this.#taken[slot] === 0) return 0;
    let entries = this.#entries[slot];
    while (entries !== undefined) {
      if (this.#keys[slot] === key) {
        for (const entry of entries) if (isWord(entry, units, from, length)) return entry.concept;
        return 0;
      }
      slot = (slot + 1) & (slots - 1);
      entries = this.#entries[slot];
    }
    return 0;
  }

  /**
   * The words that stand in letters without spaces between, the longest first at each place. Each letter is
   * looked at `lettersMax` times at most.
   */
  findWithin(units: Uint16Array, { from, to, lettersMin }: Span, tell: Tell) {
    let at = from;
    while (at < to) {
      const found = this.#longestAt(units, at, { lettersMin, length: Math.min(to - at, lettersMax) });
      if (found !== undefined) tell(found.concept, at, at + found.word.length);
      at += found === undefined ? 1 : found.word.length;
    }
  }

  #longestAt(units: Uint16Array, at: number, bounds: { lettersMin: number; length: number }) {
    let key = hashStart;
    let best: Entry | undefined;
    for (let taken = 1; taken <= Math.min(bounds.length, keyLength); taken++) {
      key = hashStep(key, units[at + taken - 1] as number);
      const found = this.#startsWith(units, at, { key, length: bounds.length });
      if (found !== undefined && found.word.length >= bounds.lettersMin) best = found;
    }
    return best;
  }

  #startsWith(units: Uint16Array, at: number, { key, length }: { key: number; length: number }) {
    let slot = slotOf(key);
    if (this.#taken[slot] === 0) return undefined;
    let entries = this.#entries[slot];
    while (entries !== undefined) {
      if (this.#keys[slot] === key) {
        return entries.find((entry) => entry.word.length <= length && isStart(entry.word, units, at));
      }
      slot = (slot + 1) & (slots - 1);
      entries = this.#entries[slot];
    }
    return undefined;
  }
}

function isWord({ word, isStem }: Entry, units: Uint16Array, from: number, length: number): boolean {
  if (isStem ? word.length > length : word.length !== length) return false;
  return isStart(word, units, from);
}

function isStart(word: string, units: Uint16Array, from: number): boolean {
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) !== units[from + at]) return false;
  return true;
}
