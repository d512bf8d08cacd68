// Owns telling at a glance that a text holds no personal data: most numbers are years, pages, prices, dates
// that no word makes somebody's. Others are asked about where they stand. Knows no rule.

import { type Sieve, sift, sign } from "../../text/sieve.ts";
import { monthStarts, monthUnitsMax } from "./date-of-birth.ts";
import { foldInPlace } from "./fold.ts";
import { groupUnitsMax } from "./groups.ts";
import { about, foldedBytes, NearWords } from "./near-words.ts";
import { afterUnits, beforeUnits } from "./nearby.ts";
import { PiiScanner, type Rules } from "./scanner.ts";
import { isDigit } from "./signs.ts";

/** As the scanner has them: fewer digits are no candidate, longer words end a number. */
const digitsMin = 5;
const wordUnitsMin = 3;
/** Behind digits alone two letters end it as well: nothing is written so. */
const pairUnits = 2;
const joinUnitsMax = 3;
const groupsMax = 20;
const spanUnitsMax = 96;
/** What has so many units with letters among them may be a number of its own. */
const codeUnitsMin = 6;
const accountUnits = 4;
const octets = 4;
/** Numbers of so few digits, in so few groups, are nobody's unless a word near them says so. */
const plainDigitsMax = 8;
const plainGroupsMax = 3;
/** Around what a word is looked for; signs before a number and an extension behind it may belong to it. */
const signUnits = 16;
const dateUnits = 36;
const dayUnitsMax = 2;
/** `of` or `de` may stand before it. */
const monthWords = 2;
const anything = about.phone | about.birth | about.others;
/** So near the text's end a day has no month. */
const openUnits = 11;

const [colon, at, plus, backslash, bracket] = [0x3a, 0x40, 0x2b, 0x5c, 0x28];
const [percent, hash, ampersand] = [0x25, 0x23, 0x26];
const joins = new Uint8Array(256);
for (const one of " -./()_:+") joins[one.charCodeAt(0)] = 1;

const isLetter = (byte: number): boolean => foldedBytes[byte] !== 0;
/** In front of the text stand zeros too. */
const byteAt = (bytes: Uint8Array, place: number): number => (place < 0 ? 0 : (bytes[place] as number));
const isHex = (byte: number): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
const isPart = (byte: number): boolean => isDigit(byte) || isLetter(byte);

const months = new Uint8Array(4096);
const monthKey = (a: number, b: number, c: number): number =>
  (((a & 31) * 37 + (b & 31)) * 37 + (c & 31)) & 4095;
for (const name of monthStarts) {
  const [a = 0, b = 0, c = 0] = Array.from(name, (letter) => foldedBytes[letter.charCodeAt(0)] ?? 0);
  if (c !== 0) months[monthKey(a, b, c)] = 1;
}

export class PiiGlance {
  readonly #scanner: PiiScanner;
  readonly #words: NearWords;
  /** Behind the last number that no word is near: one within it has none either. */
  #aloneTo = 0;

  constructor(rules: Rules) {
    this.#scanner = new PiiScanner(rules);
    this.#words = new NearWords(rules.words);
  }

