// Owns what is written in Unicode's tag letters, which nobody sees. Knows no other letter.

const tagFirst = 0xe0000;
const tagLast = 0xe007f;
/** The flags of England, Scotland and Wales are six of them long. */
const hiddenMin = 8;
const hiddenMax = 4_096;

export class TagText {
  #text = "";
  #start = 0;
  #end = 0;

  /** Where it begins; Infinity where there is none. */
  get start(): number {
    return this.#text === "" ? Number.POSITIVE_INFINITY : this.#start;
  }

  get isOpen(): boolean {
    return this.#text !== "";
  }

  get isFull(): boolean {
    return this.#text.length >= hiddenMax;
  }

  /** Says whether the code point at `start` is one of them, and keeps it. */
  take(code: number, start: number): boolean {
    if (code < tagFirst || code > tagLast) return false;
    if (this.#text === "") this.#start = start;
    this.#end = start + 2;
    const plain = code - tagFirst;
    this.#text += plain >= 0x20 && plain < 0x7f ? String.fromCharCode(plain) : " ";
    return true;
  }

  /** Tells of what was hidden and forgets it. */
  flush(tell: (text: string, start: number, end: number) => void) {
    const text = this.#text;
    this.#text = "";
    if (text.length >= hiddenMin) tell(text, this.#start, this.#end);
  }
}
