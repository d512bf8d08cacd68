// Owns what one process knows of things that providers keep: the last ones asked for, an answer at once.
// Shares nothing with others.

import { LRUCache } from "lru-cache";
import { noUsage, type Usage } from "../contracts/frame.ts";
import type { KeptClaim, KeptRecords } from "../contracts/store.ts";
import { countsOf, keptLifeMs, usageOf } from "./kept-life.ts";

/** The one that was not asked for the longest is forgotten first. */
export const keptRecordsMax = 50_000;

interface KeptRecord {
  /** Undefined: made elsewhere, and charged here. */
  readonly owner: string | undefined;
  readonly charged: Usage;
}

export class MemoryKeptRecords implements KeptRecords {
  readonly #records = new LRUCache<string, KeptRecord>({
    max: keptRecordsMax,
    ttl: keptLifeMs,
    updateAgeOnGet: true,
  });

  claim(claims: readonly KeptClaim[]): boolean {
    for (const { key, owner } of claims) {
      if (!this.#records.has(key)) this.#records.set(key, { owner, charged: noUsage });
    }
    return true;
  }

  owners(keys: readonly string[]): readonly (string | undefined)[] {
    return keys.map((key) => this.#records.get(key)?.owner);
  }

  charge(key: string, usage: Usage): Usage {
    const { owner, charged: before } = this.#records.get(key) ?? { owner: undefined, charged: noUsage };
    const earlier = countsOf(before);
    const charged = usageOf(countsOf(usage).map((count, at) => Math.max(count, earlier[at] ?? 0)));
    this.#records.set(key, { owner, charged });
    return before;
  }

  isReachable(): boolean {
    return true;
  }
}
