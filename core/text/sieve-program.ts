// Owns the pass over a text's bytes, as a program: which are letters, digits and signs, 16 at a time, and
// from that, 64 at a time, where words, numbers, signs and long runs begin. Knows no word and no sign.

import {
  digitBits,
  group,
  joinedUnitsMin,
  keyBits,
  keyFactor,
  keyUnits,
  type ListName,
  letterBits,
  listAt,
  listNames,
  longUnitsMin,
  results,
  shortsMin,
  signBits,
  signKinds,
  wanted,
} from "./sieve-layout.ts";
import { bytes, type Code, get, i32, i64, kinds, repeatWhile, select, set, when } from "./wasm.ts";

/** Locals: the first is how many bytes are classed. */
const [classed, at, place, units, longEnd, kindsSeen, words, wordsAtLong, wordsNow] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;
const firstList = 9;
const firstWide = firstList + listNames.length;
const [letters, next, digits, nextDigits, signs, solid, nextSolid, found, word, starts] = Array.from(
  { length: 10 },
  (_, index) => firstWide + index,
) as [number, number, number, number, number, number, number, number, number, number];
const [letterBefore, digitBefore, runBefore, wordBefore] = [10, 11, 12, 13].map(
  (index) => firstWide + index,
) as [number, number, number, number];
const firstVector = firstWide + 14;
const [text, small, areLetters, areDigits] = [0, 1, 2, 3].map((index) => firstVector + index) as [
  number,
  number,
  number,
  number,
];
export const sieveLocals = [
  ...Array.from({ length: firstWide - 1 }, () => kinds.i32),
  ...Array.from({ length: firstVector - firstWide }, () => kinds.i64),
  ...Array.from({ length: 4 }, () => kinds.bytes),
];

const number = (value: number): Code => i32.constant(value);
const wide = (value: number | bigint): Code => i64.constant(BigInt.asIntN(64, BigInt(value)));
const not = (bits: Code): Code => i64.xor(bits, wide(-1));
const isSome = (bits: Code): Code => i32.isZero(i64.isZero(bits));

const storeBits = (of: Code, to: number): Code =>
  i32.store16(i32.shiftRight(get(at), number(3)), bytes.bits(of), to);

const classify: Code = [
  ...set(at, number(0)),
  ...repeatWhile(
    i32.isLess(get(at), get(classed)),
    set(text, bytes.load(get(at), 0)),
    set(small, bytes.or(get(text), bytes.all(0x20))),
    // `a` to `z` and their capitals; from À on all but × and ÷.
    set(
      areLetters,
      bytes.or(
        bytes.areLess(bytes.subtract(get(small), bytes.all(0x61)), bytes.all(26)),
        bytes.and(bytes.areMore(get(text), bytes.all(0xbf)), bytes.differ(get(small), bytes.all(0xf7))),
      ),
    ),
    set(areDigits, bytes.areLess(bytes.subtract(get(text), bytes.all(0x30)), bytes.all(10))),
    storeBits(get(areLetters), letterBits),
    storeBits(get(areDigits), digitBits),
    storeBits(
      bytes.andNot(bytes.areMore(get(text), bytes.all(0x20)), bytes.or(get(areLetters), get(areDigits))),
      signBits,
    ),
    set(at, i32.add(get(at), number(16))),
  ),
];

const listOf = (name: ListName): number => firstList + listNames.indexOf(name);
const add = (name: ListName, value: Code): Code => [
  ...i32.store16(get(listOf(name)), value, 0),
  ...set(listOf(name), i32.add(get(listOf(name)), number(2))),
];

/** Each bit as the one so many units further on is; `behind` has those of the next 64 units. */
const ahead = (bits: Code, behind: Code, by: number): Code =>
  i64.or(i64.shiftRight(bits, wide(by)), i64.shiftLeft(behind, wide(64 - by)));
/** Bits that follow no other; `before` is the one in front of the first. */
const firsts = (bits: Code, before: number): Code =>
  i64.and(bits, not(i64.or(i64.shiftLeft(bits, wide(1)), get(before))));
const lastOf = (bits: Code): Code => i64.shiftRight(bits, wide(63));

/** For each bit, the first one first: `place` is its unit. */
const forEach = (bits: Code, ...then: readonly Code[]): Code => [
  ...set(found, bits),
  ...when(
    isSome(get(found)),
    repeatWhile(
      isSome(get(found)),
      set(place, i32.add(get(at), i32.of64(i64.zerosBehind(get(found))))),
      ...then,
      set(found, i64.and(get(found), i64.subtract(get(found), wide(1)))),
    ),
  ),
];

/** Of a word that begins at the first bit of `found`: 64 at most. By 64 is shifted in two steps. */
const unitsOfWord: Code = i32.of64(
  i64.zerosBehind(
    not(
      i64.or(
        i64.shiftRight(get(letters), i64.zerosBehind(get(found))),
        i64.shiftLeft(i64.shiftLeft(get(next), wide(1)), i64.xor(i64.zerosBehind(get(found)), wide(63))),
      ),
    ),
  ),
);

