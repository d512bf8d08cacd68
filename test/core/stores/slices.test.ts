// Owns the proof of slices: a short outage stops nobody at once, opens nothing, and what is left goes back.
// Knows no epoch.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Counter } from "../../../core/contracts/limit.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { admitted, askOf, asLease, asShortage, calendar, life, reserve, sliding, slots } from "./counters.ts";
import { Spending } from "./spending.ts";

const commandTimeoutMs = 150;
const waitMsMax = 10_000;
const leased = { onStoreLoss: "lease" } as const;

describe.skipIf(!hasRedisServer)("slices", () => {
  let server: RedisServer;
  const opened: RedisStore[] = [];
  function open(): RedisStore {
    const onStateChange = () => {};
    const { url } = server;
    const store = new RedisStore({
      url,
      password: undefined,
      commandTimeoutMs,
      onStateChange,
      openAfterMs: 0,
    });
    opened.push(store);
    return store;
  }
  const used = async (store: RedisStore, counter: Counter) => {
    const states = await store.desk.read([counter]);
    return states === "lost" ? "lost" : states[0]?.used;
  };
  const isUsed = (store: RedisStore, counter: Counter, amount: number) =>
    vi.waitFor(async () => expect(await used(store, counter)).toBe(amount), { timeout: waitMsMax });
  const isBack = (store: RedisStore) =>
    vi.waitFor(async () => asLease(await reserve(store, life("probe", 1_000_000))), { timeout: waitMsMax });

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await isBack(open());
  });
  afterEach(async () => {
    server.thaw();
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  const makers = [
    ["sliding", sliding],
    ["calendar", calendar],
    ["life", life],
  ] as const;

  it.each(makers)(
    "%s: 2 %% are charged before, spent without the store, then it is closed",
    async (kind, make) => {
      const store = open();
      const counter = make(`spent-${kind}`, 1_000, { amount: 5, ...leased });
      asLease(await reserve(store, counter)).settle();
      await isUsed(store, counter, 5 + 20);
      server.freeze();
      expect(await admitted(store, 10, counter)).toBe(4);
      expect(asShortage(await reserve(store, counter))).toMatchObject({ index: 0, cause: "lost" });
      server.thaw();
      await isBack(store);
      // What was spent of it stays; a new one is charged beside.
      await isUsed(store, counter, 5 + 20 + 20);
      await store.close();
      await isUsed(open(), counter, 5 + 20);
    },
  );

  it("units come from it, too, and what was not used is given back with the rest", async () => {
    const store = open();
    const counter = calendar("units", 10_000, { amount: 10, perUnit: 1, ...leased });
    asLease(await store.reserve(askOf([counter], { min: 1, max: 1 }))).settle([0]);
    await isUsed(store, counter, 200);
    server.freeze();
    const lease = asLease(await store.reserve(askOf([counter], { min: 10, max: 100 })));
    expect(lease.units).toBe(100);
    expect(asLease(await lease.extend({ units: { min: 10, max: 50 } })).units).toBe(150);
    expect(asShortage(await lease.extend({ units: { min: 60, max: 60 } })).cause).toBe("lost");
    server.thaw();
    await isBack(store);
    lease.settle([70]);
    await store.close();
    await isUsed(open(), counter, 70);
  });

  it("a lease from before the outage is extended from the slice, and settled as one", async () => {
    const store = open();
    const counter = calendar("extended", 1_000, { amount: 1, perUnit: 1, ...leased });
    const lease = asLease(await store.reserve(askOf([counter], { min: 9, max: 9 })));
    await isUsed(store, counter, 10 + 20);
    server.freeze();
    expect(asLease(await lease.extend({ units: { min: 5, max: 5 } })).units).toBe(14);
    expect(asShortage(await lease.extend({ units: { min: 16, max: 16 } })).cause).toBe("lost");
    server.thaw();
    await isBack(store);
    lease.settle([13]);
    await store.close();
    await isUsed(open(), counter, 13);
  });

  it("all counters or none: one that is closed refuses for all", async () => {
    const store = open();
    const counter = calendar("with", 1_000, { amount: 5, ...leased });
    const closed = slots("closed", 5);
    asLease(await reserve(store, counter, closed)).settle();
    await isUsed(store, counter, 5 + 20);
    server.freeze();
    expect(asShortage(await reserve(store, counter, closed))).toMatchObject({ index: 1, cause: "lost" });
    expect(await admitted(store, 9, counter)).toBe(4);
  });

  it("holds what one ask takes where that is at most 5 %, else 2 %", async () => {
    const store = open();
    const large = calendar("large", 1_000, { amount: 50, ...leased });
    const larger = calendar("larger", 1_000, { amount: 51, ...leased });
    asLease(await reserve(store, large, larger)).settle([0, 0]);
    await isUsed(store, large, 50);
    await isUsed(store, larger, 20);
  });

  it("who is short of it gets it: nearly all of a budget can be spent by many processes", async () => {
    const stores = [open(), open(), open(), open()];
    const limit = 4_000;
    const spending = new Spending();
    spending.begin(stores, calendar("usable", limit, { amount: 1, perUnit: 1, ...leased }), 2);
    await vi.waitFor(() => expect(spending.refused).toBeGreaterThan(1_000), { timeout: waitMsMax });
    await spending.end();
    expect(spending.spent).toBeLessThanOrEqual(limit);
    expect(spending.spent).toBeGreaterThan(0.95 * limit);
  });

  it("three processes and outages under load: never more than the limit", async () => {
    const stores = [open(), open(), open()];
    const limit = 30_000;
    const spending = new Spending();
    spending.begin(stores, calendar("outages", limit, { amount: 1, perUnit: 1, ...leased }), 3);
    for (const share of [0.2, 0.4, 0.6]) {
      await vi.waitFor(() => expect(spending.spent).toBeGreaterThan(share * limit), { timeout: waitMsMax });
      const before = spending.lost;
      server.freeze();
      await vi.waitFor(() => expect(spending.lost).toBeGreaterThan(before + 20), { timeout: waitMsMax });
      server.thaw();
    }
    await vi.waitFor(() => expect(spending.refused).toBeGreaterThan(1_000), { timeout: waitMsMax });
    await spending.end();
    expect(spending.spent).toBeLessThanOrEqual(limit);
    expect(spending.spent).toBeGreaterThan(0.9 * limit);
  }, 60_000);
});
