// Owns words that several short ones make when they are read as one. Knows no rule.

import { leetLetter } from "../classifier/units.ts";
import { injectionLexicon } from "./lexicon.ts";
import { kindOf, letters, plainKind } from "./plain-units.ts";
import { fragmentLettersMax } from "./plain-words.ts";

/** More of them in a row are left to who reads everything. */
export const fragmentsMax = 48;

const units = new Uint16Array(fragmentsMax * fragmentLettersMax);
const places = new Int32Array(units.length);
const owners = new Uint8Array(units.length);

/** Tells each concept in the short words of `[from, to)` that stands in two of them or more. */
export function findLoose(
  read: Uint16Array | Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  tell: (concept: number, place: number) => void,
): void {
  const count = gather(read, from, to);
  injectionLexicon().findWithin(units, { from: 0, to: count, lettersMin: 3 }, (concept, at, end) => {
    if (owners[at] !== owners[end - 1]) tell(concept, places[at] as number);
  });
}

/** A digit is the letter it looks like. */
function gather(read: Uint16Array | Uint8Array, from: number, to: number): number {
  let count = 0;
  let fragment = 0;
  let isOpen = false;
  for (let at = from; at < to; at++) {
    const unit = read[at] as number;
    const letter = letters[unit] as number;
    if (letter !== 0) {
      units[count] = (letter < 0x3a && leetLetter[letter]) || letter;
      owners[count] = fragment;
      places[count++] = at;
      isOpen = true;
    } else if (isOpen && kindOf(unit) !== plainKind.apostrophe) {
      fragment++;
      isOpen = false;
    }
  }
  return count;
}
