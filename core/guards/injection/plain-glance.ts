// Owns telling at a glance that no rule can hold in a text: each needs a word that most texts do not have, or
// letters dressed up. Knows no rule.

import { type Sieve, sift, sign, want } from "../../text/sieve.ts";
import { none, open } from "../classifier/escapes.ts";
import { foldWord, hashStart, hashStep, keyLength } from "../classifier/lexicon.ts";
import { decodeRun } from "../classifier/payloads.ts";
import { leetLetter } from "../classifier/units.ts";
import { runSigns } from "../classifier/word-marks.ts";
import { concept, conceptCount } from "./concepts.ts";
import { leetConcept, leetNumber } from "./leet.ts";
import { conceptWords, injectionLexicon } from "./lexicon.ts";
import { findLoose, fragmentsMax } from "./loose-row.ts";
import { escapeAt, kindOf, letters, plainKind } from "./plain-units.ts";
import { fragmentLettersMax, fragmentsMin, joinedMin, runMin } from "./plain-words.ts";

/** Of a concept: it has to be looked into. `stopping`: a rule may hold wherever one of these stands. */
const stopping = 4;
/** A rule may hold where it stands close before `anything`. */
const override = 1;
const anything = 2;
const groupOf: Readonly<Record<number, number>> = {
  [concept.override]: override,
  [concept.anything]: anything,
  [concept.instruction]: stopping,
  [concept.prompt]: stopping,
  [concept.persona]: stopping,
  [concept.unbound]: stopping,
};
const groups = Uint8Array.from({ length: conceptCount }, (_, of) => groupOf[of] ?? 0);
/** Of all that was found together. */
const isEnough = (found: number): boolean => found >= (override | anything);

/** Words from it to `anything`, itself included. */
const overrideWords = 2;
const joinedLettersMin = 4;
const keyUnits = 5;
const wordUnitsMax = 64;
const units = new Uint16Array(wordUnitsMax);

let isPrepared = false;
/** A bit for each three letters that a word of some group begins with. */
const beginnings = new Int32Array(1024);
const beginningOf = (a: number, b: number, c: number): number =>
  ((a & 31) << 10) | ((b & 31) << 5) | (c & 31);
/** The first letters of each of those words, or all of a shorter one. */
const starts = new Set<number>();
function startOf(from: ArrayLike<number>, at: number, end: number): number {
  let start = 1;
  for (let index = at; index < end; index++) start = start * 32 + ((from[index] as number) & 31);
  return start;
}
const mayBegin = (a: number, b: number, c: number): boolean => {
  const key = beginningOf(a, b, c);
  return (((beginnings[key >>> 5] as number) >>> (key & 31)) & 1) !== 0;
};

/** Once: the sieve hears which words are asked about. */
function prepare(): void {
  isPrepared = true;
  for (const [of, written] of conceptWords()) {
    if ((groups[of] ?? 0) === 0) continue;
    const words = written.split(/\s+/).map(foldWord);
    if (of !== concept.override) want(words);
    for (const word of words) {
      const first = Array.from(word.slice(0, keyUnits), (letter) => letter.charCodeAt(0));
      starts.add(startOf(first, 0, first.length));
      const key = beginningOf(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2));
      beginnings[key >>> 5] = (beginnings[key >>> 5] as number) | (1 << (key & 31));
    }
  }
}

/** Whether the rules find nothing in the whole of a text, as far as that is told without reading it. */
export function isPlainlyClear(text: string): boolean {
  if (!isPrepared) prepare();
  const seen = sift(text);
  if (seen.isUnread || (seen.kinds & sign.odd) !== 0) return false;
  let found = 0;
  const { bytes, words, mixed, joined } = seen;
  for (let index = 0; index < words.count; index++) {
    const place = words.at[index] as number;
    if (mayBeginAt(bytes, place) || !isFirst(bytes, place)) found |= groupsAt(seen, place);
  }
  for (let index = 0; index < mixed.count; index++) found |= groupsAt(seen, mixed.at[index] as number);
  for (let index = 0; index < joined.count; index++) found |= groupsAt(seen, joined.at[index] as number);
  if (isEnough(found) || !isClearOfSigns(seen)) return false;
  return !isEnough(found | groupsOfApostrophes(seen) | groupsOfShorts(seen)) && !isEncoded(seen);
}

