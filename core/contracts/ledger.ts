// Owns what is written down of an exchange's use: who, what for, how much; and what keeps it over days.
// Knows no store.

import type { Operation } from "./dialect.ts";
import type { Async, Usage } from "./frame.ts";

/** What money was spent on. Nothing in Sluice moves `storage` yet. */
export const costTypes = ["llm", "embedding", "tool", "storage"] as const;
export type CostType = (typeof costTypes)[number];

/** Undefined: nobody has read the call. */
export function costTypeOf(operation: Operation | undefined): CostType {
  if (operation === "tool") return "tool";
  return operation === "embeddings" ? "embedding" : "llm";
}

/** One settled call of a model or a tool. Strings as the exchange knew them; `undefined` where it did not. */
export interface LedgerEntry {
  readonly agent: string;
  readonly model: string | undefined;
  readonly caller: string | undefined;
  readonly team: string | undefined;
  readonly user: string | undefined;
  readonly session: string | undefined;
  readonly task: string;
  readonly tool: string | undefined;
  readonly type: CostType;
  readonly usage: Usage;
  /** Undefined: the model has no price. */
  readonly costNanoUsd: number | undefined;
  /** By a provider's `unknownPrice`: nobody knows the model's own. */
  readonly isCostAssumed: boolean;
}

/** `bigint` where sums of many processes and days meet: nano-dollars pass 2^53 at nine million dollars. */
export interface LedgerSums<N extends number | bigint> {
  readonly calls: N;
  readonly inputTokens: N;
  /** Part of `inputTokens`. */
  readonly cachedInputTokens: N;
  readonly outputTokens: N;
  readonly costNanoUsd: N;
  readonly unpricedCalls: N;
  /** Calls whose usage was counted here, because the provider did not say. */
  readonly estimatedCalls: N;
}

/** As they are kept, new ones at the end. */
export const sumNames = [
  "calls",
  "inputTokens",
  "cachedInputTokens",
  "outputTokens",
  "costNanoUsd",
  "unpricedCalls",
  "estimatedCalls",
] as const satisfies readonly (keyof LedgerSums<number>)[];

/**
 * Totals under one key. Where `unpricedCalls` is not 0, `costNanoUsd` holds what was assumed for those calls,
 * or nothing. No figure passes the largest safe integer: it stays there.
 */
export type LedgerTotal = LedgerSums<number>;

/** The same over days and processes, exact. */
export type LedgerFigures = LedgerSums<bigint>;

export const ledgerDimensions = [
  "agent",
  "model",
  "caller",
  "team",
  "user",
  "session",
  "task",
  "tool",
  "type",
] as const satisfies readonly (keyof LedgerEntry)[];
export type LedgerDimension = (typeof ledgerDimensions)[number];

/** Beside them every entry counts under its hour of the day in UTC, `00` to `23`. */
export type LedgerAxis = LedgerDimension | "hour";

/** Keys of one day and axis; the rest shares one of the name `other`. */
export const ledgerKeysMax = 10_000;
export const otherKey = "other";

export interface Ledger {
  record(entry: LedgerEntry): void;
  /** Of this process since its start, by the dimension's value, largest cost first. */
  totals(by: LedgerDimension): ReadonlyMap<string, LedgerTotal>;
}

export interface LedgerRow {
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly by: LedgerAxis;
  readonly key: string;
  /** To be added; at least one call. */
  readonly total: LedgerTotal;
}

/** One that comes again is not added again. */
export interface LedgerBatch {
  readonly writer: string;
  /** From 1, rising from batch to batch of one writer; none is sent before the one below it was heard. */
  readonly sequence: number;
  readonly rows: readonly LedgerRow[];
}

/** What was spent, by day and axis, for some days. No operation rejects. */
export interface LedgerStore {
  /**
   * In one atomic step. Says what each row's key has cost on its day by now, nano-dollars, in their order;
   * nothing where the batch had been added before.
   */
  add(batch: LedgerBatch): Async<readonly bigint[] | "lost">;
  read(day: string, by: LedgerAxis): Async<ReadonlyMap<string, LedgerFigures> | "lost">;
  /** Nano-dollars of one key, in the order of the days; 0 where nothing is kept. */
  costs(by: LedgerAxis, key: string, days: readonly string[]): Async<readonly bigint[] | "lost">;
  /** True for the first who claims this of that day, over all processes. */
  claim(day: string, what: string): Async<boolean | "lost">;
  close(): Promise<void>;
}
