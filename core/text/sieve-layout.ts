// Owns where things lie in the sieve's memory, and its measures. Knows no program and no text.

/** Texts of no more units fit. */
export const textMax = 8_192;
/** Zeros behind the text, of which the last 64 are classed as well. */
export const padding = 192;
/** Letters of a word that its key is made of. */
export const keyUnits = 5;
export const keyBits = 15;
export const keyFactor = 0x9e3779b97f4a7c15n;
/** So many letters may be several words. */
export const joinedUnitsMin = 14;
export const longUnitsMin = 4;
/** So many short words in a row are told of. */
export const shortsMin = 5;
export const runUnitsMin = 20;

/** So many units are looked at in one. */
export const group = 64;

/** Where what lies in the memory, the text first. */
const bitBytes = (textMax + padding) / 8;
export const letterBits = textMax + padding;
export const digitBits = letterBits + bitBytes;
export const signBits = digitBits + bitBytes;
export const signKinds = signBits + bitBytes;
export const wanted = signKinds + 256;
export const results = wanted + 2 ** keyBits / 8;

/** Lists of places, and how many of them there can be. */
export const sizes = {
  /** That begin as a wanted one, or with letters beyond ASCII. */
  words: textMax / 4,
  joined: textMax / 8,
  /** In turns: where there are no long words, and where the next one begins. */
  shorts: textMax / 4,
  numbers: textMax / 2,
  /** A letter in front of a digit, or the other way round. */
  mixed: textMax,
  /** Of some kind. */
  signs: textMax,
  runs: textMax / 16,
} as const;
export type ListName = keyof typeof sizes;
export const listNames = Object.keys(sizes) as readonly ListName[];

export const listAt = layOut(results + 64);

function layOut(from: number): Readonly<Record<ListName, number>> {
  let at = from;
  const places = listNames.map((name) => {
    const place = at;
    at += sizes[name] * 2 + 64;
    return [name, place] as const;
  });
  return Object.fromEntries(places) as Record<ListName, number>;
}
