// Owns what Redis told this process last of each figure, so that it can be told again. Bounded. Knows no
// connection.

import { LRUCache } from "lru-cache";
import type { Gauge } from "../contracts/store.ts";

/** Figures this process drew on last; what it forgets, another may still know. */
const figuresMax = 50_000;

export interface ToldFigure {
  readonly gauge: Gauge;
  readonly used: number;
  /** By the store's clock. */
  readonly atMs: number;
}

/**
 * Who drew last was told all that was used then. So the largest of what the processes were told last is
 * never less than what was used, though each knows only what it was told itself.
 */
export class ToldFigures {
  readonly #figures = new LRUCache<string, ToldFigure>({ max: figuresMax });

  note(key: string, gauge: Gauge, { used, atMs }: Pick<ToldFigure, "used" | "atMs">): void {
    const before = this.#figures.get(key);
    if (before !== undefined && before.atMs > atMs) return;
    const isSameMoment = before?.atMs === atMs;
    this.#figures.set(key, { gauge, used: isSameMoment ? Math.max(used, before.used) : used, atMs });
  }

  /** More was used than taken, and the store may not have heard of it. */
  owe(key: string, amount: number): void {
    const before = this.#figures.get(key);
    if (before !== undefined) this.#figures.set(key, { ...before, used: before.used + amount });
  }

  /** Those of which something was used. */
  all(): readonly (readonly [key: string, figure: ToldFigure])[] {
    return [...this.#figures.entries()].filter(([, { used }]) => used > 0);
  }
}
