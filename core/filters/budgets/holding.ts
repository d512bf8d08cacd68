// Owns how much calls of this process hold of each counter while they are under way: it may come back. Knows
// no store.

import type { Lease } from "../../contracts/store.ts";
import type { DrawnOn } from "./refusals.ts";

/** Bounded by the exchanges in flight: whoever adds takes away. */
export class Holding {
  readonly #held = new Map<string, number>();

  of(key: string): number {
    return this.#held.get(key) ?? 0;
  }

  /** What a lease took first. Returns how to take it out again. */
  add(drawn: readonly DrawnOn[], { units }: Lease): () => void {
    const taken = drawn.map(
      ({ counter }) => [counter.key, counter.amount + counter.perUnit * units] as const,
    );
    for (const [key, amount] of taken) this.#change(key, amount);
    return () => {
      for (const [key, amount] of taken) this.#change(key, -amount);
    };
  }

  #change(key: string, by: number): void {
    const held = this.of(key) + by;
    if (held === 0) this.#held.delete(key);
    else this.#held.set(key, held);
  }
}
