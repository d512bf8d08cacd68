// Owns what many processes see of one Redis: the contract, slots of the dead, and a control that must fail.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as later } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Ask, noUnits } from "../../../core/contracts/limit.ts";
import type { Counters, Lease, Shortage, Store } from "../../../core/contracts/store.ts";
import { createStore } from "../../../core/stores/index.ts";
import { RedisStore, type RedisStoreOptions } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { provesBudgets } from "./budget-contract.ts";
import {
  admitted,
  askOf,
  asLease,
  asShortage,
  calendar,
  fixed,
  reserve,
  sliding,
  slots,
} from "./counters.ts";
import { provesDesk } from "./desk-contract.ts";
import { provesContract, stampede } from "./store-contract.ts";
import { histories, live } from "./store-model.ts";

/** Generous: what is proven here is the counting, not the waiting. */
const commandTimeoutMs = 5_000;

describe.skipIf(!hasRedisServer)("redis", () => {
  let server: RedisServer;
  let raw: Redis;
  const opened: Store[] = [];

  function open(options: Partial<RedisStoreOptions> = {}): RedisStore {
    const store = new RedisStore({
      url: server.url,
      password: undefined,
      commandTimeoutMs,
      onStateChange: () => {},
      openAfterMs: 0,
      ...options,
    });
    opened.push(store);
    return store;
  }

  beforeAll(async () => {
    server = await startRedisServer();
    raw = new Redis(server.url);
  });
  afterAll(async () => {
    raw?.disconnect();
    await server?.stop();
  });
  beforeEach(() => raw.flushall());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  describe("contract", () => {
    let clients: readonly [RedisStore, RedisStore, RedisStore];
    beforeEach(() => {
      clients = [open(), open(), open()];
    });
    provesContract(() => clients);
    const settled = () =>
      vi.waitFor(() => expect(clients.map(({ unsettled }) => unsettled)).toEqual([0, 0, 0]), { interval: 1 });
    provesBudgets({ clients: () => clients, settled });
    provesDesk({ clients: () => clients, settled });
  });

  it("any history of reserving, repeating and settling agrees with plain counts", async () => {
    const store = open();
    const settled = () => vi.waitFor(() => expect(store.unsettled).toBe(0), { interval: 1 });
    await fc.assert(
      fc.asyncProperty(histories, (history) => live(store, history, settled)),
      { numRuns: 60 },
    );
  });

  it("the same id counts once, whichever process sends it", async () => {
    const [one, other] = [open(), open()];
    const counters = [sliding("a", 5, { burst: 5 }), slots("b", 5)];
    const first = asLease(await one.reserve(askOf(counters, noUnits, "id")));
    expect(asLease(await other.reserve(askOf(counters, noUnits, "id"))).states).toEqual(first.states);
    expect(asLease(await reserve(other, ...counters)).states.map(({ remaining }) => remaining)).toEqual([
      3, 3,
    ]);
  });

  it("all keys share one hash tag and expire", async () => {
    const store = open();
    asLease(await reserve(store, sliding("a", 5), slots("b{c}", 5), fixed("d", 5)));
    const keys = (await raw.keys("*")).filter((key) => key !== "{sluice}:epoch");
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      expect(key).toMatch(/^\{sluice\}:/);
      expect(await raw.pttl(key)).toBeGreaterThan(0);
    }
  });

  it("one script call a reservation, however many counters", async () => {
    const store = open();
    asLease(await reserve(store, sliding("warm", 5)));
    await raw.config("RESETSTAT");
    asLease(await reserve(store, sliding("a", 5), sliding("b", 5), slots("c", 5)));
    const stats = await raw.info("commandstats");
    expect(stats).toContain("cmdstat_evalsha:calls=1,");
    expect(stats).not.toContain("cmdstat_eval:");
  });

  it("goes on when Redis forgets its scripts", async () => {
    const store = open();
    const counters = [sliding("a", 9), fixed("b", 9)];
    asLease(await reserve(store, ...counters));
    await raw.script("FLUSH");
    expect(asLease(await reserve(store, ...counters)).states.map(({ remaining }) => remaining)).toEqual([
      7, 7,
    ]);
  });

  it("slots that are held stay held past their life; those of a dead process come back", async () => {
    const slotLifeMs = 400;
    const [dying, living, waiting] = [open({ slotLifeMs }), open({ slotLifeMs }), open({ slotLifeMs })];
    const counter = slots("a", 2);
    asLease(await reserve(living, counter));
    asLease(await reserve(dying, counter));
    await later(3 * slotLifeMs);
    asShortage(await reserve(waiting, counter));
    await dying.close();
    await vi.waitFor(async () => asLease(await reserve(waiting, counter)), { timeout: 5_000 });
    asShortage(await reserve(waiting, counter));
  });

  it("a process that is killed: its slots come back, what it reserved stays charged", async () => {
    const slotLifeMs = 600;
    const holder = fileURLToPath(new URL("holder.ts", import.meta.url));
    const child = spawn(process.execPath, [holder, server.url, String(slotLifeMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = await once(child.stdout, "data");
    expect(String(said).trim()).toBe("lease");
    const store = open({ slotLifeMs });
    await later(2 * slotLifeMs);
    asShortage(await reserve(store, slots("held", 1)));
    child.kill("SIGKILL");
    await vi.waitFor(async () => asLease(await reserve(store, slots("held", 1))), { timeout: 5_000 });
    expect(await store.desk.read([calendar("charged", 100)])).toMatchObject([{ used: 60, remaining: 40 }]);
  });

  it("a Redis that lost everything learns of the slots still held", async () => {
    const slotLifeMs = 300;
    const store = open({ slotLifeMs });
    const lease = asLease(await reserve(store, slots("a", 1)));
    await raw.flushall();
    await vi.waitFor(async () => expect(await raw.keys("*:c:a")).toHaveLength(1), { timeout: 5_000 });
    asShortage(await reserve(store, slots("a", 1)));
    lease.settle();
    await vi.waitFor(async () => asLease(await reserve(store, slots("a", 1))));
  });

  it("2,000 leases settled in one go give every slot back and leave no timer", async () => {
    const store = open({ slotLifeMs: 300 });
    const stop = vi.spyOn(globalThis, "clearInterval");
    const counter = slots("a", 2_000);
    const leases: Lease[] = [];
    for (let n = 0; n < 2_000; n += 100) {
      const turn = await Promise.all(Array.from({ length: 100 }, () => reserve(store, counter)));
      leases.push(...turn.map(asLease));
    }
    expect(await raw.zcard("{sluice}:c:a")).toBe(2_000);
    for (const lease of leases) lease.settle();
    await vi.waitFor(async () => expect(await raw.zcard("{sluice}:c:a")).toBe(0), { timeout: 5_000 });
    await vi.waitFor(() => expect(stop).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    stop.mockRestore();
  });

  it("a password comes from the option where the URL has none", async () => {
    const locked = await startRedisServer({ password: "canary-password" });
    const states: string[] = [];
    const onStateChange = (state: string, cause: string) => states.push(`${state} ${cause}`);
    try {
      const right = createStore(locked.url, { password: "canary-password", onStateChange });
      opened.push(right);
      await vi.waitFor(async () => asLease(await reserve(right, sliding("a", 1_000))), { timeout: 5_000 });
      const wrong = createStore(locked.url, { password: "wrong", onStateChange });
      opened.push(wrong);
      expect(asShortage(await reserve(wrong, sliding("a", 1_000))).cause).toBe("lost");
      expect(states).toContain("up connected");
      await vi.waitFor(() => expect(states).toContain("down WRONGPASS"));
      expect(states.join()).not.toContain("canary");
    } finally {
      await Promise.all(opened.splice(0).map((store) => store.close()));
      await locked.stop();
    }
  });

  describe("negative control", () => {
    /** What a limiter must not be: it asks first and adds after. */
    class CheckThenAdd implements Counters {
      readonly isShared = true;
      readonly name = "check-then-add";
      readonly isUp = true;
      async reserve({ counters: [counter] }: Ask): Promise<Lease | Shortage> {
        const { key, limit } = counter ?? slots("none", 0);
        const used = Number((await raw.get(key)) ?? 0);
        const state = { used, remaining: limit - used, resetMs: 0 };
        if (used >= limit) return { kind: "shortage", index: 0, cause: "full", state };
        await raw.incr(key);
        const lease: Lease = {
          kind: "lease",
          states: [state],
          units: 0,
          extend: () => lease,
          settle: () => {},
        };
        return lease;
      }
      async close(): Promise<void> {}
    }

    it("the same stampede on a check-then-add limiter reports an overshoot", async () => {
      const clients = [new CheckThenAdd(), new CheckThenAdd(), new CheckThenAdd()];
      expect(await stampede(clients, 100, slots("control", 10))).toBeGreaterThan(10);
      expect(await admitted(clients[0] ?? new CheckThenAdd(), 20, slots("alone", 10))).toBe(10);
    });
  });
});

describe("createStore", () => {
  it("tells a bad URL without repeating it", () => {
    for (const url of ["", "redis", "http://user:canary@host", "redis://[canary"]) {
      expect(() => createStore(url)).toThrow(/^the store is memory, redis:/);
    }
    expect(createStore("memory").name).toBe("memory");
  });
});
