// Owns how many calls of this process are under way on each counter: what they hold may come back. Knows no
// store.

import type { DrawnOn } from "./budget-refusals.ts";

/** Bounded by the exchanges in flight: whoever adds takes away. */
export class Holding {
  readonly #calls = new Map<string, number>();

  has(key: string): boolean {
    return this.#calls.has(key);
  }

  add(drawn: readonly DrawnOn[]): void {
    for (const { counter } of drawn) this.#calls.set(counter.key, (this.#calls.get(counter.key) ?? 0) + 1);
  }

  remove(drawn: readonly DrawnOn[]): void {
    for (const { counter } of drawn) {
      const left = (this.#calls.get(counter.key) ?? 1) - 1;
      if (left === 0) this.#calls.delete(counter.key);
      else this.#calls.set(counter.key, left);
    }
  }
}