  /** Whether a scanner finds nothing in the whole of a text. */
  isClear(text: string): boolean {
    const seen = sift(text);
    if (seen.isUnread || (seen.kinds & sign.odd) !== 0) return false;
    const read = seen.isWide ? foldInPlace(text) : text;
    if (read === undefined) return false;
    this.#scanner.view(read);
    this.#aloneTo = 0;
    const { numbers, bytes } = seen;
    for (let index = 0, { count } = numbers; index < count; index++) {
      const place = numbers.at[index] as number;
      if (isTrifle(bytes, place)) continue;
      if (this.#isCandidate(bytes, place) && this.#scanner.finds(place)) return false;
    }
    return this.#areSignsClear(seen);
  }

  #areSignsClear({ bytes, signs, kinds }: Sieve): boolean {
    if ((kinds & (sign.at | sign.opening | sign.naming)) === 0) return true;
    for (let index = 0; index < signs.count; index++) {
      const place = signs.at[index] as number;
      if (isSignCandidate(bytes, place) && this.#scanner.finds(place)) return false;
    }
    return true;
  }

  /** At the first digit of a run. */
  #isCandidate(bytes: Uint8Array, place: number): boolean {
    const number = numberAt(bytes, place);
    if (number === undefined) return false;
    const { start, end, groups, digits } = number;
    const units = number.firstEnd - start;
    if (!number.isPlain && (units >= codeUnitsMin || mayBeAccount(bytes, number))) return true;
    if (isEncodedAt(bytes, start)) return true;
    if (bytes[number.firstEnd] === colon && hasColons(bytes, number.firstEnd)) return true;
    if (digits >= octets && groups >= octets) return true;
    if (digits < digitsMin) {
      const isDay = number.isPlain ? units <= dayUnitsMax : units <= accountUnits;
      if (!isDay || !isMonthNear(bytes, start, number.firstEnd)) return false;
      const span = { from: start - beforeUnits - signUnits, to: end + dateUnits + afterUnits };
      return this.#words.has(bytes, about.birth, span);
    }
    if (!number.areDigits || groups > plainGroupsMax || digits > plainDigitsMax) return true;
    if (isLed(bytes, start) || isDialled(bytes, number)) return true;
    if (end === this.#aloneTo) return false;
    const asked = isNoPhone(bytes, number) ? about.birth | about.others : anything;
    const span = { from: start - beforeUnits - signUnits, to: end + afterUnits + signUnits };
    if (this.#words.has(bytes, asked, span)) return true;
    this.#aloneTo = end;
    return false;
  }
}

/** What most numbers are: a few digits alone, and no day of a month. The others are looked at closely. */
function isTrifle(bytes: Uint8Array, place: number): boolean {
  let end = place + 1;
  while (isDigit(bytes[end] as number)) end++;
  const units = end - place;
  const before = byteAt(bytes, place - 1);
  if (units >= digitsMin || isLetter(before) || before === percent || before === hash) return false;
  const next = bytes[end] as number;
  if (joins[next] === 0) {
    if (isLetter(next)) return false;
  } else if (next !== 0x20 && next !== 0x2e) {
    return false;
  } else if (isLetter(bytes[end + 1] as number)) {
    if (!isLetter(bytes[end + 2] as number)) return false;
  } else if (joins[bytes[end + 1] as number] !== 0 || isDigit(bytes[end + 1] as number)) return false;
  if (units > dayUnitsMax) return true;
  return !isMonthNear(bytes, place, end);
}

/** A number as its groups go on from one of them. */
interface Number {
  start: number;
  /** Of the first group, and of the last. */
  firstEnd: number;
  end: number;
  /** The first group has no letters; none has. */
  isPlain: boolean;
  areDigits: boolean;
  groups: number;
  digits: number;
}

const read: Number = { start: 0, firstEnd: 0, end: 0, isPlain: true, areDigits: true, groups: 0, digits: 0 };

/** Undefined: it stands too far within a run for a scanner to see a number there. */
function numberAt(bytes: Uint8Array, place: number): Number | undefined {
  let start = place;
  while (start > 0 && isPart(bytes[start - 1] as number)) {
    if (place - start === groupUnitsMax) return undefined;
    start--;
  }
  read.start = start;
  read.areDigits = true;
  read.groups = 0;
  read.digits = 0;
  read.firstEnd = readGroup(bytes, start);
  read.isPlain = read.areDigits;
  for (let next = start; next !== -1 && read.groups < groupsMax && next - start < spanUnitsMax; ) {
    next = nextGroup(bytes, read.end);
    if (next !== -1 && readGroup(bytes, next) === -1) break;
  }
  return read;
}

/** Its end; -1: a word, which belongs to no number. */
function readGroup(bytes: Uint8Array, from: number): number {
  let end = from;
  let digits = 0;
  for (let byte = bytes[end] as number; isPart(byte); byte = bytes[++end] as number)
    if (isDigit(byte)) digits++;
  if (digits === 0 && end - from >= (read.areDigits ? pairUnits : wordUnitsMin)) return -1;
  if (digits < end - from) read.areDigits = false;
  read.groups++;
  read.digits += digits;
  read.end = end;
  return end;
}

/** Where the next group begins; -1: none does. */
function nextGroup(bytes: Uint8Array, end: number): number {
  let next = end;
  while (joins[bytes[next] as number] !== 0) next++;
  return next > end && next - end <= joinUnitsMax && isPart(bytes[next] as number) ? next : -1;
}

/** `GB29`, with letters alone behind it; a line's end as programs write it may stand before a number too. */
function mayBeAccount(bytes: Uint8Array, { start, firstEnd, groups }: Number): boolean {
  if (start > 0 && bytes[start - 1] === backslash) return true;
  return groups > 1 || (firstEnd - start === accountUnits && isLetter(bytes[start + 1] as number));
}

/** `%40` and `&#64;` in an address stand for its sign. */
function isEncodedAt(bytes: Uint8Array, start: number): boolean {
  const before = byteAt(bytes, start - 1);
  if (before === percent) return bytes[start] === 0x34;
  return before === hash && byteAt(bytes, start - 2) === ampersand;
}

/** One or two letters in front of a number may be a part of it. */
function isLed(bytes: Uint8Array, start: number): boolean {
  const before = byteAt(bytes, start - 1);
  if (before !== 0x20 && before !== 0x2d && before !== 0x2e) return false;
  if (!isLetter(byteAt(bytes, start - 2))) return false;
  return !isLetter(byteAt(bytes, start - 3)) || !isPart(byteAt(bytes, start - 4));
}

/** `1234.56`, `2026-05-12` and `1.12.2026`: no phone number is written so. */
function isNoPhone(bytes: Uint8Array, { start, firstEnd, end, groups }: Number): boolean {
  const gap = bytes[firstEnd];
  const first = firstEnd - start;
  const secondEnd = endOfDigits(bytes, firstEnd + 1);
  const second = secondEnd - firstEnd - 1;
  if (groups === 2) return gap === 0x2e && secondEnd === end && !(first === 3 && second === 4);
  if (groups !== 3 || bytes[secondEnd] !== gap || endOfDigits(bytes, secondEnd + 1) !== end) return false;
  const third = end - secondEnd - 1;
  const isDate = (first === 4 && third <= 2) || (first <= 2 && third === 4);
  return isDate && second >= 1 && second <= 2 && third >= 1;
}

function endOfDigits(bytes: Uint8Array, from: number): number {
  let end = from;
  while (isDigit(bytes[end] as number)) end++;
  return end;
}

/** With the sign, or what is dialled in its place. */
function isDialled(bytes: Uint8Array, { start, digits }: Number): boolean {
  const before = byteAt(bytes, start - 1);
  return before === plus || before === bracket || (digits === plainDigitsMax && bytes[start] === 0x30);
}

/** A month's name may stand right before or behind the first group; behind a text's end it is not known. */
function isMonthNear(bytes: Uint8Array, start: number, firstEnd: number): boolean {
  if (bytes[firstEnd + openUnits] === 0) return true;
  const before = byteAt(bytes, start - 1);
  if ((before === 0x20 || before === 0x2d) && isMonthBefore(bytes, start - 1)) return true;
  let words = 0;
  let wasLetter = false;
  for (let place = firstEnd; place < firstEnd + openUnits && words < monthWords; place++) {
    const is = isLetter(bytes[place] as number);
    if (is && !wasLetter && isMonthAt(bytes, place)) return true;
    if (wasLetter && !is) words++;
    wasLetter = is;
  }
  return false;
}

function isMonthBefore(bytes: Uint8Array, end: number): boolean {
  let place = byteAt(bytes, end - 1) === 0x2e ? end - 1 : end;
  const first = Math.max(0, place - monthUnitsMax);
  while (place > first && isLetter(bytes[place - 1] as number)) place--;
  return isMonthAt(bytes, place);
}

function isMonthAt(bytes: Uint8Array, place: number): boolean {
  const first = foldedBytes[bytes[place] as number] as number;
  const second = foldedBytes[bytes[place + 1] as number] as number;
  const third = foldedBytes[bytes[place + 2] as number] as number;
  return months[monthKey(first, second, third)] !== 0;
}

/** Another colon so near that both may be an address's. */
function hasColons(bytes: Uint8Array, place: number): boolean {
  let next = place + 1;
  while (next - place <= accountUnits && isHex(bytes[next] as number)) next++;
  if (bytes[next] === colon) return true;
  let before = place - 1;
  while (before > 0 && place - before <= accountUnits && isHex(bytes[before] as number)) before--;
  return before >= 0 && bytes[before] === colon;
}

/** Whether what stands there may be an address's sign: of mail, or of a machine. */
function isSignCandidate(bytes: Uint8Array, place: number): boolean {
  const byte = bytes[place] as number;
  const next = bytes[place + 1] as number;
  if (byte === at) return isPart(next);
  if (byte === colon) return hasColons(bytes, place);
  if (byte !== 0x5b && byte !== 0x28 && byte !== 0x7b && byte !== 0x3c) return false;
  const first = next === 0x20 ? place + 2 : place + 1;
  const letter = foldedBytes[bytes[first] as number] as number;
  if (letter !== 0x61) return bytes[first] === at;
  const second = foldedBytes[bytes[first + 1] as number] as number;
  return second === 0x74 || second === 0x72;
}
