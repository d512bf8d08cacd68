// Owns how a guard sees a text: as it is read, not as it is written. Knows no guard.

import type { Cut } from "./cuts.ts";

/** Units of what is read and of what is written are counted apart. */
export interface TextView {
  /** What a reader reads of the next piece. */
  read(piece: string): string;
  /** So many units are read next that nobody wrote. */
  gap(units: number): void;
  /**
   * The cuts in the written text that take this out of the read one; undefined: that cannot be done. Each
   * unit is asked about once it was read, and none before `forget`.
   */
  cut(cut: Cut): readonly Cut[] | undefined;
  /** How much is written of what was read before this unit. */
  written(read: number): number;
  /** Nothing before this unit of what was read is asked about any more. */
  forget(read: number): void;
}

interface Gap {
  /** Units of the read text. */
  readonly start: number;
  readonly end: number;
}

/** Read as written, but for its gaps. */
export class PlainView implements TextView {
  #read = 0;
  /** Units of the gaps that were forgotten. */
  #passed = 0;
  /** In their order; few, since a gap is made where one text ends for a while. */
  readonly #gaps: Gap[] = [];

  read(piece: string): string {
    this.#read += piece.length;
    return piece;
  }

  gap(units: number): void {
    this.#gaps.push({ start: this.#read, end: this.#read + units });
    this.#read += units;
  }

  cut({ start, end, replacement }: Cut): readonly Cut[] {
    return [{ start: this.written(start), end: this.written(end), replacement }];
  }

  written(read: number): number {
    let written = read - this.#passed;
    for (const { start, end } of this.#gaps) {
      if (start >= read) break;
      written -= Math.min(end, read) - start;
    }
    return written;
  }

  forget(read: number): void {
    while (this.#gaps[0] !== undefined && this.#gaps[0].end <= read) {
      const { start, end } = this.#gaps[0];
      this.#passed += end - start;
      this.#gaps.shift();
    }
  }
}

/** Without gaps: for a text that comes whole. */
export const plainView: TextView = {
  read: (piece) => piece,
  gap: () => {
    throw new RangeError("a text that comes whole has no gaps");
  },
  cut: (cut) => [cut],
  written: (read) => read,
  forget: () => {},
};
