// Owns what is written down of an exchange's use: who, what for, how much. Knows no store.

import type { Usage } from "./frame.ts";

/** One settled LLM call. Strings are as the exchange knew them; `undefined` where it did not. */
export interface LedgerEntry {
  readonly agent: string;
  readonly model: string | undefined;
  readonly caller: string | undefined;
  readonly team: string | undefined;
  readonly user: string | undefined;
  readonly session: string | undefined;
  readonly task: string;
  readonly usage: Usage;
  /** Undefined: the model has no price. */
  readonly costNanoUsd: number | undefined;
  /** By a provider's `unknownPrice`: nobody knows the model's own. */
  readonly isCostAssumed: boolean;
}

/**
 * Totals under one key. Where `unpricedCalls` is not 0, `costNanoUsd` holds what was assumed for those calls,
 * or nothing.
 */
export interface LedgerTotal {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanoUsd: number;
  readonly unpricedCalls: number;
  /** Calls whose usage was counted here, because the provider did not say. */
  readonly estimatedCalls: number;
}

export type LedgerDimension = "agent" | "model" | "caller" | "team" | "user" | "session" | "task";

export interface Ledger {
  record(entry: LedgerEntry): void;
  /** By the dimension's value, largest cost first. */
  totals(by: LedgerDimension): ReadonlyMap<string, LedgerTotal>;
}
