// Owns what was taken of one figure, and where it was counted: bounded. Knows no counter, no time.

import type { Figure } from "./figure.ts";

/** A ring has no more slots that anything could go back to, and a calendar turns less often. */
const placesMax = 32;

export class Pile {
  total = 0;
  readonly #places: number[] = [];
  readonly #amounts: number[] = [];

  add(amount: number, place: number): void {
    this.total += amount;
    const last = this.#places.length - 1;
    if (this.#places[last] === place) {
      this.#amounts[last] = (this.#amounts[last] ?? 0) + amount;
      return;
    }
    this.#places.push(place);
    this.#amounts.push(amount);
    if (this.#places.length <= placesMax) return;
    this.#places.shift();
    this.#amounts.shift();
  }

  /** What came last goes back first; what is owed, below 0, is counted with the last. Says what is left. */
  giveBack(figure: Figure, surplus: number): number {
    let left = surplus;
    for (let at = this.#places.length - 1; at >= 0 && left !== 0; at--) {
      const part = left < 0 ? left : Math.min(left, this.#amounts[at] ?? 0);
      figure.giveBack(part, this.#places[at] ?? 0);
      left -= part;
    }
    return left;
  }
}
