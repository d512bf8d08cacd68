// Owns cutting bytes into lines of text, as they come and within a bound. Reads nothing on them.

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A line that cannot be had: too long, or no UTF-8. */
export interface LostLine {
  readonly number: number;
  readonly problem: string;
}

/** A text of 10 MiB, every unit of it escaped. */
export const lineBytesMax = 64 * 1024 * 1024;
const lineFeed = 0x0a;

/** Empty lines are left out. No more is read than is asked for. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  bytesMax = lineBytesMax,
): AsyncGenerator<Line | LostLine> {
  const line = new OpenLine(bytesMax);
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      line.add(chunk.subarray(from, at));
      from = at + 1;
      const whole = line.take();
      if (whole !== undefined) yield whole;
    }
    line.add(chunk.subarray(from));
  }
  const last = line.take();
  if (last !== undefined) yield last;
}

class OpenLine {
  readonly #bytesMax: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #number = 0;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What is beyond the bound is counted, and let go. */
  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length <= this.#bytesMax) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  take(): Line | LostLine | undefined {
    this.#number += 1;
    const number = this.#number;
    const isTooLong = this.#length > this.#bytesMax;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    if (isTooLong) return { number, problem: `is longer than ${this.#bytesMax} bytes` };
    const text = this.#decode(bytes);
    if (text === undefined) return { number, problem: "is not UTF-8" };
    return text.trim() === "" ? undefined : { number, text };
  }

  #decode(bytes: Buffer): string | undefined {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }
}
