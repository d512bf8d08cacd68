// Owns the proof of what stores know of things that providers keep: the contract, bounds, lives, and a store
// that is away.

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noUsage } from "../../../core/contracts/frame.ts";
import { keptLifeMs } from "../../../core/stores/kept-life.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { keptRecordsMax } from "../../../core/stores/memory-kept.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { provesKept } from "./kept-contract.ts";

describe("in memory", () => {
  const { kept } = new MemoryStore();
  provesKept(() => [kept, kept]);

  it("the one that was not asked for the longest is forgotten first", () => {
    const records = new MemoryStore().kept;
    records.claim([{ key: "old", owner: "A" }]);
    records.claim([{ key: "older", owner: "A" }]);
    records.owners(["old"]);
    for (let at = 0; at < keptRecordsMax - 1; at += 1) records.claim([{ key: `key-${at}`, owner: "B" }]);
    expect(records.owners(["old", "older"])).toEqual(["A", undefined]);
  });
});

/** Redis answers nobody for 150 ms. */
const busyScript = `
local from = redis.call('TIME')
repeat
  local now = redis.call('TIME')
until (now[1] - from[1]) * 1000 + (now[2] - from[2]) / 1000 > 150
`;

describe.skipIf(!hasRedisServer)("in Redis", () => {
  let server: RedisServer;
  let stores: readonly [RedisStore, RedisStore];
  /** Generous: what is proven here is not the waiting. */
  const open = (commandTimeoutMs = 5_000, onStateChange: (state: string) => void = () => {}) =>
    new RedisStore({ url: server.url, password: undefined, commandTimeoutMs, onStateChange });

  beforeAll(async () => {
    server = await startRedisServer();
    stores = [open(), open()];
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await server.stop();
  });
  provesKept(() => [stores[0].kept, stores[1].kept]);

  it("what is asked for lives on, what is not asked for goes", async () => {
    const raw = new Redis(server.url);
    const [{ kept }] = stores;
    await kept.claim([{ key: "life", owner: "A" }]);
    const [key] = await raw.keys("*:life");
    const leftMs = await raw.pttl(String(key));
    expect(leftMs).toBeGreaterThan(keptLifeMs - 60_000);
    await raw.pexpire(String(key), 60_000);
    expect(await kept.owners(["life"])).toEqual(["A"]);
    expect(await raw.pttl(String(key))).toBeGreaterThan(keptLifeMs - 60_000);
    await kept.charge("life", { ...noUsage, inputTokens: 1 });
    expect(await raw.pttl(String(key))).toBeGreaterThan(keptLifeMs - 60_000);
    raw.disconnect();
  });

  it("a charge whose answer came too late counts once when it is sent again", async () => {
    const raw = new Redis(server.url);
    const { kept } = stores[0];
    const states: string[] = [];
    const impatient = open(60, (state) => states.push(state));
    await impatient.kept.isReachable();
    await raw.ping();
    const busy = raw.eval(busyScript, 0);
    const before = await impatient.kept.charge("late", { ...noUsage, inputTokens: 7 });
    await busy;
    expect(states).toContain("down");
    expect(before).toEqual(noUsage);
    expect(await kept.charge("late", { ...noUsage, inputTokens: 7 })).toMatchObject({ inputTokens: 7 });
    await impatient.close();
    raw.disconnect();
  });

  it("says that it is away, to every question, and is there again after", async () => {
    const lost = open(50);
    await lost.kept.isReachable();
    await server.kill();
    await expect.poll(() => lost.kept.isReachable()).toBe(false);
    expect(await lost.kept.claim([{ key: "a", owner: "A" }])).toBe(false);
    expect(await lost.kept.owners(["a"])).toBe("lost");
    expect(await lost.kept.charge("a", noUsage)).toBe("lost");
    await server.start();
    await expect.poll(() => lost.kept.isReachable(), { timeout: 5_000 }).toBe(true);
    await lost.close();
  });
});
