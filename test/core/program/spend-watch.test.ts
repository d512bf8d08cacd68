// Owns the proof of when a day's spend is told as out of line: by its days before, once, over all programs.

import { describe, expect, it } from "vitest";
import type { LedgerAxis } from "../../../core/contracts/ledger.ts";
import { SpendWatch } from "../../../core/program/spend-watch.ts";
import { MemoryLedgerStore } from "../../../core/stores/memory-ledger.ts";
import type { CostAnomalyLine } from "../../../core/telemetry/log.ts";
import { newWriter, row, today } from "../stores/ledger-contract.ts";

const dollar = 1_000_000_000;
const mean = "2026-11-20";

function watching(store = new MemoryLedgerStore(7)) {
  const lines: CostAnomalyLine[] = [];
  const counted: string[] = [];
  const watch = new SpendWatch({
    store,
    log: { costAnomalous: (line) => lines.push(line) },
    metrics: { costAnomalous: (by) => counted.push(by) },
    hash: (id) => `hash of ${id}`,
  });
  const spend = (key: string, nanoUsd: number, by: LedgerAxis = "agent", day = today) => {
    const rows = [row(key, nanoUsd, by, day)];
    const costs = store.add({ writer: newWriter(), sequence: 1, rows });
    return watch.look(rows.map((each, at) => ({ ...each, costNanoUsd: costs[at] ?? 0n })));
  };
  return { store, lines, counted, spend };
}

describe("a day's spend", () => {
  it("past five times the mean of the days before is told once", async () => {
    const { lines, counted, spend } = watching();
    await spend("search", dollar, "agent", mean);
    await spend("search", 5 * dollar);
    expect(lines).toEqual([]);
    await spend("search", 1);
    await spend("search", dollar);
    expect(lines).toEqual([{ by: "agent", name: "search", day: today, cost_usd: 5.000000001, mean_usd: 1 }]);
    expect(counted).toEqual(["agent"]);
  });

  it("is compared with the days on which there was any", async () => {
    const { lines, spend } = watching();
    await spend("weekly", 10 * dollar, "agent", "2026-11-14");
    await spend("weekly", 11 * dollar);
    expect(lines).toEqual([]);
  });

  it("is not told of who is new, below a dollar, or of a session", async () => {
    const { lines, spend } = watching();
    await spend("new", 500 * dollar);
    await spend("small", dollar / 100, "agent", mean);
    await spend("small", dollar);
    await spend("session", 1, "session", mean);
    await spend("session", 100 * dollar, "session");
    expect(lines).toEqual([]);
  });

  it("of a user is told by hash", async () => {
    const { lines, spend } = watching();
    await spend("anna", dollar, "user", mean);
    await spend("anna", 6 * dollar, "user");
    expect(lines.map(({ by, name }) => [by, name])).toEqual([["user", "hash of anna"]]);
  });

  it("is told by one of the programs that share the store", async () => {
    const one = watching();
    const other = watching(one.store);
    await one.spend("search", dollar, "agent", mean);
    await one.spend("search", 6 * dollar);
    await other.spend("search", dollar);
    expect(one.lines).toHaveLength(1);
    expect(other.lines).toEqual([]);
  });
});
