// Owns on which counters calls of this process are under way: what they hold may come back. Knows no store.

import type { DrawnOn } from "./refusals.ts";

/** Bounded by the exchanges in flight: whoever adds takes away. */
export class Holding {
  readonly #calls = new Map<string, number>();

  has(key: string): boolean {
    return this.#calls.has(key);
  }

  /** Returns how to take it out again. */
  add(drawn: readonly DrawnOn[]): () => void {
    for (const { counter } of drawn) this.#change(counter.key, 1);
    return () => {
      for (const { counter } of drawn) this.#change(counter.key, -1);
    };
  }

  #change(key: string, by: number): void {
    const calls = (this.#calls.get(key) ?? 0) + by;
    if (calls === 0) this.#calls.delete(key);
    else this.#calls.set(key, calls);
  }
}
