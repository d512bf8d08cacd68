// Owns the proof of what ledgers' stores keep: the contract, exact sums, bounds, lives, and a store that is
// away.

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ledgerKeysMax } from "../../../core/contracts/ledger.ts";
import { MemoryLedgerStore } from "../../../core/stores/memory-ledger.ts";
import { RedisLedgerStore } from "../../../core/stores/redis-ledger.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { costOf, newWriter, provesLedger, row, today } from "./ledger-contract.ts";

const dayMs = 86_400_000;

describe("in memory", () => {
  const shared = new MemoryLedgerStore(7);
  provesLedger(() => shared);

  it("keeps today and so many days before it", async () => {
    const store = new MemoryLedgerStore(2);
    for (const day of ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]) {
      store.add({ writer: newWriter(), sequence: 1, rows: [row("a", 1, "agent", day)] });
    }
    expect(store.costs("agent", "a", ["2026-11-18", "2026-11-19", "2026-11-21"])).toEqual([0n, 1n, 1n]);
  });

  it("counts keys past the bound under one name", async () => {
    const store = new MemoryLedgerStore(7);
    const rows = Array.from({ length: ledgerKeysMax + 2 }, (_, at) => row(`key-${at}`, 1, "user"));
    store.add({ writer: newWriter(), sequence: 1, rows });
    expect(store.read(today, "user").size).toBe(ledgerKeysMax + 1);
    expect(await costOf(store, "other", "user")).toBe(2n);
  });
});

describe.skipIf(!hasRedisServer)("in Redis", () => {
  let server: RedisServer;
  let raw: Redis;
  const opened: RedisLedgerStore[] = [];
  const open = (keysMax = ledgerKeysMax) => {
    const store = new RedisLedgerStore({ url: server.url, password: undefined, daysKept: 7, keysMax });
    opened.push(store);
    return store;
  };

  beforeAll(async () => {
    server = await startRedisServer();
    raw = new Redis(server.url);
  });
  afterAll(async () => {
    raw.disconnect();
    for (const store of opened) await store.close();
    await server.stop();
  });
  provesLedger(() => open());

  it("adds exactly where doubles cannot, and stays at the largest sum there is", async () => {
    const store = open();
    const most = Number.MAX_SAFE_INTEGER;
    const writer = newWriter();
    await store.add({ writer, sequence: 1, rows: [row("big", most), row("big", most), row("big", 1)] });
    expect(await costOf(store, "big")).toBe(2n * BigInt(most) + 1n);
    await raw.hset(`{sluice}:L:${today}:agent`, "$ big", (2n ** 63n - 2n).toString());
    await store.add({ writer, sequence: 2, rows: [row("big", 5), row("beside", 5)] });
    expect(await costOf(store, "big")).toBe(2n ** 63n - 1n);
    expect(await costOf(store, "beside")).toBe(5n);
  });

  it("counts keys past the bound under one name, and those it knows under theirs", async () => {
    const store = open(2);
    const day = "2026-11-01";
    const of = (key: string) => row(key, 1, "session", day);
    const writer = newWriter();
    await store.add({ writer, sequence: 1, rows: [of("a"), of("b"), of("c"), of("d"), of("other")] });
    await store.add({ writer, sequence: 2, rows: [of("a"), of("e")] });
    const totals = await store.read(day, "session");
    const costs = totals === "lost" ? [] : [...totals].map(([key, { costNanoUsd }]) => [key, costNanoUsd]);
    expect(Object.fromEntries(costs)).toEqual({ a: 2n, b: 1n, other: 4n });
  });

  it("forgets a day a day after it was to be kept", async () => {
    const store = open();
    await store.add({ writer: newWriter(), sequence: 1, rows: [row("a", 1, "team")] });
    await store.claim(today, "x");
    const keys = await raw.keys("{sluice}:L:*");
    expect(keys.length).toBeGreaterThan(2);
    for (const key of keys) {
      const leftMs = await raw.pttl(key);
      expect(leftMs).toBeGreaterThan(8 * dayMs - 60_000);
      expect(leftMs).toBeLessThanOrEqual(8 * dayMs);
    }
  });

  it("says that it is lost while it is away, and goes on after", async () => {
    const store = open();
    const batch = { writer: newWriter(), sequence: 1, rows: [row("away", 3)] };
    await server.kill();
    expect(await store.add(batch)).toBe("lost");
    expect(await store.read(today, "agent")).toBe("lost");
    expect(await store.costs("agent", "away", [today])).toBe("lost");
    expect(await store.claim(today, "away")).toBe("lost");
    await server.start();
    let said = await store.add(batch);
    while (said === "lost") said = await store.add(batch);
    expect(said).toEqual([3n]);
  });
});
