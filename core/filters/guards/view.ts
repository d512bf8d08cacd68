// Owns how a guard sees a text: as it is read, not as it is written. Knows no guard.

import type { Cut } from "./cuts.ts";

/** Units of what is read and of what is written are counted apart. */
export interface TextView {
  /** What a reader reads of the next piece. */
  read(piece: string): string;
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

/** Read as written. */
export const plainView: TextView = {
  read: (piece) => piece,
  cut: (cut) => [cut],
  written: (read) => read,
  forget: () => {},
};
