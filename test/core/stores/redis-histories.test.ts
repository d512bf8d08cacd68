// Owns histories of budgets lived on a real Redis whose scripts read a clock that the test sets. Knows no
// other fault than those of a history.

import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { RedisStore } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { histories } from "./budget-history.ts";
import { live } from "./budget-lives.ts";
import { asLease, reserve, slots } from "./counters.ts";

/** The very scripts, but for where they read the time. */
const { setTime } = vi.hoisted(() => ({
  setTime: <T extends object>(scripts: T): T =>
    Object.fromEntries(
      Object.entries(scripts).map(([name, value]) => [
        name,
        typeof value === "string"
          ? value.replaceAll("redis.call('TIME')", "redis.call('LRANGE', 'test:clock', 0, 1)")
          : value,
      ]),
    ) as T,
}));
vi.mock("../../../core/stores/lua-figures.ts", async (original) => setTime(await original<object>()));
vi.mock("../../../core/stores/lua-epoch.ts", async (original) => setTime(await original<object>()));

/** Days, so that no clock that is set ahead makes a step too late. */
const commandTimeoutMs = 100_000_000;

describe.skipIf(!hasRedisServer)("histories in Redis", () => {
  let server: RedisServer;
  let raw: Redis;
  let stores: readonly [RedisStore, RedisStore];

  const setClock = async (nowMs: number) => {
    await raw
      .multi()
      .del("test:clock")
      .rpush("test:clock", Math.floor(nowMs / 1000), (nowMs % 1000) * 1000)
      .exec();
  };
  const settled = () =>
    vi.waitFor(() => expect(stores.map(({ unsettled }) => unsettled)).toEqual([0, 0]), { interval: 1 });
  const open = () =>
    new RedisStore({
      url: server.url,
      password: undefined,
      commandTimeoutMs,
      onStateChange: () => {},
      openAfterMs: 0,
      slotLifeMs: 1_000_000_000,
    });

  beforeAll(async () => {
    server = await startRedisServer();
    raw = new Redis(server.url);
  });
  afterAll(async () => {
    raw?.disconnect();
    await server?.stop();
  });
  beforeEach(async () => {
    await raw.flushall();
    await setClock(1_800_000_000_000);
    stores = [open(), open()];
    // The store is open from the first clock on.
    for (const store of stores) asLease(await reserve(store, slots("first", 9)));
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
  });

  it("any history of budgets agrees with plain lists of what was taken when", async () => {
    await fc.assert(
      fc.asyncProperty(histories, (history) => live({ stores, setClock, settled }, history)),
      { numRuns: 300 },
    );
  });
});
