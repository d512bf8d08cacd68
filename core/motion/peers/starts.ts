// Owns how soon a server that ends by itself may be started again. Starts nothing.

const firstWaitMs = 500;
const longestWaitMs = 60_000;
/** Whoever has lived this long has worked. */
const settledAfterMs = 10_000;

export class Starts {
  #failures = 0;
  #nextAtMs = Number.NEGATIVE_INFINITY;

  /** Milliseconds; 0: now. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextAtMs - nowMs);
  }

  /** Nobody has asked it to end. */
  ended({ startedAtMs, nowMs }: { readonly startedAtMs: number; readonly nowMs: number }): void {
    if (nowMs - startedAtMs >= settledAfterMs) {
      this.#failures = 0;
      return;
    }
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#nextAtMs = nowMs + wait;
  }
}