const keyedUnits: Code = select(get(units), number(keyUnits), i32.isLess(get(units), number(keyUnits)));
const keyMask: Code = i64.subtract(
  i64.shiftLeft(wide(1), i64.of32(i32.shiftLeft(keyedUnits, number(3)))),
  wide(1),
);
const keyOfWord: Code = i32.of64(
  i64.shiftRight(i64.multiply(i64.or(get(word), wide(0x2020202020n)), wide(keyFactor)), wide(64 - keyBits)),
);
const isWanted: Code = i32.and(
  i32.shiftRight(i32.loadByte(i32.shiftRight(keyOfWord, number(3)), wanted), i32.and(keyOfWord, number(7))),
  number(1),
);
const isMarked: Code = isSome(i64.and(get(word), wide(0x8080808080n)));
const isLong: Code = i32.isMore(get(units), number(longUnitsMin - 1));
/** Words in front of this one. */
const countWords: Code = i32.add(
  get(words),
  i32.of64(
    i64.countBits(
      i64.and(
        get(starts),
        i64.subtract(i64.and(get(found), not(i64.subtract(get(found), wide(1)))), wide(1)),
      ),
    ),
  ),
);

const findWords: Code = forEach(
  i64.and(
    firsts(get(letters), letterBefore),
    i64.and(ahead(get(letters), get(next), 1), ahead(get(letters), get(next), 2)),
  ),
  set(units, unitsOfWord),
  set(word, i64.and(i64.load(get(place), 0), keyMask)),
  when(i32.or(isWanted, isMarked), add("words", get(place))),
  when(i32.isMore(get(units), number(joinedUnitsMin - 1)), add("joined", get(place))),
  set(wordsNow, countWords),
  when(
    i32.and(isLong, i32.isMore(i32.subtract(get(wordsNow), get(wordsAtLong)), number(shortsMin - 1))),
    add("shorts", get(longEnd)),
    add("shorts", get(place)),
  ),
  set(longEnd, select(i32.add(get(place), get(units)), get(longEnd), isLong)),
  set(wordsAtLong, select(i32.add(get(wordsNow), number(1)), get(wordsAtLong), isLong)),
);

const findNumbers: Code = [
  ...forEach(firsts(get(digits), digitBefore), add("numbers", get(place))),
  ...forEach(
    i64.or(
      i64.and(get(letters), ahead(get(digits), get(nextDigits), 1)),
      i64.and(get(digits), ahead(get(letters), get(next), 1)),
    ),
    add("mixed", get(place)),
  ),
];

const kindOfSign: Code = i32.loadByte(i32.loadByte(get(place), 0), signKinds);
const findSigns: Code = forEach(
  get(signs),
  when(kindOfSign, add("signs", get(place)), set(kindsSeen, i32.or(get(kindsSeen), kindOfSign))),
);

/** What is left of `solid` are units with 19 more behind them. */
const findRuns: Code = [
  ...[1, 2, 4, 8, 4].flatMap((by) => [
    ...set(solid, i64.and(get(solid), ahead(get(solid), get(nextSolid), by))),
    ...set(nextSolid, i64.and(get(nextSolid), i64.shiftRight(get(nextSolid), wide(by)))),
  ]),
  ...forEach(firsts(get(solid), runBefore), add("runs", get(place))),
  ...set(runBefore, lastOf(get(solid))),
];

const bitsAt = (from: number, behind: number): Code =>
  i64.load(i32.shiftRight(get(at), number(3)), from + behind);

const find: Code = [
  ...set(at, number(0)),
  ...repeatWhile(
    i32.isLess(i32.add(get(at), number(group)), get(classed)),
    set(letters, bitsAt(letterBits, 0)),
    set(next, bitsAt(letterBits, group / 8)),
    set(digits, bitsAt(digitBits, 0)),
    set(nextDigits, bitsAt(digitBits, group / 8)),
    set(signs, bitsAt(signBits, 0)),
    set(solid, i64.or(i64.or(get(letters), get(digits)), get(signs))),
    set(nextSolid, i64.or(i64.or(get(next), get(nextDigits)), bitsAt(signBits, group / 8))),
    set(starts, i64.or(get(letters), get(digits))),
    set(found, lastOf(get(starts))),
    set(starts, firsts(get(starts), wordBefore)),
    set(wordBefore, get(found)),
    findWords,
    set(words, i32.add(get(words), i32.of64(i64.countBits(get(starts))))),
    findNumbers,
    findSigns,
    findRuns,
    set(letterBefore, lastOf(get(letters))),
    set(digitBefore, lastOf(get(digits))),
    set(at, i32.add(get(at), number(group))),
  ),
];

/** Its one parameter: how many bytes are classed, `group` more than are looked into. */
export const sieveCode: Code = [
  ...listNames.flatMap((name) => set(listOf(name), number(listAt[name]))),
  ...classify,
  ...find,
  ...listNames.flatMap((name, index) => i32.store(get(listOf(name)), results + 4 * index)),
  ...i32.store(get(kindsSeen), results + 4 * listNames.length),
  ...i32.store(get(longEnd), results + 4 * listNames.length + 4),
  ...i32.store(i32.subtract(get(words), get(wordsAtLong)), results + 4 * listNames.length + 8),
];
