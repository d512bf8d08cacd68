// Owns what is seen of a Redis that dies, hangs, forgets or was never there: an answer, in time.

import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as later } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "../../../core/contracts/store.ts";
import { createStore } from "../../../core/stores/index.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { RedisConnection } from "../../../core/stores/redis-connection.ts";
import { RedisFixedWindows } from "../../../core/stores/redis-fixed.ts";
import { freePort, hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { admitted, asLease, asShortage, calendar, fixed, life, reserve, sliding, slots } from "./counters.ts";

/** Wider than the default of 50 ms, so that a busy machine alone loses nothing. */
const commandTimeoutMs = 150;
const verdictMsMax = 1_000;
const healMsMax = 10_000;

async function inTime<T>(work: Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  const value = await work;
  expect(performance.now() - startedAtMs).toBeLessThan(verdictMsMax);
  return value;
}

const makers = [
  ["sliding", sliding],
  ["calendar", calendar],
  ["life", life],
  ["fixed", fixed],
  ["concurrency", slots],
] as const;

describe.skipIf(!hasRedisServer)("a Redis that fails", () => {
  let server: RedisServer;
  let store: Store;
  let states: string[];

  function open(): Store {
    states = [];
    const onStateChange = (state: string) => states.push(state);
    const { url } = server;
    store = new RedisStore({ url, password: undefined, commandTimeoutMs, onStateChange, openAfterMs: 0 });
    return store;
  }

  const healed = () =>
    vi.waitFor(async () => asLease(await reserve(store, sliding("probe", 1_000_000))), {
      timeout: healMsMax,
      interval: 20,
    });

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    open();
    await healed();
  });
  afterEach(async () => {
    server.thaw();
    await store.close();
    await server.kill();
    await server.start();
  });

  describe.each([
    ["killed", () => server.kill()],
    ["frozen", async () => server.freeze()],
  ] as const)("%s", (_, strike) => {
    it.each(makers)("%s, closed: refused in time as lost, and it heals", async (_kind, make) => {
      asLease(await inTime(reserve(store, make("a", 1_000_000))));
      await strike();
      for (let n = 0; n < 20; n += 1) {
        expect(asShortage(await inTime(reserve(store, make("a", 1_000_000)))).cause).toBe("lost");
      }
      expect(store.isUp).toBe(false);
      server.thaw();
      await server.kill();
      await server.start();
      await healed();
      expect(store.isUp).toBe(true);
      expect(states).toEqual(expect.arrayContaining(["up", "down"]));
      expect(states.at(-1)).toBe("up");
    });

    it.each(makers)("%s, open: counted here instead, in time", async (_kind, make) => {
      await strike();
      const counter = make("a", 3, { onStoreLoss: "open" });
      const verdicts = [];
      for (let n = 0; n < 10; n += 1) verdicts.push((await inTime(reserve(store, counter))).kind);
      expect(verdicts.filter((kind) => kind === "lease")).toHaveLength(3);
      expect(store.isUp).toBe(false);
    });

    it("open and closed together: the closed one refuses, nothing is taken from the open ones", async () => {
      await strike();
      const open = { onStoreLoss: "open" } as const;
      const openOnes = [slots("a", 1, open), fixed("b", 1, open), sliding("c", 1, open)];
      for (const closed of [sliding("x", 9), slots("y", 9), fixed("z", 9)]) {
        const verdict = asShortage(await inTime(reserve(store, ...openOnes, closed)));
        expect(verdict).toMatchObject({ index: 3, cause: "lost" });
      }
      asLease(await inTime(reserve(store, ...openOnes)));
    });

    it("what is only watched refuses nobody, whatever its setting", async () => {
      await strike();
      const watched = { role: "watched" } as const;
      for (const onStoreLoss of ["closed", "lease", "open"] as const) {
        for (const [, make] of makers) {
          const counter = make("w", 1, { ...watched, onStoreLoss, consistency: "strict" });
          for (let n = 0; n < 3; n += 1) asLease(await inTime(reserve(store, counter))).settle();
        }
      }
    });

    it("a hundred at once all get their answer in time", async () => {
      await strike();
      const counters = [fixed("a", 1_000_000), sliding("b", 1_000_000), slots("c", 1_000)];
      const verdicts = await inTime(
        Promise.all(Array.from({ length: 100 }, () => reserve(store, ...counters))),
      );
      expect(verdicts.map((verdict) => asShortage(verdict).cause)).toEqual(Array(100).fill("lost"));
    });
  });

  it("what was refused while Redis hung is not counted when it wakes", async () => {
    const counters = [sliding("a", 10), slots("b", 10), calendar("c", 10), life("d", 10)];
    asLease(await reserve(store, ...counters)).settle();
    server.freeze();
    for (let n = 0; n < 10; n += 1) asShortage(await reserve(store, ...counters));
    await later(2 * commandTimeoutMs);
    server.thaw();
    await healed();
    const { states } = asLease(await reserve(store, ...counters));
    expect(states.map(({ used }) => used)).toEqual([2, 1, 2, 2]);
  });

  it("a slot whose return was lost comes back with the connection", async () => {
    const counter = slots("a", 1);
    const lease = asLease(await reserve(store, counter));
    server.freeze();
    lease.settle();
    server.thaw();
    await vi.waitFor(async () => asLease(await reserve(store, counter)), { timeout: healMsMax });
  });

  it("with the default bounds: frozen for 10 s, every verdict is in time and none counts late", async () => {
    const patient = store;
    store = createStore(server.url);
    await healed();
    const counters = [calendar("a", 1_000_000), slots("b", 1_000_000)];
    asLease(await reserve(patient, ...counters)).settle();
    await vi.waitFor(async () => expect(await patient.desk.read(counters)).toMatchObject([{}, { used: 0 }]));
    server.freeze();
    const endMs = performance.now() + 10_000;
    let slowestMs = 0;
    while (performance.now() < endMs) {
      const startMs = performance.now();
      expect(asShortage(await inTime(reserve(store, ...counters))).cause).toBe("lost");
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
      await later(5);
    }
    console.log(`frozen for 10 s: the slowest verdict took ${slowestMs.toFixed(0)} ms`);
    expect(store.isUp).toBe(false);
    server.thaw();
    await healed();
    const counted = [{ used: 1 }, { used: 0 }];
    await vi.waitFor(async () => expect(await patient.desk.read(counters)).toMatchObject(counted), {
      timeout: healMsMax,
    });
    await patient.close();
  }, 40_000);

  it("what was settled while Redis was away is heard when it is back, once", async () => {
    const counter = calendar("a", 1_000, { amount: 100 });
    const leases = [];
    for (let n = 0; n < 5; n += 1) leases.push(asLease(await reserve(store, counter)));
    server.freeze();
    for (const lease of leases) lease.settle([30]);
    for (const lease of leases) lease.settle([0]);
    await later(3 * commandTimeoutMs);
    server.thaw();
    await vi.waitFor(async () => expect(await store.desk.read([counter])).toMatchObject([{ used: 150 }]), {
      timeout: healMsMax,
    });
  });

  it("a master that became a replica: lost, in time, until it is one again", async () => {
    const raw = new Redis(server.url);
    const counter = calendar("a", 1_000_000);
    await raw.replicaof("127.0.0.1", "1");
    await vi.waitFor(async () => expect((await inTime(reserve(store, counter))).kind).toBe("shortage"));
    await raw.replicaof("NO", "ONE");
    await vi.waitFor(async () => asLease(await reserve(store, counter)), { timeout: healMsMax });
    raw.disconnect();
  });

  it("open: a fixed window whose verdict comes too late is counted here", async () => {
    const connection = new RedisConnection({
      url: server.url,
      password: undefined,
      commandTimeoutMs,
      onStateChange: () => {},
    });
    const windows = new RedisFixedWindows(connection, "{sluice}:f", 10);
    server.freeze();
    const counter = fixed("a", 2, { onStoreLoss: "open" });
    const consume = () => windows.consume(counter, 60_000, performance.now());
    expect([await consume(), await consume(), await consume()].map(({ kind }) => kind)).toEqual([
      "consumed",
      "consumed",
      "shortage",
    ]);
    await connection.close();
  });

  it("restarted empty: goes on where it was", async () => {
    const counter = sliding("a", 3);
    expect(await admitted(store, 2, counter)).toBe(2);
    await server.kill();
    await server.start();
    await healed();
    expect(await admitted(store, 5, counter)).toBe(1);
  });

  it("says each change of state once", async () => {
    await server.kill();
    for (let n = 0; n < 10; n += 1) await reserve(store, sliding("a", 10));
    await vi.waitFor(() => expect(states).toEqual(["up", "down"]));
    await server.start();
    await healed();
    expect(states).toEqual(["up", "down", "up"]);
  });
});

