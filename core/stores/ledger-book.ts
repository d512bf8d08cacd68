// Owns sums of entries by axis and key, bounded. Knows no day and no store.

import {
  type LedgerAxis,
  type LedgerEntry,
  type LedgerFigures,
  type LedgerTotal,
  ledgerDimensions,
  ledgerKeysMax,
  otherKey,
} from "../contracts/ledger.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class LedgerBook {
  readonly #axes = new Map<LedgerAxis, Map<string, Mutable<LedgerTotal>>>();
  readonly #keysMax: number;

  constructor(keysMax = ledgerKeysMax) {
    this.#keysMax = keysMax;
  }

  /** `hour`: `00` to `23`. */
  record(entry: LedgerEntry, hour: string): void {
    const total = totalOf(entry);
    for (const by of ledgerDimensions) {
      const key = entry[by];
      if (key !== undefined) this.add(by, key, total);
    }
    this.add("hour", hour, total);
  }

  /** What the key's sums are then. */
  add(by: LedgerAxis, key: string, total: LedgerTotal): LedgerTotal {
    let keys = this.#axes.get(by);
    if (keys === undefined) {
      keys = new Map();
      this.#axes.set(by, keys);
    }
    const sums = keys.get(key) ?? this.#open(keys, key);
    sums.calls = added(sums.calls, total.calls);
    sums.inputTokens = added(sums.inputTokens, total.inputTokens);
    sums.cachedInputTokens = added(sums.cachedInputTokens, total.cachedInputTokens);
    sums.outputTokens = added(sums.outputTokens, total.outputTokens);
    sums.costNanoUsd = added(sums.costNanoUsd, total.costNanoUsd);
    sums.unpricedCalls = added(sums.unpricedCalls, total.unpricedCalls);
    sums.estimatedCalls = added(sums.estimatedCalls, total.estimatedCalls);
    return sums;
  }

  of(by: LedgerAxis): ReadonlyMap<string, LedgerTotal> {
    return this.#axes.get(by) ?? new Map();
  }

  *rows(): Iterable<readonly [by: LedgerAxis, key: string, total: LedgerTotal]> {
    for (const [by, keys] of this.#axes) {
      for (const [key, total] of keys) yield [by, key, total];
    }
  }

  #open(keys: Map<string, Mutable<LedgerTotal>>, key: string): Mutable<LedgerTotal> {
    const hasRoom = keys.size - (keys.has(otherKey) ? 1 : 0) < this.#keysMax;
    const name = hasRoom ? key : otherKey;
    const sums = keys.get(name) ?? { ...noTotal };
    keys.set(name, sums);
    return sums;
  }
}

function added(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

export const noTotal: LedgerTotal = Object.freeze({
  calls: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unpricedCalls: 0,
  estimatedCalls: 0,
});

function totalOf({ usage, costNanoUsd, isCostAssumed }: LedgerEntry): LedgerTotal {
  return {
    calls: 1,
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    costNanoUsd: costNanoUsd ?? 0,
    unpricedCalls: costNanoUsd === undefined || isCostAssumed ? 1 : 0,
    estimatedCalls: usage.isExact ? 0 : 1,
  };
}

/** `read`: a figure by its name. */
export function figuresOf(read: (name: keyof LedgerFigures) => bigint): LedgerFigures {
  return {
    calls: read("calls"),
    inputTokens: read("inputTokens"),
    cachedInputTokens: read("cachedInputTokens"),
    outputTokens: read("outputTokens"),
    costNanoUsd: read("costNanoUsd"),
    unpricedCalls: read("unpricedCalls"),
    estimatedCalls: read("estimatedCalls"),
  };
}
