// Owns how a report reads: as text for people, as one JSON object for programs. Reckons nothing.

import type { LedgerFigures } from "../../core/contracts/ledger.ts";
import { formatUsd } from "../../core/prices/cost.ts";
import type { BudgetUse } from "./budgets.ts";
import type { Burn, CostReport, CostRow, DearModel } from "./report.ts";

export interface PrintOptions {
  /** Rows of who spent what; the rest is counted. */
  readonly rowsMax: number;
}

/** Of a budget, in percent: above it is flagged. */
export const flaggedPercent = 80;
/** Above it a trend is worth a word. */
const risingPercent = 25;
const budgetsMax = 20;
const hourMs = 3_600_000;
const barMax = 24;

export function printText(report: CostReport, { rowsMax }: PrintOptions): string {
  const { days, total, types, rows, by, budgets } = report;
  const span = `${days[0]?.day} to ${days.at(-1)?.day}`;
  const blocks = [
    block(`Spent, ${span} (UTC)`, [described("total", total), ...types.map(describeRow)]),
    block(`By ${by}`, [...rows.slice(0, rowsMax).map(describeRow), ...more(rows.length - rowsMax)]),
    block("Day by day", printDays(report)),
    block("Pace", printPace(report)),
    block("Budgets", [
      ...budgets.slice(0, budgetsMax).map(describeBudget),
      ...more(budgets.length - budgetsMax),
    ]),
    block("Worth a look", suggest(report)),
    block("Not in these figures", warn(total)),
  ];
  return blocks.filter((lines) => lines !== "").join("\n");
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function more(count: number): readonly string[] {
  return count > 0 ? [`and ${count} more (--top, or --json for all)`] : [];
}

function described(name: string, { costNanoUsd, calls, inputTokens, outputTokens }: LedgerFigures): string {
  const tokens = `${inputTokens} + ${outputTokens} tokens`;
  return `${name.padEnd(24)} ${money(costNanoUsd).padEnd(16)} ${counted(calls, "call").padEnd(12)} ${tokens}`;
}

function describeRow({ key, figures, percent }: CostRow): string {
  return `${described(key, figures)}  ${percent.toFixed(1)} %`;
}

function printDays({ days }: CostReport): readonly string[] {
  const most = days.reduce((max, { figures }) => (figures.costNanoUsd > max ? figures.costNanoUsd : max), 1n);
  return days.map(({ day, figures: { costNanoUsd } }) => {
    const bar = "#".repeat(Number((costNanoUsd * BigInt(barMax)) / most));
    return `${day}  ${money(costNanoUsd).padEnd(16)} ${bar}`.trimEnd();
  });
}

function printPace({ last24h, today, trend, projection }: CostReport): readonly string[] {
  const { fromDay, toDay, spentNanoUsd, costNanoUsd } = projection;
  const sign = trend !== undefined && trend.percent > 0 ? "+" : "";
  return [
    `last 24 hours  ${describeBurn(last24h)}`,
    `today          ${describeBurn(today)}`,
    ...(trend === undefined
      ? []
      : [
          `trend          ${sign}${trend.percent.toFixed(1)} %: ${money(trend.laterNanoUsd)} a day,` +
            ` before ${money(trend.earlierNanoUsd)}`,
        ]),
    `by ${toDay}  ${money(costNanoUsd)} at the last 24 hours' pace (${money(spentNanoUsd)} since ${fromDay})`,
  ];
}

function describeBurn({ hourlyNanoUsd, costNanoUsd, overMs }: Burn): string {
  return `${money(hourlyNanoUsd)} an hour (${money(costNanoUsd)} in ${(overMs / hourMs).toFixed(1)} h)`;
}

function describeBudget({ limit, agent, of, usedNanoUsd, amountNanoUsd, percent }: BudgetUse): string {
  const whose = [agent === undefined ? "" : `agent ${agent}`, of].filter(Boolean).join(", ");
  const name = whose === "" ? limit : `${limit} (${whose})`;
  const share = `${percent.toFixed(1)} %${percent > flaggedPercent ? "  <- over 80 %" : ""}`;
  return `${name.padEnd(40)} ${money(usedNanoUsd)} of ${money(amountNanoUsd)}  ${share}`;
}

/** In words, of both forms of the report. */
function suggest({ dear, trend, budgets }: CostReport): readonly string[] {
  const full = budgets.filter(({ percent }) => percent > flaggedPercent);
  const rising = trend !== undefined && trend.percent > risingPercent ? [trend] : [];
  return [
    ...dear.map(describeDear),
    ...rising.map(
      ({ percent }) => `spend has risen by ${percent.toFixed(1)} %; --by agent or user tells whose`,
    ),
    ...full.map(({ limit, percent }) => `budget ${limit} is at ${percent.toFixed(1)} % of its amount`),
  ];
}

function describeDear({ key, percent, saving }: DearModel): string {
  const share = `model ${key} is ${percent.toFixed(1)} % of the spend`;
  if (saving === undefined) return share;
  const { model, costNanoUsd, savedNanoUsd } = saving;
  return (
    `${share}; the same tokens on ${model}, which the same agents may call, cost ${money(costNanoUsd)}:` +
    ` ${money(savedNanoUsd)} less`
  );
}

function warn({ unpricedCalls, estimatedCalls }: LedgerFigures): readonly string[] {
  const unpriced = `${counted(unpricedCalls, "call")} without a known price: set one in the Provider`;
  const estimated = `${counted(estimatedCalls, "call")} whose usage no provider said: counted here`;
  return [...(unpricedCalls > 0n ? [unpriced] : []), ...(estimatedCalls > 0n ? [estimated] : [])];
}

function money(nanoUsd: bigint): string {
  return `$${formatUsd(nanoUsd)}`;
}

function counted(count: bigint, noun: string): string {
  return `${count} ${noun}${count === 1n ? "" : "s"}`;
}

/** Dollars are decimal strings: no reader rounds them. Counts are numbers as far as these are exact. */
export function printJson(report: CostReport): string {
  const { by, days, total, types, rows, last24h, today, trend, projection, budgets, dear } = report;
  const plain = {
    from: days[0]?.day,
    to: days.at(-1)?.day,
    by,
    total: plainFigures(total),
    types: types.map(plainRow),
    rows: rows.map(plainRow),
    days: days.map(({ day, figures }) => ({ day, ...plainFigures(figures) })),
    burn: { last24h: plainBurn(last24h), today: plainBurn(today) },
    trend: trend && {
      earlierUsdADay: formatUsd(trend.earlierNanoUsd),
      laterUsdADay: formatUsd(trend.laterNanoUsd),
      percent: trend.percent,
    },
    projection: {
      from: projection.fromDay,
      to: projection.toDay,
      spentUsd: formatUsd(projection.spentNanoUsd),
      usd: formatUsd(projection.costNanoUsd),
    },
    budgets: budgets.map(plainBudget),
    models: dear.map(plainDear),
    suggestions: suggest(report),
  };
  return `${JSON.stringify(plain, null, 2)}\n`;
}

function plainFigures({ costNanoUsd, ...counts }: LedgerFigures) {
  const numbers = Object.entries(counts).map(([name, count]) => {
    const number = Number(count);
    return [name, Number.isSafeInteger(number) ? number : String(count)] as const;
  });
  return { usd: formatUsd(costNanoUsd), ...Object.fromEntries(numbers) };
}

const plainRow = ({ key, figures, percent }: CostRow) => ({ key, percent, ...plainFigures(figures) });

const plainBurn = ({ costNanoUsd, overMs, hourlyNanoUsd }: Burn) => ({
  usd: formatUsd(costNanoUsd),
  hours: Math.round(overMs / 36_000) / 100,
  usdAnHour: formatUsd(hourlyNanoUsd),
});

const plainBudget = ({ usedNanoUsd, amountNanoUsd, percent, ...rest }: BudgetUse) => ({
  ...rest,
  usedUsd: formatUsd(usedNanoUsd),
  amountUsd: formatUsd(amountNanoUsd),
  percent,
  isFlagged: percent > flaggedPercent,
});

const plainDear = ({ key, percent, saving }: DearModel) => ({
  model: key,
  percent,
  cheaper: saving && {
    model: saving.model,
    usd: formatUsd(saving.costNanoUsd),
    savedUsd: formatUsd(saving.savedNanoUsd),
  },
});
