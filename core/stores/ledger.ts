// Owns this process's ledger: totals by every dimension, bounded. Figures older than the bound live in logs
// and metrics.

import { LRUCache } from "lru-cache";
import type { Ledger, LedgerDimension, LedgerEntry, LedgerTotal } from "../contracts/ledger.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const dimensions: readonly LedgerDimension[] = [
  "agent",
  "model",
  "caller",
  "team",
  "user",
  "session",
  "task",
];
/** Keys a dimension holds at most; the least recently used is forgotten first. */
const keysMax = 10_000;

export class MemoryLedger implements Ledger {
  readonly #totals = new Map(
    dimensions.map((by) => [by, new LRUCache<string, Mutable<LedgerTotal>>({ max: keysMax })] as const),
  );

  record(entry: LedgerEntry): void {
    for (const [by, totals] of this.#totals) {
      const key = entry[by];
      if (key === undefined) continue;
      let total = totals.get(key);
      if (total === undefined) {
        total = emptyTotal();
        totals.set(key, total);
      }
      add(total, entry);
    }
  }

  totals(by: LedgerDimension): ReadonlyMap<string, LedgerTotal> {
    const rows = [...(this.#totals.get(by)?.entries() ?? [])];
    return new Map(rows.sort(([, a], [, b]) => b.costNanoUsd - a.costNanoUsd));
  }
}

function emptyTotal(): Mutable<LedgerTotal> {
  return { calls: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0, unpricedCalls: 0, estimatedCalls: 0 };
}

function add(total: Mutable<LedgerTotal>, { usage, costNanoUsd, isCostAssumed }: LedgerEntry): void {
  total.calls += 1;
  total.inputTokens += usage.inputTokens;
  total.outputTokens += usage.outputTokens;
  total.costNanoUsd += costNanoUsd ?? 0;
  if (costNanoUsd === undefined || isCostAssumed) total.unpricedCalls += 1;
  if (!usage.isExact) total.estimatedCalls += 1;
}
