// Owns what is made of spending: shares, burn rate, trend, projection. Exact integers; reads and prints
// nothing.

import type { LedgerDimension, LedgerFigures } from "../../core/contracts/ledger.ts";
import { dayOf } from "../../core/stores/shared-ledger.ts";
import type { BudgetUse } from "./budgets.ts";
import type { Saving } from "./saving.ts";
import { type DayFigures, percentOf, type Spending, sumFigures } from "./spending.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface CostRow {
  readonly key: string;
  readonly figures: LedgerFigures;
  /** Of the spend in percent, one decimal. */
  readonly percent: number;
}

export interface Burn {
  readonly costNanoUsd: bigint;
  /** Since the first hour of that time in which something was spent; an hour at least. */
  readonly overMs: number;
  readonly hourlyNanoUsd: bigint;
}

/** Means of the full days: their later half against their earlier one. */
export interface Trend {
  readonly earlierNanoUsd: bigint;
  readonly laterNanoUsd: bigint;
  readonly percent: number;
}

export interface Projection {
  /** First day of this month of which the ledger knows, and the month's last. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly spentNanoUsd: bigint;
  /** With the rest of the month at the last 24 hours' pace. */
  readonly costNanoUsd: bigint;
}

export interface CostReport {
  readonly by: LedgerDimension;
  readonly total: LedgerFigures;
  readonly types: readonly CostRow[];
  readonly rows: readonly CostRow[];
  readonly days: readonly DayFigures[];
  readonly last24h: Burn;
  readonly today: Burn;
  /** Undefined: fewer than two full days, or nothing was spent on the earlier ones. */
  readonly trend: Trend | undefined;
  readonly projection: Projection;
  /** By share, largest first. */
  readonly budgets: readonly BudgetUse[];
  /** Models of large shares, and what would have been cheaper. */
  readonly dear: readonly DearModel[];
}

export interface DearModel extends CostRow {
  /** Undefined: no policy was given, or no Model of it would have cost less. */
  readonly saving: Saving | undefined;
}

export interface ReportParts {
  readonly spending: Spending;
  readonly budgets: readonly BudgetUse[];
  readonly findSaving: (model: string, figures: LedgerFigures) => Saving | undefined;
}

/** Of all spend, in percent. */
const dearPercent = 40;

export function makeReport({ spending, budgets, findSaving }: ReportParts): CostReport {
  const { by, days, models, nowMs } = spending;
  const total = sumFigures(days.map(({ figures }) => figures));
  const rowsOf = (axis: ReadonlyMap<string, LedgerFigures>) => sortedRows(axis, total.costNanoUsd);
  const last24h = burnSince(spending, nowMs - dayMs);
  const dear = rowsOf(models).filter(({ percent }) => percent > dearPercent);
  return {
    by,
    total,
    types: rowsOf(spending.types),
    rows: rowsOf(spending.rows),
    days,
    last24h,
    today: burnSince(spending, nowMs - (nowMs % dayMs) - 1),
    trend: findTrend(days.slice(0, -1)),
    projection: project(spending, last24h),
    budgets,
    dear: dear.map((row) => ({ ...row, saving: findSaving(row.key, row.figures) })),
  };
}

/** Largest cost first; where nothing costs, most calls. */
function sortedRows(axis: ReadonlyMap<string, LedgerFigures>, all: bigint): readonly CostRow[] {
  const order = (a: LedgerFigures, b: LedgerFigures) =>
    Number(b.costNanoUsd - a.costNanoUsd) || Number(b.calls - a.calls);
  return [...axis]
    .sort(([, a], [, b]) => order(a, b))
    .map(([key, figures]) => ({ key, figures, percent: percentOf(figures.costNanoUsd, all) }));
}

/** Of whole hours that begin after the moment: the ledger has no finer ones. */
function burnSince({ hours, nowMs }: Spending, afterMs: number): Burn {
  const counted = [...hours].filter(([startMs, { calls }]) => startMs > afterMs && calls > 0n);
  const { costNanoUsd } = sumFigures(counted.map(([, figures]) => figures));
  const fromMs = Math.min(nowMs, ...counted.map(([startMs]) => startMs));
  const overMs = Math.max(nowMs - fromMs, hourMs);
  return { costNanoUsd, overMs, hourlyNanoUsd: (costNanoUsd * BigInt(hourMs)) / BigInt(overMs) };
}

/** Days before the first spend are no days of little spend. */
function findTrend(fullDays: readonly DayFigures[]): Trend | undefined {
  const first = fullDays.findIndex(({ figures }) => figures.calls > 0n);
  const known = first < 0 ? [] : fullDays.slice(first);
  const half = Math.floor(known.length / 2);
  if (half === 0) return undefined;
  const meanOf = (days: readonly DayFigures[]) =>
    sumFigures(days.map(({ figures }) => figures)).costNanoUsd / BigInt(half);
  const [earlierNanoUsd, laterNanoUsd] = [meanOf(known.slice(0, half)), meanOf(known.slice(-half))];
  if (earlierNanoUsd === 0n) return undefined;
  return { earlierNanoUsd, laterNanoUsd, percent: percentOf(laterNanoUsd - earlierNanoUsd, earlierNanoUsd) };
}

function project({ month, nowMs }: Spending, pace: Burn): Projection {
  const today = dayOf(nowMs);
  const endMs = Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)));
  const spentNanoUsd = sumFigures(month.map(({ figures }) => figures)).costNanoUsd;
  const rest = (pace.costNanoUsd * BigInt(endMs - nowMs)) / BigInt(pace.overMs);
  return {
    fromDay: month.find(({ figures }) => figures.calls > 0n)?.day ?? today,
    toDay: dayOf(endMs - dayMs),
    spentNanoUsd,
    costNanoUsd: spentNanoUsd + rest,
  };
}
