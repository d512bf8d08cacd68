// Owns the reading of a ledger: which days and axes a report is made of. Reckons nothing but sums.

import type { LedgerAxis, LedgerDimension, LedgerFigures, LedgerStore } from "../../core/contracts/ledger.ts";
import { sumNames } from "../../core/contracts/ledger.ts";
import { dayOf, daysBefore } from "../../core/stores/shared-ledger.ts";

export interface DayFigures {
  readonly day: string;
  readonly figures: LedgerFigures;
}

/** All days are UTC's. */
export interface Spending {
  readonly nowMs: number;
  readonly by: LedgerDimension;
  /** The latest, which is today, last. */
  readonly days: readonly DayFigures[];
  /** Over these days. */
  readonly rows: ReadonlyMap<string, LedgerFigures>;
  readonly types: ReadonlyMap<string, LedgerFigures>;
  readonly models: ReadonlyMap<string, LedgerFigures>;
  /** Of yesterday and today, by the hour's start in milliseconds since the epoch. */
  readonly hours: ReadonlyMap<number, LedgerFigures>;
  /** Of this month, as far as the ledger goes back, today included. */
  readonly month: readonly DayFigures[];
}

export interface SpendingQuery {
  readonly by: LedgerDimension;
  /** Today is one of them. */
  readonly dayCount: number;
  readonly nowMs: number;
}

const noFigures: LedgerFigures = {
  calls: 0n,
  inputTokens: 0n,
  cachedInputTokens: 0n,
  outputTokens: 0n,
  costNanoUsd: 0n,
  unpricedCalls: 0n,
  estimatedCalls: 0n,
};

export async function readSpending(
  store: LedgerStore,
  { by, dayCount, nowMs }: SpendingQuery,
): Promise<Spending | "lost"> {
  const today = dayOf(nowMs);
  const days = [...daysBefore(today, dayCount - 1), today];
  const month = [...daysBefore(today, Number(today.slice(-2)) - 1), today];
  const [rows, types, models, monthTypes, hours] = await Promise.all([
    readDays(store, by, days),
    readDays(store, "type", days),
    readDays(store, "model", days),
    readDays(store, "type", month),
    readDays(store, "hour", [...daysBefore(today, 1), today]),
  ]);
  if (rows === "lost" || types === "lost" || models === "lost") return "lost";
  if (monthTypes === "lost" || hours === "lost") return "lost";
  return {
    nowMs,
    by,
    days: byDay(days, types),
    rows: merge(rows),
    types: merge(types),
    models: merge(models),
    hours: byHour(daysBefore(today, 1)[0] ?? today, hours),
    month: byDay(month, monthTypes),
  };
}

type Axis = ReadonlyMap<string, LedgerFigures>;

async function readDays(
  store: LedgerStore,
  by: LedgerAxis,
  days: readonly string[],
): Promise<readonly Axis[] | "lost"> {
  const read = await Promise.all(days.map((day) => store.read(day, by)));
  const known = read.filter((axis) => axis !== "lost");
  return known.length < read.length ? "lost" : known;
}

function byDay(days: readonly string[], axes: readonly Axis[]): readonly DayFigures[] {
  return days.map((day, at) => ({ day, figures: sumFigures(axes[at]?.values() ?? []) }));
}

function merge(axes: readonly Axis[]): Axis {
  const merged = new Map<string, LedgerFigures>();
  for (const [key, figures] of axes.flatMap((axis) => [...axis])) {
    merged.set(key, sumFigures([merged.get(key) ?? noFigures, figures]));
  }
  return merged;
}

const hourMs = 3_600_000;

function byHour(firstDay: string, axes: readonly Axis[]): ReadonlyMap<number, LedgerFigures> {
  const startMs = Date.parse(firstDay);
  const starts = axes.flatMap((axis, at) =>
    [...axis].map(([hour, figures]) => [startMs + (24 * at + Number(hour)) * hourMs, figures] as const),
  );
  return new Map(starts);
}

export function sumFigures(all: Iterable<LedgerFigures>): LedgerFigures {
  const sum = { ...noFigures };
  for (const figures of all) {
    for (const name of sumNames) sum[name] += figures[name];
  }
  return sum;
}

/** One decimal, rounded towards 0. */
export function percentOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000n) / whole) / 10;
}
