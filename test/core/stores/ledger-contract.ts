// Owns what every ledger's store is held to. Knows no store.

import { expect, it } from "vitest";
import type { LedgerAxis, LedgerRow, LedgerStore } from "../../../core/contracts/ledger.ts";
import { noTotal } from "../../../core/stores/ledger-book.ts";

export const today = "2026-11-21";
let writers = 0;
export const newWriter = (): string => `writer-${++writers}`;

export function row(key: string, costNanoUsd: number, by: LedgerAxis = "agent", day = today): LedgerRow {
  const total = { ...noTotal, calls: 1, inputTokens: 10, outputTokens: 3, costNanoUsd };
  return { day, by, key, total };
}

export async function costOf(store: LedgerStore, key: string, by: LedgerAxis = "agent", day = today) {
  const totals = await store.read(day, by);
  return totals === "lost" ? totals : totals.get(key)?.costNanoUsd;
}

/** Each call of `make` says another place to look at the same books. */
export function provesLedger(make: () => LedgerStore): void {
  it("adds up over writers, and says what a key has cost by then", async () => {
    const [one, two] = [make(), make()];
    expect(await one.add({ writer: newWriter(), sequence: 1, rows: [row("sum", 5), row("b", 1)] })).toEqual([
      5n,
      1n,
    ]);
    expect(await two.add({ writer: newWriter(), sequence: 1, rows: [row("sum", 7)] })).toEqual([12n]);
    const totals = await one.read(today, "agent");
    expect(totals === "lost" ? totals : totals.get("sum")).toEqual({
      calls: 2n,
      inputTokens: 20n,
      cachedInputTokens: 0n,
      outputTokens: 6n,
      costNanoUsd: 12n,
      unpricedCalls: 0n,
      estimatedCalls: 0n,
    });
  });

  it("adds a batch once, however often it comes", async () => {
    const store = make();
    const writer = newWriter();
    const batch = { writer, sequence: 1, rows: [row("once", 5)] };
    await store.add(batch);
    expect(await store.add(batch)).toEqual([]);
    await store.add({ writer, sequence: 2, rows: [row("once", 5)] });
    expect(await store.add(batch)).toEqual([]);
    expect(await costOf(store, "once")).toBe(10n);
  });

  it("keeps days, axes and odd keys apart", async () => {
    const store = make();
    const odd = ["__proto__", "a b", "n a", "{x}:y", "é\u0000"];
    const rows = odd.flatMap((key, at) => [
      row(key, at + 1, "user"),
      row(key, at + 10, "user", "2026-11-20"),
    ]);
    await store.add({ writer: newWriter(), sequence: 1, rows });
    for (const [at, key] of odd.entries()) {
      expect(await costOf(store, key, "user")).toBe(BigInt(at + 1));
      expect(await costOf(store, key, "task")).toBeUndefined();
      expect(await store.costs("user", key, ["2026-11-19", "2026-11-20"])).toEqual([0n, BigInt(at + 10)]);
    }
  });

  it("gives a claim to the first, once a day", async () => {
    const [one, two] = [make(), make()];
    expect(await one.claim(today, "agent search")).toBe(true);
    expect(await two.claim(today, "agent search")).toBe(false);
    expect(await two.claim("2026-11-22", "agent search")).toBe(true);
  });
}
