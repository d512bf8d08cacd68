// Owns asking bytes for words near a number that may tell what it is, with no answer which. Knows no number.

import type { WordList } from "./nearby.ts";
import { kind } from "./words.ts";

const keyUnits = 7;
const slotBits = 12;
/** So long a run is cut where a reader of words stops. */
const runMax = 32;

/** What words are asked about, a bit each. */
export const about = { phone: 1, birth: 2, others: 4 } as const;
/** A word as long as its key has those of its bits, one of all that begin so has them further up. */
const startShift = 4;
const phones = kind.phone | kind.phoneHint | kind.phoneBehind | kind.number;
/** What these tell makes no number somebody's, or only one that is longer, or written as an address is. */
const others = kind.other | kind.version | kind.ip | kind.card;

/** Letters in lower case and without marks; 0: none. */
export const foldedBytes = new Uint8Array(256);
for (let code = 0x41; code < 256; code++) {
  const small = code | 0x20;
  const isLetter = (code <= 0x7a && small >= 0x61 && small <= 0x7a) || (code >= 0xc0 && small !== 0xf7);
  const letter = String.fromCharCode(code).toLowerCase().normalize("NFD").charCodeAt(0);
  if (isLetter) foldedBytes[code] = letter;
}

const step = (key: number, letter: number): number => Math.imul(key ^ letter, 0x9e3779b1);
const beginningOf = (a: number, b: number, c: number): number =>
  ((a & 31) << 10) | ((b & 31) << 5) | (c & 31);
const slotOf = (key: number): number => key >>> (32 - slotBits);
/** What is left of a key tells those of one slot apart; never 0. */
const restOf = (key: number): number => (key & 0xffff) | 1;
/** Of letters in lower case, and all beyond ASCII. */
const smalls = Uint8Array.from(foldedBytes, (letter, code) => (letter === 0 || code <= 0x5a ? 0 : 1));
const isSmall = (byte: number): boolean => smalls[byte] !== 0;
const isCapital = (byte: number): boolean => foldedBytes[byte] !== 0 && smalls[byte] === 0;

/** Whether a letter begins a word or a part of one: `T` and `C` of `UTC` do not, `H` of `XMLHost` does. */
const isPart = (bytes: Uint8Array, at: number): boolean =>
  at === 0 || !isCapital(bytes[at - 1] as number) || isSmall(bytes[at + 1] as number);

export class NearWords {
  /** A bit for each three letters that some word begins with; a shorter one's are 0. */
  readonly #beginnings = new Int32Array(1024);
  readonly #rests = new Uint16Array(2 ** slotBits);
  readonly #flags = new Uint8Array(2 ** slotBits);

  constructor({ words, stems }: WordList) {
    for (const [word, { kinds, rules }] of words)
      this.#add(word, kinds, { isStem: false, isNamed: rules !== undefined });
    for (const list of stems.values()) {
      for (const { stem, told } of list)
        this.#add(stem, told.kinds, { isStem: true, isNamed: told.rules !== undefined });
    }
  }

  #add(word: string, kinds: number, { isStem, isNamed }: { isStem: boolean; isNamed: boolean }): void {
    if ((kinds & ~others) === 0 && !isNamed) return;
    const letters = Array.from(word.slice(0, keyUnits), (one) => foldedBytes[one.charCodeAt(0)] ?? 0);
    if (letters.includes(0)) return;
    const key = letters.reduce(step, 0);
    const [a = 0, b = 0, c = 0] = letters;
    const beginning = beginningOf(a, b, c);
    this.#beginnings[beginning >>> 5] =
      (this.#beginnings[beginning >>> 5] as number) | (1 << (beginning & 31));
    const isStart = isStem || word.length > keyUnits;
    const isOther = isNamed || (kinds & ~(others | phones | kind.birth)) !== 0;
    const told =
      ((kinds & phones) !== 0 ? about.phone : 0) |
      ((kinds & kind.birth) !== 0 ? about.birth : 0) |
      (isOther ? about.others : 0);
    const slot = this.#slot(key);
    this.#rests[slot] = restOf(key);
    this.#flags[slot] = (this.#flags[slot] as number) | (isStart ? told << startShift : told);
  }

  /** Where a key is, or would be. */
  #slot(key: number): number {
    let slot = slotOf(key);
    for (let rest = this.#rests[slot]; rest !== 0 && rest !== restOf(key); rest = this.#rests[slot]) {
      slot = (slot + 1) & (2 ** slotBits - 1);
    }
    return slot;
  }

  /** Whether a word about what is asked may begin between two places. In a word, capitals begin another. */
  has(bytes: Uint8Array, asked: number, { from, to }: Span): boolean {
    let at = Math.max(0, from);
    if (at > 0 && foldedBytes[bytes[at - 1] as number] !== 0) while (smalls[bytes[at] as number] !== 0) at++;
    while (at < to) {
      if (foldedBytes[bytes[at] as number] === 0) {
        at++;
        continue;
      }
      if (isPart(bytes, at) && this.#mayBegin(bytes, at) && this.#begins(bytes, at, asked)) return true;
      const first = at++;
      while (smalls[bytes[at] as number] !== 0) at++;
      if (at - first > runMax) return true;
    }
    return false;
  }

  #mayBegin(bytes: Uint8Array, from: number): boolean {
    const next = bytes[from + 1] as number;
    const afterNext = bytes[from + 2] as number;
    const first = foldedBytes[bytes[from] as number] as number;
    const second = foldedBytes[next] as number;
    const third = second === 0 ? 0 : (foldedBytes[afterNext] as number);
    if (this.#isBeginning(beginningOf(first, second, third))) return true;
    if (!isSmall(afterNext) && this.#isBeginning(beginningOf(first, second, 0))) return true;
    return !isSmall(next) && this.#isBeginning(beginningOf(first, 0, 0));
  }

  #isBeginning(beginning: number): boolean {
    return (((this.#beginnings[beginning >>> 5] as number) >>> (beginning & 31)) & 1) !== 0;
  }

  #begins(bytes: Uint8Array, from: number, asked: number): boolean {
    let key = 0;
    for (let at = from; at < from + keyUnits; at++) {
      const letter = foldedBytes[bytes[at] as number] as number;
      if (letter === 0) return false;
      key = step(key, letter);
      const known = this.#flags[this.#slot(key)] as number;
      if (((known >>> startShift) & asked) !== 0) return true;
      if ((known & asked) !== 0 && !isSmall(bytes[at + 1] as number)) return true;
    }
    return false;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}
