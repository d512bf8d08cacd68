// Owns which parts of a text are looked at to tell its language: all of its beginning, some of the rest.
// Knows no language.

/** The library reads no more at once. */
const windowSize = 1_000;
const firstWindows = 4;
const laterMax = 16;
/** At first a window of every so many units; where they become too many, of every second one is kept. */
const strideMin = 4_096;

export interface Sample {
  readonly start: number;
  readonly text: string;
}

/** Keeps a bounded part of a text of any length; the same, however it is cut. */
export class Samples {
  #length = 0;
  #first = "";
  #later: { readonly start: number; text: string }[] = [];
  #stride = strideMin;

  get length(): number {
    return this.#length;
  }

  push(text: string): void {
    const firstMax = firstWindows * windowSize;
    if (this.#length < firstMax) this.#first += text.slice(0, firstMax - this.#length);
    const end = this.#length + text.length;
    for (let start = this.#nextStart(); start < end; start = this.#nextStart()) {
      this.#later.push({ start, text: "" });
      if (this.#later.length <= laterMax) continue;
      this.#stride *= 2;
      this.#later = this.#later.filter((sample) => sample.start % this.#stride === 0);
    }
    for (const sample of this.#later) {
      const from = sample.start + sample.text.length - this.#length;
      const missing = windowSize - sample.text.length;
      if (missing > 0) sample.text += text.slice(from, from + missing);
    }
    this.#length = end;
  }

  #nextStart(): number {
    const last = this.#later.at(-1);
    return last === undefined ? this.#stride : last.start - (last.start % this.#stride) + this.#stride;
  }

  /** In order. */
  all(): readonly Sample[] {
    const first = Array.from({ length: Math.ceil(this.#first.length / windowSize) }, (_, at) => ({
      start: at * windowSize,
      text: this.#first.slice(at * windowSize, (at + 1) * windowSize),
    }));
    return [...first, ...this.#later];
  }
}
