// Owns what a unit is to whoever reads plain text: a letter or digit of a word, a sign, or something that
// only a reader of everything understands. Knows no word and no rule.

import { none, open, readEscape } from "../classifier/escapes.ts";
import { learnUnit, leetLetter, script, unitClass, unitInfo } from "../classifier/units.ts";

/** 0: not seen yet, `kindOf` tells. */
export const plainKind = {
  letter: 1,
  digit: 2,
  sign: 3,
  space: 4,
  apostrophe: 5,
  leet: 6,
  escape: 7,
  ignored: 8,
  surrogate: 9,
  foreign: 10,
} as const;

export const kinds = new Uint8Array(0x10000);
/** Letters and digits of words, folded; 0: none, or not seen yet. */
export const letters = new Uint16Array(0x10000);

export function kindOf(unit: number): number {
  const known = kinds[unit] as number;
  if (known !== 0) return known;
  const info = (unitInfo[unit] as number) || learnUnit(unit);
  const kind = toPlain(unit, (info >>> 16) & 15, (info >>> 20) & 31);
  kinds[unit] = kind;
  if (kind === plainKind.letter || kind === plainKind.digit) letters[unit] = info & 0xffff;
  return kind;
}

function toPlain(unit: number, kind: number, scripts: number): number {
  switch (kind) {
    case unitClass.letter:
      return scripts === script.latin ? plainKind.letter : plainKind.foreign;
    case unitClass.digit:
      return plainKind.digit;
    case unitClass.space:
    case unitClass.newline:
      return plainKind.space;
    case unitClass.apostrophe:
      return plainKind.apostrophe;
    case unitClass.escape:
      return plainKind.escape;
    case unitClass.ignored:
      return plainKind.ignored;
    case unitClass.surrogate:
      return plainKind.surrogate;
    case unitClass.run:
      return plainKind.foreign;
    default:
      return unit < 128 && leetLetter[unit] !== 0 ? plainKind.leet : plainKind.sign;
  }
}

for (let unit = 0; unit < 0x100; unit++) kindOf(unit);

/** Longest escape that may still become one. */
const escapeMax = 16;

/** Whether what stands at `at` is one character written as several; `open`: what follows decides. */
export function escapeAt(text: string, at: number): number {
  const end = Math.min(text.length, at + escapeMax);
  for (let to = at + 1; to <= end; to++) {
    const read = readEscape(text.slice(at, to));
    if (read !== open) return read;
  }
  return text.length - at < escapeMax ? open : none;
}

/** Both halves of a picture that stands for no letter. */
export function isPicture(high: number, low: number): boolean {
  if (low < 0xdc00 || low > 0xdfff) return false;
  if (high === 0xd83c) return low >= 0xdf00;
  return high === 0xd83d || (high === 0xd83e && low < 0xdff0);
}
