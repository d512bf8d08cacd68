// Owns the memory of the last reservations, so that a repeated id counts once. Knows nothing of counters.

import type { Async } from "../contracts/frame.ts";
import type { Lease, Shortage } from "../contracts/store.ts";

/** Ids are remembered at least until this many later ones came. */
export const rememberedLeases = 1024;

/** Two generations: when the young one is full it becomes the old one, and what was old is forgotten. */
export class RecentLeases {
  #young = new Map<string, Async<Lease | Shortage>>();
  #old = new Map<string, Async<Lease | Shortage>>();

  find(id: string): Async<Lease | Shortage> | undefined {
    return this.#young.get(id) ?? this.#old.get(id);
  }

  keep(id: string, lease: Lease): Lease {
    this.#put(id, lease);
    return lease;
  }

  /** A repeat in the meantime shares the verdict. A shortage took nothing, so it is forgotten at once. */
  keepPending(id: string, verdict: Promise<Lease | Shortage>): Promise<Lease | Shortage> {
    this.#put(id, verdict);
    return verdict.then((settled) => {
      if (settled.kind === "shortage") this.#forget(id, verdict);
      return settled;
    });
  }

  #put(id: string, verdict: Async<Lease | Shortage>): void {
    if (this.#young.size >= rememberedLeases) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, verdict);
  }

  #forget(id: string, verdict: Promise<Lease | Shortage>): void {
    for (const generation of [this.#young, this.#old]) {
      if (generation.get(id) === verdict) generation.delete(id);
    }
  }
}
