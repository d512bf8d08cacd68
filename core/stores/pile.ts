// Owns what was taken of one counter, and where it was counted: bounded. Knows no counter, no time.

import type { Figure } from "./figure.ts";

/** A ring has no more slots that anything could go back to, and a calendar turns less often. */
const partsMax = 32;

interface Part {
  readonly figure: Figure;
  readonly place: number;
  amount: number;
}

export class Pile {
  total = 0;
  readonly #parts: Part[] = [];

  add(figure: Figure, amount: number, place: number): void {
    this.total += amount;
    const last = this.#parts.at(-1);
    if (last?.figure === figure && last.place === place) {
      last.amount += amount;
      return;
    }
    this.#parts.push({ figure, place, amount });
    if (this.#parts.length > partsMax) this.#parts.shift();
  }

  /** What came last goes back first; what is owed, below 0, is counted with the last. Says what is left. */
  giveBack(surplus: number): number {
    let left = surplus;
    for (let at = this.#parts.length - 1; at >= 0 && left !== 0; at--) {
      const { figure, place, amount } = this.#parts[at] as Part;
      const part = left < 0 ? left : Math.min(left, amount);
      figure.giveBack(part, place);
      left -= part;
    }
    return left;
  }
}
