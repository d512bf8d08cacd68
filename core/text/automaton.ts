// Owns finding any number of words in one pass (Aho and Corasick), over symbols that are numbers. Knows no
// text.

/** Built once, shared by all that read with it. Symbol 0 is of no word. */
export class Automaton {
  readonly #symbols: number;
  readonly #next: Int32Array;
  /** 1: some word ends in the state. */
  readonly #isEnd: Uint8Array;
  readonly #depths: Int32Array;
  readonly #ends: readonly number[][];

  /** Words of symbols from 1 to `symbols - 1`. */
  constructor(words: readonly (readonly number[])[], symbols: number) {
    const size = words.reduce((sum, { length }) => sum + length, 1);
    this.#symbols = symbols;
    this.#next = new Int32Array(size * symbols);
    this.#isEnd = new Uint8Array(size);
    this.#depths = new Int32Array(size);
    this.#ends = Array.from({ length: size }, () => []);
    this.#spell(words);
    this.#link();
    for (const [state, ends] of this.#ends.entries()) this.#isEnd[state] = ends.length > 0 ? 1 : 0;
  }

  /** Where reading goes from a state, 0 at first. */
  step(state: number, symbol: number): number {
    return this.#next[state * this.#symbols + symbol] ?? 0;
  }

  /** How many of the last symbols may become a word. */
  depth(state: number): number {
    return this.#depths[state] ?? 0;
  }

  hasEnd(state: number): boolean {
    return this.#isEnd[state] === 1;
  }

  /** The words that end in a state, by their places in the list. */
  ends(state: number): readonly number[] {
    return this.#ends[state] ?? [];
  }

  #spell(words: readonly (readonly number[])[]): void {
    let count = 1;
    for (const [index, word] of words.entries()) {
      let state = 0;
      for (const symbol of word) {
        const edge = state * this.#symbols + symbol;
        if (this.#next[edge] === 0) {
          this.#next[edge] = count;
          this.#depths[count] = (this.#depths[state] ?? 0) + 1;
          count += 1;
        }
        state = this.#next[edge] ?? 0;
      }
      if (state !== 0) this.#ends[state]?.push(index);
    }
  }

  /** Where a word does not go on, the longest one that has begun within it does. */
  #link(): void {
    const fails = new Int32Array(this.#depths.length);
    const queue = Array.from(this.#next.subarray(0, this.#symbols)).filter((state) => state > 0);
    for (const state of queue) {
      const fail = fails[state] ?? 0;
      this.#ends[state]?.push(...(this.#ends[fail] ?? []));
      for (let symbol = 0; symbol < this.#symbols; symbol += 1) {
        const edge = state * this.#symbols + symbol;
        const child = this.#next[edge] ?? 0;
        const other = this.#next[fail * this.#symbols + symbol] ?? 0;
        if (child === 0) this.#next[edge] = other;
        else {
          fails[child] = other;
          queue.push(child);
        }
      }
    }
  }
}
