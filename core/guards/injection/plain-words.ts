// Owns skipping what no rule asks about: words of plain letters that are in no list, and the signs between
// them. Knows no rule.

import { foldWord, hashStart, hashStep, keyLength } from "../classifier/lexicon.ts";
import { conceptWords } from "./lexicon.ts";

/** ASCII letters in lower case; 0: none. */
const lower = new Uint8Array(0x10000);
for (let letter = 0x61; letter <= 0x7a; letter++) lower[letter] = lower[letter - 0x20] = letter;

/** Signs that end a word and an encoded run, and are nothing else. */
const ends = new Uint8Array(0x10000);
for (const sign of ' \n\t\r.,;:?()[]{}<>"#*`~^') ends[sign.charCodeAt(0)] = 1;

export const fragmentLettersMax = 3;
/** Fewer short words in a row are ordinary. */
export const fragmentsMin = 5;
/** Longer words may be several without spaces. */
export const joinedMin = 14;
/** Shorter runs encode nothing. */
export const runMin = 20;

const bits = 0x10000;

let made: Int32Array | undefined;

/** A bit for the first letters of each word that is in some list; a few others have the same. */
function listedKeys(): Int32Array {
  if (made !== undefined) return made;
  made = new Int32Array(bits / 32);
  for (const [, words] of conceptWords()) {
    for (const word of words.split(/\s+/)) {
      const letters = foldWord(word).slice(0, keyLength);
      let key = hashStart;
      for (let at = 0; at < letters.length; at++) key = hashStep(key, letters.charCodeAt(at));
      const place = placeOf(key);
      made[place >>> 5] = (made[place >>> 5] as number) | (1 << (place & 31));
    }
  }
  return made;
}

function placeOf(key: number): number {
  return (key ^ (key >>> 15)) & (bits - 1);
}

/** Where a reader of words stands, and what is open there. */
export interface Skim {
  at: number;
  /** Of what may be the run of an encoding. */
  runStart: number;
  /** Read so far. */
  words: number;
  /** Short words in a row, and where the first of them stands. */
  fragments: number;
  looseStart: number;
}

/**
 * Goes on in `read`, which ends in a 0, as long as there is nothing to look at. The first word of more than a
 * few letters from `longFrom` on is looked at.
 */
export function skim(read: Uint16Array, state: Skim, longFrom: number): void {
  const keys = listedKeys();
  let { at, runStart, words, fragments, looseStart } = state;
  let start = at;
  for (;;) {
    start = at;
    const hashed = at + keyLength;
    let key = hashStart;
    let letter = lower[read[at] as number] as number;
    while (letter !== 0 && at < hashed) {
      key = hashStep(key, letter);
      letter = lower[read[++at] as number] as number;
    }
    while (letter !== 0) letter = lower[read[++at] as number] as number;
    if (ends[read[at] as number] === 0 || at - runStart >= runMin) break;
    if (at > start) {
      const place = placeOf(key);
      if ((((keys[place >>> 5] as number) >>> (place & 31)) & 1) !== 0) break;
      const count = at - start;
      if (count > fragmentLettersMax) {
        if (fragments >= fragmentsMin || count >= joinedMin || start >= longFrom) break;
        fragments = 0;
      } else {
        if (fragments === 0) looseStart = start;
        fragments++;
      }
      words++;
    }
    runStart = ++at;
  }
  state.at = start;
  state.runStart = runStart;
  state.words = words;
  state.fragments = fragments;
  state.looseStart = looseStart;
}
