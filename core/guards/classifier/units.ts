// Owns what each UTF-16 unit is to a reader of words: its class, its folded letter, its script. Knows no
// text.

/** Classes of units. A letter or a digit makes words; an ignored unit is as if it were not there. */
export const unitClass = {
  other: 0,
  letter: 1,
  digit: 2,
  space: 3,
  newline: 4,
  stop: 5,
  ignored: 6,
  run: 7,
  surrogate: 8,
  escape: 9,
  apostrophe: 10,
} as const;

/** Bits of scripts; more than one in a word: it is dressed up. `run`: no spaces, or particles that stick. */
export const script = { latin: 1, cyrillic: 2, greek: 4, joined: 8, digit: 16 } as const;

/**
 * Bits 0–15 the folded unit, 16–19 its class, 20–24 its script, 25 upper case, 26 beyond ASCII, 27 known. 0:
 * not seen yet, `learnUnit` tells.
 */
export const unitInfo = new Int32Array(0x10000);
export const upperBit = 1 << 25;
export const foreignBit = 1 << 26;
const knownBit = 1 << 27;

type Range = readonly [from: number, to: number];

/** Written without spaces between words, or with endings that stick to them. */
const joinedScripts: readonly Range[] = [
  [0x0590, 0x05ff],
  [0x0600, 0x06ff],
  [0x0750, 0x077f],
  [0x0900, 0x0dff],
  [0x0e00, 0x0eff],
  [0x0f00, 0x109f],
  [0x1100, 0x11ff],
  [0x1780, 0x17ff],
  [0x3040, 0x30ff],
  [0x3100, 0x318f],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7af],
  [0xf900, 0xfaff],
];
/** No width, direction, variation, fillers: they hide between letters. */
const ignored: readonly Range[] = [
  [0x00ad, 0x00ad],
  [0x0300, 0x036f],
  [0x034f, 0x034f],
  [0x0591, 0x05c7],
  [0x0610, 0x061a],
  [0x061c, 0x061c],
  [0x0640, 0x0640],
  [0x064b, 0x065f],
  [0x0670, 0x0670],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x20d0, 0x20ff],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
];
const spaces = " \t\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f";
const newlines = "\n\r\u0085\u2028\u2029";
const stops = ".!?;\u2026\u3002\uff01\uff1f\uff1b\u061f\u06d4\u0964\u0589\u203c\u2047";
const apostrophes = "'\u2019\u02bc\u2018\uff07";

/** Letters that look like Latin ones; a word that mixes scripts is read through this table. */
const lookalikes: Readonly<Record<string, string>> = {
  a: "аαɑ",
  b: "ьвβƀ",
  c: "сϲᴄ",
  d: "ԁɗ",
  e: "еєεҽ",
  f: "ғϝ",
  g: "ɡԍց",
  h: "һнη",
  i: "іιıɩ",
  j: "јϳ",
  k: "кκ",
  l: "ӏ",
  m: "мм",
  n: "пռ",
  o: "оοσөօ",
  p: "рρ",
  q: "ԛգ",
  r: "гʀ",
  s: "ѕꜱ",
  t: "тτ",
  u: "υцս",
  v: "ѵν",
  w: "ԝωш",
  x: "хχ",
  y: "уүγ",
  z: "ᴢʐ",
};

/** The Latin letter that a folded letter looks like, else itself. */
export const skeleton = new Uint16Array(0x10000);
/** The letter that a digit or sign stands for in leet; 0: none. */
export const leetLetter = new Uint16Array(128);

function isIn(unit: number, ranges: readonly Range[]): boolean {
  return ranges.some(([from, to]) => unit >= from && unit <= to);
}

function scriptOf(unit: number): number {
  if (isIn(unit, joinedScripts)) return script.joined;
  if (unit >= 0x0370 && unit < 0x0400) return script.greek;
  if (unit >= 0x0400 && unit < 0x0530) return script.cyrillic;
  return script.latin;
}

/** Lower case, without marks, without width. The first unit of what it falls apart into. */
function foldedUnit(char: string, unit: number): number {
  if (unit >= 0xac00 && unit <= 0xd7af) return unit;
  if (isIn(unit, joinedScripts)) return char.normalize("NFKC").charCodeAt(0);
  const lower = char.normalize("NFKD").toLowerCase();
  return lower.charCodeAt(0);
}

function foldedDigit(char: string): number {
  const digit = char.normalize("NFKD").charCodeAt(0);
  return digit >= 0x30 && digit <= 0x39 ? digit : 0x30;
}

function classOf(char: string, unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return unitClass.surrogate;
  if (isIn(unit, ignored)) return unitClass.ignored;
  if (spaces.includes(char) || unit === 0x3000 || unit === 0x205f) return unitClass.space;
  if (newlines.includes(char)) return unitClass.newline;
  if (stops.includes(char)) return unitClass.stop;
  if (apostrophes.includes(char)) return unitClass.apostrophe;
  if (char === "\\" || char === "%" || char === "&") return unitClass.escape;
  if (/^\p{Nd}$/u.test(char)) return unitClass.digit;
  if (isIn(unit, joinedScripts)) return /^[\p{L}\p{M}]$/u.test(char) ? unitClass.run : unitClass.other;
  const base = char.normalize("NFKD")[0] ?? char;
  if (/^[\p{L}]$/u.test(base)) return unitClass.letter;
  return /^\p{Nd}$/u.test(base) ? unitClass.digit : unitClass.other;
}

function infoOf(unit: number): number {
  const char = String.fromCharCode(unit);
  const kind = classOf(char, unit);
  const isWord = kind === unitClass.letter || kind === unitClass.run;
  const folded = isWord ? foldedUnit(char, unit) : kind === unitClass.digit ? foldedDigit(char) : unit;
  const scripts = isWord ? scriptOf(folded) : kind === unitClass.digit ? script.digit : 0;
  const upper = unit < 128 && kind === unitClass.letter && unit < 0x61 ? upperBit : 0;
  return (folded & 0xffff) | (kind << 16) | (scripts << 20) | upper | (unit >= 128 ? foreignBit : 0);
}

/** Learns a unit on first sight: most of the table is never asked for. */
export function learnUnit(unit: number): number {
  const isPrivate = unit >= 0xe000 && unit < 0xf900;
  const info = (isPrivate ? (unit & 0xffff) | foreignBit : infoOf(unit)) | knownBit;
  unitInfo[unit] = info;
  return info;
}

for (let unit = 0; unit < 0x10000; unit++) skeleton[unit] = unit;
for (const [latin, others] of Object.entries(lookalikes)) {
  for (const other of others) skeleton[other.charCodeAt(0)] = latin.charCodeAt(0);
}
for (const [sign, letter] of Object.entries({
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "6": "g",
  "7": "t",
  "8": "b",
  "9": "g",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "l",
  "+": "t",
})) {
  leetLetter[sign.charCodeAt(0)] = letter.charCodeAt(0);
}