/** Nothing of the same word stands before it. */
const isFirst = (bytes: Uint8Array, place: number): boolean =>
  place === 0 || !isWordByte(bytes[place - 1] as number);

const isWordByte = (byte: number): boolean => letters[byte] !== 0 || byte === 0x27;

/** Of the word that the place is in, apostrophes in it included. */
function groupsAt({ bytes }: Sieve, place: number): number {
  let start = place;
  while (start > 0 && isWordByte(bytes[start - 1] as number)) start--;
  while (bytes[start] === 0x27) start++;
  const found = groups[conceptAt(bytes, start)] as number;
  if (found !== anything) return found === 0 && countAt >= joinedMin ? groupsWithin() : found;
  return isOverridden(bytes, start) ? override | anything : anything;
}

/** Letters of the word that was read last, and how many of them are digits. */
let countAt = 0;
const tooLong = concept.prompt;

/** As `PlainScanner` reads a word. */
function conceptAt(bytes: Uint8Array, start: number): number {
  let count = 0;
  let digits = 0;
  let key = hashStart;
  for (let at = start; isWordByte(bytes[at] as number); at++) {
    const letter = letters[bytes[at] as number] as number;
    if (letter === 0) continue;
    if (count === wordUnitsMax) return tooLong;
    if (letter <= 0x39) digits++;
    if (count < keyLength) key = hashStep(key, letter);
    units[count++] = letter;
  }
  countAt = digits === 0 ? count : 0;
  if (digits === count) return 0;
  const lexicon = injectionLexicon();
  return digits === 0
    ? lexicon.find(key, units, 0, count)
    : leetConcept(lexicon, units, { key, length: count });
}

/** Of the words that stand without spaces in the one that was read last. */
function groupsWithin(): number {
  let found = 0;
  const span = { from: 0, to: countAt, lettersMin: joinedLettersMin };
  injectionLexicon().findWithin(units, span, (of) => {
    found |= groups[of] as number;
  });
  return found;
}

/** One of the words before the one at `start`. */
function isOverridden(bytes: Uint8Array, start: number): boolean {
  let at = start;
  for (let word = 0; word < overrideWords; word++) {
    while (at > 0 && letters[bytes[at - 1] as number] === 0) at--;
    while (at > 0 && isWordByte(bytes[at - 1] as number)) at--;
    let first = at;
    while (bytes[first] === 0x27) first++;
    if ((groups[conceptAt(bytes, first)] as number) === override) return true;
  }
  return false;
}

/** Signs that stand for letters, or make one of several characters. */
function isClearOfSigns({ text, bytes, signs, kinds }: Sieve): boolean {
  if ((kinds & (sign.leet | sign.escape)) === 0) return true;
  for (let index = 0; index < signs.count; index++) {
    const at = signs.at[index] as number;
    const kind = kindOf(bytes[at] as number);
    if (
      kind === plainKind.leet
        ? isLetterAt(text, bytes, at)
        : kind === plainKind.escape && isEscape(text, bytes, at)
    )
      return false;
  }
  return true;
}

/** What begins there may be a word. */
function isLetterAt(text: string, bytes: Uint8Array, at: number): boolean {
  if (letters[bytes[at + 1] as number] === 0) return false;
  const before = at === 0 ? plainKind.space : kindOf(bytes[at - 1] as number);
  const isFree = before === plainKind.space || before === plainKind.sign;
  return !isFree || leetNumber(text, at) === "word";
}

const entityUnitsMax = 10;
const [ampersand, percent, semicolon] = [0x26, 0x25, 0x3b];

function isEscape(text: string, bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1] as number;
  if (bytes[at] === ampersand) {
    let end = at + 1;
    while (end - at < entityUnitsMax && bytes[end] !== semicolon) end++;
    if (bytes[end] !== semicolon) return false;
  } else if (bytes[at] === percent && letters[next] === 0) return false;
  const written = escapeAt(text, at);
  return written !== none && written !== open;
}

