// Owns letters that stand apart where one word would be: `i g n o r e`, `i.g.n.o.r.e`, `ig no re`. Knows no
// meaning of a word.

import type { Lexicon } from "./lexicon.ts";

const lettersMax = 160;
/** Fewer than so many fragments are ordinary short words. */
const fragmentsMin = 5;
export const fragmentLettersMax = 3;

export type Place = (concept: number, start: number, end: number) => void;

export class LooseLetters {
  readonly #units = new Uint16Array(lettersMax + fragmentLettersMax);
  readonly #starts = new Float64Array(lettersMax + fragmentLettersMax);
  /** Which fragment a letter is of. */
  readonly #owners = new Uint8Array(lettersMax + fragmentLettersMax);
  #count = 0;
  #fragments = 0;

  /** Where the first of them stands; Infinity where there are none. */
  get start(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : (this.#starts[0] as number);
  }

  /** Enough of them in a row to look for words in. */
  get isLoose(): boolean {
    return this.#fragments >= fragmentsMin;
  }

  get isFull(): boolean {
    return this.#count >= lettersMax;
  }

  /** `from`, `length`: the fragment in `units`; `start`: of its first letter in the text. */
  add(units: Uint16Array, from: number, { length, start }: { length: number; start: number }) {
    for (let at = 0; at < length; at++) {
      this.#units[this.#count] = units[from + at] as number;
      this.#owners[this.#count] = this.#fragments;
      this.#starts[this.#count++] = start + at;
    }
    this.#fragments++;
  }

  clear() {
    this.#count = 0;
    this.#fragments = 0;
  }

  /** Tells of the words that stand in two of them or more, and forgets all. */
  flush(lexicon: Lexicon, tell: Place) {
    const { isLoose } = this;
    const count = this.#count;
    const starts = this.#starts;
    const owners = this.#owners;
    this.clear();
    if (!isLoose) return;
    lexicon.findWithin(this.#units, { from: 0, to: count, lettersMin: 3 }, (concept, at, end) => {
      if (owners[at] === owners[end - 1]) return;
      tell(concept, starts[at] as number, (starts[end - 1] as number) + 1);
    });
  }
}
