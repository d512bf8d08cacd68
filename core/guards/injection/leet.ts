// Owns words in which digits or signs stand for letters, read as letters. Knows no text and no rule.

import { hashStart, hashStep, keyLength, type Lexicon } from "../classifier/lexicon.ts";
import { leetLetter, skeleton } from "../classifier/units.ts";
import { injectionLexicon } from "./lexicon.ts";

const leetMax = 24;
const unitI = 0x69;
const unitL = 0x6c;
const variantsMax = 4;

const scratch = new Uint16Array(leetMax);

/** The concept of letters with digits in them; 0: none. `key`: of the first ones as they are. */
export function leetConcept(
  lexicon: Lexicon,
  units: Uint16Array,
  { key, length }: { readonly key: number; readonly length: number },
): number {
  const native = lexicon.find(key, units, 0, length);
  if (native !== 0) return native;
  const count = Math.min(length, leetMax);
  for (let at = 0; at < count; at++) scratch[at] = plainLetter(units[at] as number);
  return lookUp(lexicon, count);
}

/** A sign with digits right behind it, a price mostly: no word, a word in leet, or not known yet. */
export function leetNumber(text: string, at: number): "number" | "word" | "open" {
  scratch[0] = plainLetter(text.charCodeAt(at));
  let end = at + 1;
  for (; end < text.length && isDigit(text.charCodeAt(end)); end++) {
    if (end - at >= leetMax) return "word";
    scratch[end - at] = plainLetter(text.charCodeAt(end));
  }
  const count = end - at;
  if (count === 1 || isWordUnit(text.charCodeAt(end))) return "word";
  if (lookUp(injectionLexicon(), count) !== 0) return "word";
  return end === text.length ? "open" : "number";
}

/** `1` is an i, or an l. */
function lookUp(lexicon: Lexicon, count: number): number {
  let found = find(lexicon, count);
  let variants = 0;
  for (let at = 0; at < count && found === 0 && variants < variantsMax; at++) {
    if (scratch[at] !== unitI) continue;
    scratch[at] = unitL;
    found = find(lexicon, count);
    scratch[at] = unitI;
    variants++;
  }
  return found;
}

function find(lexicon: Lexicon, count: number): number {
  let key = hashStart;
  for (let at = 0; at < Math.min(count, keyLength); at++) key = hashStep(key, scratch[at] as number);
  return lexicon.find(key, scratch, 0, count);
}

function plainLetter(unit: number): number {
  const letter = unit < 128 ? (leetLetter[unit] as number) : 0;
  return letter === 0 ? (skeleton[unit] as number) : letter;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Anything but the signs of ASCII may belong to the word. */
function isWordUnit(unit: number): boolean {
  const lower = unit | 0x20;
  return unit > 0x7f || unit === 0x27 || unit === 0x5c || unit === 0x25 || (lower >= 0x61 && lower <= 0x7a);
}