describe.skipIf(!hasRedisServer)("a Redis that is not there at boot", () => {
  it("answers in time, then heals when it comes", async () => {
    const port = await freePort();
    const states: string[] = [];
    const store = createStore(`redis://127.0.0.1:${port}`, { onStateChange: (state) => states.push(state) });
    expect(store.isUp).toBe(false);
    expect(asShortage(await inTime(Promise.resolve(reserve(store, sliding("a", 10))))).cause).toBe("lost");
    asLease(await inTime(Promise.resolve(reserve(store, fixed("a", 10, { onStoreLoss: "open" })))));
    expect(states).toEqual(["down"]);
    const server = await startRedisServer({ port });
    await vi.waitFor(async () => asLease(await reserve(store, sliding("a", 10))), { timeout: healMsMax });
    // A busy machine may lose it once more.
    expect(states.slice(0, 2)).toEqual(["down", "up"]);
    expect(states.at(-1)).toBe("up");
    await store.close();
    await server.stop();
  });
});

it("a server that takes the connection and says nothing is lost in time", async () => {
  const silent = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const store = createStore(`redis://127.0.0.1:${address.port}`);
  for (let n = 0; n < 3; n += 1) {
    expect(asShortage(await inTime(reserve(store, sliding("a", 10)))).cause).toBe("lost");
  }
  await store.close();
  silent.close();
});
