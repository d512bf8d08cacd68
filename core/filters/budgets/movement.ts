// Owns whether a full counter still moves: then others hold some of it, and it may come back. Knows no store.

import { LRUCache } from "lru-cache";

/** As long as this without a change: it is spent. */
const stillMs = 2_000;
/** Counters that were found full; past it the oldest is forgotten, and taken to move. */
const rememberedMax = 10_000;

interface Sight {
  readonly used: number;
  readonly atMs: number;
}

export class Movement {
  readonly #first = new LRUCache<string, Sight>({ max: rememberedMax });

  /** Monotonic milliseconds. */
  isMoving(key: string, used: number, nowMs: number): boolean {
    const seen = this.#first.get(key);
    if (seen?.used === used) return nowMs - seen.atMs < stillMs;
    this.#first.set(key, { used, atMs: nowMs });
    return true;
  }
}
