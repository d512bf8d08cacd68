// Owns the proof of what `sluice costs` makes of a ledger: pace, trend, projection, savings, its print.

import { describe, expect, it } from "vitest";
import { printJson, printText } from "../../cli/costs/print.ts";
import { type CostReport, makeReport, type ReportParts } from "../../cli/costs/report.ts";
import { readSpending } from "../../cli/costs/spending.ts";
import type { LedgerAxis, LedgerDimension } from "../../core/contracts/ledger.ts";
import { noTotal } from "../../core/stores/ledger-book.ts";
import { MemoryLedgerStore } from "../../core/stores/memory-ledger.ts";

const dollar = 1_000_000_000;
const nowMs = Date.parse("2026-11-21T06:00:00Z");

interface Sample {
  readonly day: string;
  readonly hour: string;
  readonly usd: number;
  readonly agent?: string;
  readonly model?: string;
}

/** One call each. */
async function report(
  samples: readonly Sample[],
  more: Partial<ReportParts> = {},
  by: LedgerDimension = "agent",
) {
  const store = new MemoryLedgerStore(40);
  const rows = samples.flatMap(({ day, hour, usd, agent = "search", model = "gpt-4o" }) => {
    const total = { ...noTotal, calls: 1, inputTokens: 1_000, outputTokens: 100, costNanoUsd: usd * dollar };
    const keys: readonly (readonly [LedgerAxis, string])[] = [
      ["agent", agent],
      ["model", model],
      ["type", "llm"],
      ["hour", hour],
    ];
    return keys.map(([axis, key]) => ({ day, by: axis, key, total }));
  });
  store.add({ writer: "w", sequence: 1, rows });
  const spending = await readSpending(store, { by, dayCount: 7, nowMs });
  if (spending === "lost") throw new Error("lost");
  return makeReport({ spending, budgets: [], findSaving: () => undefined, ...more });
}

const text = (made: CostReport) => printText(made, { rowsMax: 20 });

describe("a report", () => {
  it("sorts by cost and tells shares", async () => {
    const made = await report([
      { day: "2026-11-20", hour: "10", usd: 1, agent: "a" },
      { day: "2026-11-21", hour: "01", usd: 3, agent: "b" },
      { day: "2026-11-14", hour: "01", usd: 9, agent: "too-old" },
    ]);
    expect(made.rows.map(({ key, percent }) => [key, percent])).toEqual([
      ["b", 75],
      ["a", 25],
    ]);
    expect(made.total).toMatchObject({ costNanoUsd: 4_000_000_000n, calls: 2n });
    expect(made.days.map(({ day }) => day)).toEqual([
      "2026-11-15",
      "2026-11-16",
      "2026-11-17",
      "2026-11-18",
      "2026-11-19",
      "2026-11-20",
      "2026-11-21",
    ]);
  });

  it("tells the pace of the last 24 hours and of today, from the first hour that cost", async () => {
    const made = await report([
      { day: "2026-11-20", hour: "05", usd: 100 },
      { day: "2026-11-20", hour: "06", usd: 100 },
      { day: "2026-11-20", hour: "10", usd: 8 },
      { day: "2026-11-21", hour: "02", usd: 12 },
    ]);
    const [day, today] = [made.last24h, made.today];
    expect([day.costNanoUsd, day.overMs, day.hourlyNanoUsd]).toEqual([
      20_000_000_000n,
      20 * 3.6e6,
      1_000_000_000n,
    ]);
    expect([today.costNanoUsd, today.overMs, today.hourlyNanoUsd]).toEqual([
      12_000_000_000n,
      4 * 3.6e6,
      3_000_000_000n,
    ]);
  });

  it("goes on to the month's end at that pace", async () => {
    const made = await report([
      { day: "2026-11-02", hour: "10", usd: 5 },
      { day: "2026-10-31", hour: "10", usd: 99 },
      { day: "2026-11-21", hour: "02", usd: 4 },
    ]);
    // A dollar an hour for 9 days and 18 hours.
    expect(made.projection).toEqual({
      fromDay: "2026-11-02",
      toDay: "2026-11-30",
      spentNanoUsd: 9_000_000_000n,
      costNanoUsd: (9n + 234n) * 1_000_000_000n,
    });
  });

  it("compares full days alone, from the first that cost", async () => {
    const made = await report([
      { day: "2026-11-17", hour: "10", usd: 2 },
      { day: "2026-11-18", hour: "10", usd: 2 },
      { day: "2026-11-19", hour: "10", usd: 3 },
      { day: "2026-11-20", hour: "10", usd: 4 },
      { day: "2026-11-21", hour: "00", usd: 900 },
    ]);
    expect(made.trend).toEqual({ earlierNanoUsd: 2_000_000_000n, laterNanoUsd: 3_500_000_000n, percent: 75 });
    expect(text(made)).toContain("spend has risen by 75.0 %");
    expect((await report([{ day: "2026-11-20", hour: "10", usd: 2 }])).trend).toBeUndefined();
  });

  it("names a model of more than 40 %, and what is cheaper", async () => {
    const samples = [
      { day: "2026-11-21", hour: "01", usd: 41, model: "dear" },
      { day: "2026-11-21", hour: "01", usd: 40, model: "less" },
      { day: "2026-11-21", hour: "01", usd: 19, model: "small" },
    ];
    const findSaving: ReportParts["findSaving"] = () => ({
      model: "small",
      costNanoUsd: 1_000_000_000n,
      savedNanoUsd: 40_000_000_000n,
    });
    const made = await report(samples, { findSaving });
    expect(made.dear.map(({ key }) => key)).toEqual(["dear"]);
    expect(text(made)).toContain(
      "the same tokens on small, which the same agents may call, cost $1: $40 less",
    );
  });

  it("flags a budget above 80 %", async () => {
    const budget = { limit: "daily", agent: "search", of: "user anna", resetMs: 1, amountNanoUsd: 10n };
    const budgets = [
      { ...budget, usedNanoUsd: 9n, percent: 90 },
      { ...budget, usedNanoUsd: 8n, percent: 80 },
    ];
    const printed = text(await report([{ day: "2026-11-21", hour: "01", usd: 1 }], { budgets }));
    expect(printed.match(/<- over 80 %/g)).toHaveLength(1);
    expect(printed).toContain("daily (agent search, user anna)");
  });

  it("in JSON has dollars as strings, and counts past what numbers hold, too", async () => {
    const made = await report([{ day: "2026-11-21", hour: "01", usd: 1 }]);
    const big = { ...made, total: { ...made.total, costNanoUsd: 2n ** 60n, inputTokens: 2n ** 60n } };
    const told = JSON.parse(printJson(big));
    expect(told.total).toMatchObject({
      usd: "1152921504.606846976",
      calls: 1,
      inputTokens: "1152921504606846976",
    });
    expect(told.rows[0]).toMatchObject({ key: "search", usd: "1", percent: 100 });
  });
});
