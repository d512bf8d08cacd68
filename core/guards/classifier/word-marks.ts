// Owns which mark a sign between words counts for. Knows no word.

import { mark } from "./segment.ts";

const marksOf: Readonly<Record<string, number>> = {
  "<": mark.angle,
  ">": mark.angle,
  "{": mark.brace,
  "}": mark.brace,
  "[": mark.brace,
  "]": mark.brace,
  "|": mark.pipe,
  "#": mark.hash,
  '"': mark.quote,
  "'": mark.quote,
  "`": mark.quote,
  "\u201c": mark.quote,
  "\u201d": mark.quote,
  "*": mark.star,
  ":": mark.colon,
  "!": mark.exclamation,
  "?": mark.question,
};

export const signMarks = new Uint8Array(0x10000).fill(mark.symbol);
for (const [sign, kind] of Object.entries(marksOf)) signMarks[sign.charCodeAt(0)] = kind;

/** Signs that base64, base64url, hex and paths are written with. */
export const runSigns = new Uint8Array(0x10000);
for (const sign of "+/=_-0123456789") runSigns[sign.charCodeAt(0)] = 1;

for (let letter = 0x61; letter <= 0x7a; letter++) runSigns[letter] = runSigns[letter - 0x20] = 1;

/** No width, direction, filler: nobody types these between letters; marks above letters are another thing. */
export function isHidden(unit: number): boolean {
  return unit < 0x0300 ? unit === 0xad : unit > 0x036f && (unit < 0x0591 || unit > 0x0670);
}
