// Owns reading a text as ASCII where it says the same: digits of every script, full-width forms, dashes and
// spaces that look alike; what nobody sees is left out. Knows no kind of personal data.

/** The zero of each script's decimal digits in the basic plane; nine more follow it. */
const zeros = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
  0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
  0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];

/** Never seen; the soft hyphen, joiners, marks of direction, variation selectors. */
const unseen: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
];

const alike: readonly (readonly [as: string, codes: readonly number[]])[] = [
  [" ", [0x00a0, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a]],
  [" ", [0x202f, 0x205f, 0x3000]],
  ["-", [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0xfe58, 0xfe63]],
  [".", [0x2024, 0x3002, 0xfe52, 0xff61]],
  ["@", [0xfe6b]],
  [":", [0xfe55, 0xa789]],
];

/** Leads of pairs that may stand for an ASCII sign: mathematical letters and digits, and unseen tags. */
const mathematical = 0xd835;
const tags = 0xdb40;

export const unseenMax = 32;

const left = 0;
const table = buildTable();

function buildTable(): Uint16Array {
  const made = new Uint16Array(0x10000);
  for (let code = 0; code < made.length; code++) made[code] = code;
  for (const zero of zeros) for (let digit = 0; digit < 10; digit++) made[zero + digit] = 0x30 + digit;
  for (let code = 0xff01; code <= 0xff5e; code++) made[code] = code - 0xfee0;
  for (const [as, codes] of alike) for (const code of codes) made[code] = as.charCodeAt(0);
  for (const [first, last] of unseen) made.fill(left, first, last + 1);
  return made;
}

const escaped = (code: number) => `\\u${code.toString(16).padStart(4, "0")}`;
const ranges = [
  ...zeros.map((zero) => [zero, zero + 9] as const),
  ...unseen,
  ...alike.flatMap(([, codes]) => codes.map((code) => [code, code] as const)),
  [0xff01, 0xff5e] as const,
  [mathematical, mathematical] as const,
  [tags, tags] as const,
];

/** As in a character class: all that folding changes. */
export const foldable = ranges.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join("");
/** All of these and some more, in a few ranges that are searched faster. */
export const nearFoldable =
  "\\u00a0\\u00ad\\u034f\\u061c\\u0660-\\u2017\\u2020-\\u2212\\u3000-\\u3002\\ua620-\\udfff\\ufe00-\\uffff";
const sameWidth = [...zeros.map((zero) => [zero, zero + 9] as const), [0xff01, 0xff5e] as const]
  .concat(alike.flatMap(([, codes]) => codes.map((code) => [code, code] as const)))
  .map(([first, last]) => `${escaped(first)}-${escaped(last)}`)
  .join("");
const oneForOne = new RegExp(`[${sameWidth}]`, "g");
const changesWidth = new RegExp(
  `[${unseen.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join("")}\\ud835\\udb40]`,
);

const asRead = (sign: string) => String.fromCharCode(table[sign.charCodeAt(0)] ?? 0x20);

/** As many units as came, so that places stay what they are; undefined where that cannot be. */
export function foldInPlace(text: string): string | undefined {
  return changesWidth.test(text) ? undefined : text.replace(oneForOne, asRead);
}

export interface Reading {
  text: string;
  /** For each unit of `text` where what it was read from starts and ends. */
  starts: number[];
  ends: number[];
  /** Unseen signs since the last one seen; so many in a row that they are a gap of their own, once. */
  unseen: number;
}

/** Adds `text`, which starts at `place`, to what was read. `text` never ends in half a pair. */
export function foldInto(reading: Reading, text: string, place: number): void {
  let read = "";
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isPair = (code === mathematical || code === tags) && index + 1 < text.length;
    const isUnseen = code !== 0 && table[code] === left;
    const as = isPair ? foldPair(text.slice(index, index + 2)) : asRead(text.charAt(index));
    const width = isPair ? 2 : 1;
    if (as === "" || isUnseen) {
      reading.unseen++;
      if (reading.unseen === unseenMax) read = add(reading, read, "\n", [place + index, width]);
    } else {
      reading.unseen = 0;
      read = add(reading, read, as, [place + index, width]);
    }
    index += width - 1;
  }
  reading.text += read;
}

function add(reading: Reading, read: string, as: string, [place, width]: readonly [number, number]): string {
  for (let unit = 0; unit < as.length; unit++) {
    const isWhole = as.length === 1;
    reading.starts.push(isWhole ? place : place + unit);
    reading.ends.push(isWhole ? place + width : place + unit + 1);
  }
  return read + as;
}

function foldPair(pair: string): string {
  if (pair.charCodeAt(0) === tags) return "";
  const plain = pair.normalize("NFKC");
  return plain.length === 1 ? plain : pair;
}
