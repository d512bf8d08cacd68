// Owns letters that stand apart where one word would be: `i g n o r e`, `i.g.n.o.r.e`, `ig no re`. Knows no
// meaning of a word.

import type { Lexicon } from "./lexicon.ts";
import { leetLetter } from "./units.ts";

export const fragmentLettersMax = 3;
const fragmentsMax = 64;
/** Fewer than so many fragments are ordinary short words. */
const fragmentsMin = 5;
const lettersMax = fragmentsMax * fragmentLettersMax;

export type Place = (concept: number, start: number, end: number) => void;

/**
 * Short words are noted by their place; their letters are copied only when enough of them stand in a row, or
 * when the segment they stand in ends.
 */
export class LooseLetters {
  readonly #places = new Int32Array(fragmentsMax);
  readonly #lengths = new Uint8Array(fragmentsMax);
  readonly #starts = new Float64Array(fragmentsMax);
  #fragments = 0;
  /** Fragments whose letters are copied. */
  #kept = 0;
  readonly #units = new Uint16Array(lettersMax);
  readonly #letterStarts = new Float64Array(lettersMax);
  /** Which fragment a letter is of. */
  readonly #owners = new Uint8Array(lettersMax);
  #count = 0;

  /** Where the first of them stands; Infinity where there are none. */
  get start(): number {
    return this.#fragments === 0 ? Number.POSITIVE_INFINITY : (this.#starts[0] as number);
  }

  /** Enough of them in a row to look for words in. */
  get isLoose(): boolean {
    return this.#fragments >= fragmentsMin;
  }

  get isFull(): boolean {
    return this.#fragments === fragmentsMax;
  }

  /** `place`: of its first letter among the segment's units; `start`: in the text. */
  add(place: number, length: number, start: number) {
    const fragment = this.#fragments++;
    this.#places[fragment] = place;
    this.#lengths[fragment] = length;
    this.#starts[fragment] = start;
  }

  /** Copies the letters of those noted: the units will change. */
  keep(units: Uint16Array) {
    for (; this.#kept < this.#fragments; this.#kept++) {
      const place = this.#places[this.#kept] as number;
      const start = this.#starts[this.#kept] as number;
      const length = this.#lengths[this.#kept] as number;
      for (let at = 0; at < length; at++) {
        const unit = units[place + at] as number;
        this.#units[this.#count] = (unit < 0x3a && leetLetter[unit]) || unit;
        this.#owners[this.#count] = this.#kept;
        this.#letterStarts[this.#count++] = start + at;
      }
    }
  }

  clear() {
    this.#fragments = 0;
    this.#kept = 0;
    this.#count = 0;
  }

  /** Tells of the words that stand in two of them or more, and forgets all. */
  flush(units: Uint16Array, lexicon: Lexicon, tell: Place) {
    if (this.isLoose) {
      this.keep(units);
      const owners = this.#owners;
      const starts = this.#letterStarts;
      const letters = { from: 0, to: this.#count, lettersMin: 3 };
      lexicon.findWithin(this.#units, letters, (concept, at, end) => {
        if (owners[at] === owners[end - 1]) return;
        tell(concept, starts[at] as number, (starts[end - 1] as number) + 1);
      });
    }
    this.clear();
  }
}
