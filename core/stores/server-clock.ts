// Owns what this process knows of the store's clock. Knows no store.

export class ServerClock {
  /** The store's clock less ours: the largest seen, since an answer only ever comes late. */
  #leadMs = Number.NEGATIVE_INFINITY;

  note(nowThereMs: number): void {
    this.#leadMs = Math.max(nowThereMs - performance.now(), this.#leadMs);
  }

  /** Another server may have another clock. */
  forget(): void {
    this.#leadMs = Number.NEGATIVE_INFINITY;
  }

  /** Never later there than here. Before anything was noted: long ago. */
  at(monotonicMs: number): number {
    return Number.isFinite(this.#leadMs) ? Math.ceil(monotonicMs + this.#leadMs) : 0;
  }
}