/** Of words with an apostrophe so near their start that the sieve does not know them. */
function groupsOfApostrophes(seen: Sieve): number {
  if ((seen.kinds & sign.apostrophe) === 0) return 0;
  const { bytes, signs } = seen;
  let found = 0;
  for (let index = 0; index < signs.count; index++) {
    const at = signs.at[index] as number;
    if (bytes[at] !== 0x27 || letters[bytes[at + 1] as number] === 0) continue;
    let start = at;
    while (at - start < keyUnits && start > 0 && letters[bytes[start - 1] as number] !== 0) start--;
    if (start < at && at - start < keyUnits && mayBeginAt(bytes, start)) found |= groupsAt(seen, at);
  }
  return found;
}

/** Its first letters are those of some word; apostrophes are none. */
function mayBeginAt(bytes: Uint8Array, start: number): boolean {
  let first = 0;
  let second = 0;
  let letter = 0;
  for (let at = start, count = 0; count < 3; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x27) continue;
    letter = letters[byte] as number;
    if (letter === 0) return false;
    if (count === 0) first = letter;
    else if (count === 1) second = letter;
    count++;
  }
  return mayBegin(first, second, letter);
}

/** Of words that several short ones make when they are read as one. */
function groupsOfShorts({ bytes, shorts }: Sieve): number {
  let found = 0;
  for (let index = 0; index < shorts.count; index += 2) {
    const from = shorts.at[index] as number;
    const to = shorts.at[index + 1] as number;
    if (mayBeLoose(bytes, from, to)) found |= groupsOfRow(bytes, from, to);
  }
  return found;
}

/** Rows of short words between two places. */
function groupsOfRow(bytes: Uint8Array, from: number, to: number): number {
  let [found, words, start] = [0, 0, from];
  for (let at = from; at < to; ) {
    if (letters[bytes[at] as number] === 0) {
      at++;
      continue;
    }
    const first = at;
    let count = 0;
    for (; at < to && isWordByte(bytes[at] as number); at++) if (letters[bytes[at] as number] !== 0) count++;
    if (count <= fragmentLettersMax) {
      if (words === 0) start = first;
      words++;
      if (words > fragmentsMax) return stopping;
      continue;
    }
    if (words >= fragmentsMin) found |= looseGroups(bytes, start, first);
    words = 0;
  }
  return words >= fragmentsMin ? found | looseGroups(bytes, start, to) : found;
}

function looseGroups(bytes: Uint8Array, from: number, to: number): number {
  let found = 0;
  findLoose(bytes, { from, to }, (of) => {
    found |= groups[of] as number;
  });
  return found;
}

/** Some of its letters in a row begin a word. */
function mayBeLoose(bytes: Uint8Array, from: number, to: number): boolean {
  let count = 0;
  for (let at = from; at < to; at++) {
    const letter = letters[bytes[at] as number] as number;
    if (letter === 0) continue;
    if (count === wordUnitsMax) return true;
    units[count++] = (letter < 0x3a && leetLetter[letter]) || letter;
  }
  for (let at = 0; at + 2 < count; at++) {
    if (!mayBegin(units[at] as number, units[at + 1] as number, units[at + 2] as number)) continue;
    for (let end = at + 3; end <= at + keyUnits && end <= count; end++) {
      if (starts.has(startOf(units, at, end))) return true;
    }
  }
  return false;
}

/** Whether a long run says something once it is decoded. */
function isEncoded({ text, bytes, runs }: Sieve): boolean {
  for (let index = 0; index < runs.count; index++) {
    let start = runs.at[index] as number;
    for (let at = start; (bytes[at] as number) > 0x20; at++) {
      if (runSigns[bytes[at] as number] === 0) start = at + 1;
      else if (runSigns[bytes[at + 1] as number] === 0 && at + 1 - start >= runMin) {
        if (decodeRun(text.slice(start, at + 1)) !== undefined) return true;
      }
    }
  }
  return false;
}
