// Owns finding LF, CRLF and CR in bytes, each byte searched once. Must not know what the lines hold.

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** Asked with a growing `at`. */
export class LineEnds {
  readonly #bytes: Buffer;
  #feed: number;
  #return: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#feed = bytes.indexOf(lineFeed, at);
    this.#return = bytes.indexOf(carriageReturn, at);
  }

  /** The index of the first CR or LF from `at` on, or -1. */
  from(at: number): number {
    if (this.#feed !== -1 && this.#feed < at) this.#feed = this.#search(lineFeed, at);
    if (this.#return !== -1 && this.#return < at) this.#return = this.#search(carriageReturn, at);
    if (this.#return === -1) return this.#feed;
    return this.#feed === -1 || this.#return < this.#feed ? this.#return : this.#feed;
  }

  /** Where the next line starts; `lineEnd` is what `from` found. */
  skip(lineEnd: number): number {
    const isPair = this.#bytes[lineEnd] === carriageReturn && this.#bytes[lineEnd + 1] === lineFeed;
    return isPair ? lineEnd + 2 : lineEnd + 1;
  }

  /** An empty line is seen without a search. */
  #search(byte: number, at: number): number {
    return this.#bytes[at] === byte ? at : this.#bytes.indexOf(byte, at);
  }
}
