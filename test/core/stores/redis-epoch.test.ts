// Owns the proof that a Redis which forgot everything lets nobody spend twice. Knows no replica.

import { setTimeout as later } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Counter } from "../../../core/contracts/limit.ts";
import type { Counters } from "../../../core/contracts/store.ts";
import { RedisStore, type RedisStoreOptions } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { asLease, asShortage, calendar, life, reserve, sliding, slots } from "./counters.ts";
import { Spending } from "./spending.ts";

/** Wide enough for a busy machine. */
const commandTimeoutMs = 500;
/** Longer than it takes every process to look once, which they do each second. */
const openAfterMs = 1_700;
const waitMsMax = 15_000;

const makers = [
  [
    "sliding",
    (key: string, limit: number, extra: Partial<Counter>) =>
      sliding(key, limit, { ...extra, windowMs: 3_600_000 }),
  ],
  ["calendar", calendar],
  ["life", life],
] as const;

describe.skipIf(!hasRedisServer)("a Redis that forgets", () => {
  let server: RedisServer;
  let raw: Redis;
  const opened: RedisStore[] = [];

  function open(options: Partial<RedisStoreOptions> = {}): RedisStore {
    const store = new RedisStore({
      url: server.url,
      password: undefined,
      commandTimeoutMs,
      onStateChange: () => {},
      openAfterMs,
      ...options,
    });
    opened.push(store);
    return store;
  }
  const isOpen = (store: Counters) =>
    vi.waitFor(async () => asLease(await reserve(store, life("probe", 1_000_000))), {
      timeout: waitMsMax,
      interval: 20,
    });

  beforeAll(async () => {
    server = await startRedisServer();
    raw = new Redis(server.url, { retryStrategy: () => 50 });
    raw.on("error", () => {});
  });
  afterAll(async () => {
    raw?.disconnect();
    await server?.stop();
  });
  beforeEach(() => raw.flushall());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  it("an empty one counts no budget for a time, but slots; a second process joins at once", async () => {
    const first = open();
    const startMs = performance.now();
    asLease(await reserve(first, slots("a", 1)));
    for (const [, make] of makers) {
      expect(asShortage(await reserve(first, make("a", 9, {}))).cause).toBe("lost");
    }
    await isOpen(first);
    expect(performance.now() - startMs).toBeGreaterThan(openAfterMs - 100);
    asLease(await reserve(open(), calendar("a", 9)));
  });

  it.each(makers)(
    "%s: what was used before is known again, also where its process draws no more",
    async (_, make) => {
      const idle = open();
      await isOpen(idle);
      const counter = make("a", 10, { amount: 6 });
      asLease(await reserve(idle, counter));
      await raw.flushall();
      const joining = open();
      await isOpen(joining);
      expect(await joining.desk.read([counter])).toMatchObject([{ used: 6 }]);
      asShortage(await reserve(joining, counter));
      asLease(await reserve(joining, { ...counter, amount: 4 }));
    },
  );

  it("what was given back is told, too; what is settled after counts nothing", async () => {
    const store = open();
    await isOpen(store);
    const counter = calendar("a", 100, { amount: 40 });
    const leases = [asLease(await reserve(store, counter)), asLease(await reserve(store, counter))];
    leases[0]?.settle([10]);
    await vi.waitFor(() => expect(store.unsettled).toBe(0));
    await raw.flushall();
    await isOpen(store);
    expect(await store.desk.read([counter])).toMatchObject([{ used: 50 }]);
    leases[1]?.settle([0]);
    await vi.waitFor(() => expect(store.unsettled).toBe(0));
    expect(await store.desk.read([counter])).toMatchObject([{ used: 50 }]);
  });

  it("slots that are held are held again at once", async () => {
    const store = open();
    await isOpen(store);
    asLease(await reserve(store, slots("a", 1)));
    await raw.flushall();
    await vi.waitFor(async () => expect(await raw.zcard("{sluice}:c:a")).toBe(1), { timeout: waitMsMax });
    asShortage(await reserve(open(), slots("a", 1)));
  });

  const strikes = [
    ["FLUSHALL", () => raw.flushall()],
    [
      "killed, restarted empty",
      async () => {
        await server.kill();
        await server.start();
      },
    ],
  ] as const;

  it.each(strikes)(
    "%s, twice, under the load of three processes: never more than the limit",
    async (_, strike) => {
      const stores = [open(), open(), open()];
      await Promise.all(stores.map(isOpen));
      const limit = 6_000;
      const spending = new Spending();
      spending.begin(stores, calendar("load", limit, { amount: 1, perUnit: 1 }), 2);
      for (const share of [0.2, 0.6]) {
        await vi.waitFor(() => expect(spending.spent).toBeGreaterThan(share * limit), { timeout: waitMsMax });
        await strike();
        await later(50);
      }
      await vi.waitFor(() => expect(spending.refused).toBeGreaterThan(100), { timeout: waitMsMax });
      await spending.end();
      expect(spending.spent).toBeLessThanOrEqual(limit);
      expect(spending.spent).toBeGreaterThan(0.9 * limit);
      expect(spending.lost).toBeGreaterThan(0);
    },
    60_000,
  );

  it("negative control: a counter that is merely atomic overspends when it is flushed", async () => {
    const limit = 2_000;
    const merely: Counters = {
      name: "merely-atomic",
      isUp: true,
      isShared: true,
      reserve: async ({ counters: [counter] }) => {
        const amount = (counter?.amount ?? 0) + (counter?.perUnit ?? 0);
        const used = await raw.incrby("control", amount);
        const state = { used, remaining: Math.max(limit - used, 0), resetMs: 0 };
        if (used <= limit) {
          return {
            kind: "lease",
            states: [state],
            units: 1,
            extend: () => Promise.reject(),
            settle: () => {},
          };
        }
        await raw.decrby("control", amount);
        return { kind: "shortage", index: 0, cause: "full", state };
      },
      close: async () => {},
    };
    const spending = new Spending();
    spending.begin([merely, merely, merely], calendar("control", limit, { amount: 1, perUnit: 1 }), 2);
    await vi.waitFor(() => expect(spending.spent).toBeGreaterThan(0.5 * limit), { timeout: waitMsMax });
    await raw.flushall();
    await vi.waitFor(() => expect(spending.refused).toBeGreaterThan(100), { timeout: waitMsMax });
    await spending.end();
    expect(spending.spent).toBeGreaterThan(limit);
  });
});
