// Owns the proof of the benches' arithmetic: kernel figures, medians, ratios, verdicts. Measures nothing.

import { describe, expect, it } from "vitest";
import { parseSchedstat, parseStat } from "../../bench/cpu-time.ts";
import type { Reading } from "../../bench/field.ts";
import { calm, judge, judgeCalm, median, ratios, spread } from "../../bench/figures.ts";
import { table, tell } from "../../bench/report.ts";

const reading = (contender: string, round: number, cpuUs: number): Reading => ({
  contender,
  workload: "request",
  round,
  cpuUs,
  reads: 1,
});

/** The second round ran on a machine half as fast. */
const bare = [reading("bare", 1, 40), reading("bare", 2, 80), reading("bare", 3, 40)];
const proxy = [reading("proxy", 1, 60), reading("proxy", 2, 120), reading("proxy", 3, 68)];
const budget = { contender: "proxy", workload: "request", ratioMax: 1.6 };

describe("CPU time from /proc", () => {
  it("is nanoseconds where the kernel counts them", () => {
    expect(parseSchedstat("241940441 85363907 96\n")).toBe(241_940_441);
    expect(parseSchedstat("")).toBe(0);
  });

  it("is user and system ticks otherwise, whatever the process is called", () => {
    const stat = "42 (a) R (b) S 1 42 42 0 -1 4194560 100 0 0 0 24 3 0 0 20 0 7 0 2401331 700000 9000";
    expect(parseStat(stat)).toBe(270_000_000);
  });
});

describe("figures", () => {
  it("the middle value, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
    expect(spread([9, 1, 5])).toEqual({ median: 5, least: 1, most: 9 });
  });

  it("a ratio is taken within a round; a round without a yardstick gives none", () => {
    expect(ratios(proxy, bare)).toEqual([1.5, 1.5, 1.7]);
    expect(ratios(proxy, bare.slice(0, 1))).toEqual([1.5]);
  });

  it("a budget is kept up to its bound, and not by a contender that did not run", () => {
    const readings = [...bare, ...proxy];
    expect(judge(readings, "bare", budget)).toEqual({ ...budget, ratio: 1.5, isKept: true });
    expect(judge(readings, "bare", { ...budget, ratioMax: 1.5 }).isKept).toBe(true);
    expect(judge(readings, "bare", { ...budget, ratioMax: 1.4 }).isKept).toBe(false);
    expect(judge(bare, "bare", budget)).toEqual({ ...budget, ratio: undefined, isKept: false });
  });

  it("calm is the tenth of rounds that took least", () => {
    expect(calm(Array.from({ length: 50 }, (_, at) => 50 - at))).toBe(6);
    expect(calm([])).toBeNaN();
  });

  it("a budget is judged by calm rounds, however most pairs were disturbed", () => {
    const busy = [reading("proxy", 1, 60), reading("proxy", 2, 200), reading("proxy", 3, 100)];
    const found = { ...budget, ratio: 1.5, pairRatio: 2.5, isKept: true };
    expect(judgeCalm([...bare, ...busy], "bare", budget)).toEqual(found);
    const unmeasured = { ...budget, ratio: undefined, pairRatio: undefined, isKept: false };
    expect(judgeCalm(bare, "bare", budget)).toEqual(unmeasured);
  });
});

describe("report", () => {
  it("a row a contender, columns aligned", () => {
    expect(table([...bare, ...proxy], "request", "bare").split("\n")).toEqual([
      "CPU time a request",
      "  contender  calm µs  median µs  calm ×  pairs ×  reads",
      "  bare          40.0       40.0    1.00     1.00   1.00",
      "  proxy         60.0       68.0    1.50     1.50   1.00",
    ]);
  });

  it("a verdict says both figures and the bound", () => {
    expect(tell(judgeCalm([...bare, ...proxy], "bare", budget))).toBe(
      "PASS  proxy, a request: 1.50 × (pairs 1.50 ×), at most 1.6 ×",
    );
    expect(tell(judgeCalm(bare, "bare", budget))).toBe("FAIL  proxy, a request: not measured, at most 1.6 ×");
  });
});
