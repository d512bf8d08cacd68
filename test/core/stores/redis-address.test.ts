// Owns the proof of what a store's URL may say, and of a real cluster behind one. Knows no counter's kind.

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createStore } from "../../../core/stores/index.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { parseRedisUrl } from "../../../core/stores/redis-address.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { admitted, asLease, asShortage, calendar, fixed, life, reserve, sliding, slots } from "./counters.ts";

const open = { isEncrypted: false, username: undefined, password: undefined };

describe("a URL", () => {
  it.each([
    ["redis://host", { ...open, kind: "single", endpoints: [{ host: "host", port: 6379 }], db: 0 }],
    ["redis://[::1]:1/2", { ...open, kind: "single", endpoints: [{ host: "::1", port: 1 }], db: 2 }],
    [
      "rediss://a:p%40%3As@host:1/",
      {
        isEncrypted: true,
        username: "a",
        password: "p@:s",
        kind: "single",
        endpoints: [{ host: "host", port: 1 }],
        db: 0,
      },
    ],
    [
      "redis+sentinel://:secret@a,b:2/main/3",
      {
        ...open,
        password: "secret",
        kind: "sentinel",
        endpoints: [
          { host: "a", port: 26379 },
          { host: "b", port: 2 },
        ],
        group: "main",
        db: 3,
      },
    ],
    [
      "rediss+cluster://a:1,b",
      {
        ...open,
        isEncrypted: true,
        kind: "cluster",
        endpoints: [
          { host: "a", port: 1 },
          { host: "b", port: 6379 },
        ],
      },
    ],
  ])("%s", (url, address) => {
    expect(parseRedisUrl(url)).toEqual(address);
  });

  it.each([
    "",
    "redis://",
    "redis://a,b",
    "redis://a:0",
    "redis://a:99999",
    "redis://a/x",
    "redis://a/1/2",
    "redis://a?db=1",
    "redis://%zz@a",
    "redis://[::1",
    "redis+sentinel://a",
    "redis+sentinel://a/",
    "redis+sentinel://a,/main",
    "redis+sentinel://a/main/x",
    "redis+cluster://a/1",
    "redis+other://a",
    "http://canary@a",
  ])("%s: none, and it is not repeated", (url) => {
    expect(parseRedisUrl(url)).toBeUndefined();
    expect(() => createStore(url)).toThrow(/^the store is memory, redis:/);
    expect(() => createStore(url)).not.toThrow(/canary/);
  });
});

describe.skipIf(!hasRedisServer)("a cluster", () => {
  const words = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const servers: RedisServer[] = [];
  const raws: Redis[] = [];
  const call = async (at: number, ...command: readonly [string, ...(string | number)[]]) =>
    String(await raws[at]?.call(...command));

  /** Two masters, of which the first holds the domain's slot, and a replica of that one. */
  beforeAll(async () => {
    for (let n = 0; n < 3; n += 1) servers.push(await startRedisServer({ words }));
    for (const { url } of servers) raws.push(new Redis(url).on("error", () => {}));
    const slot = Number(await call(0, "CLUSTER", "KEYSLOT", "{sluice}"));
    const half = slot < 8_192 ? [0, 8_191, 8_192, 16_383] : [8_192, 16_383, 0, 8_191];
    await call(0, "CLUSTER", "ADDSLOTSRANGE", half[0] ?? 0, half[1] ?? 0);
    await call(1, "CLUSTER", "ADDSLOTSRANGE", half[2] ?? 0, half[3] ?? 0);
    for (const at of [0, 1, 2]) await call(at, "CLUSTER", "SET-CONFIG-EPOCH", at + 1);
    for (const at of [1, 2]) await call(0, "CLUSTER", "MEET", "127.0.0.1", servers[at]?.port ?? 0);
    const owner = await call(0, "CLUSTER", "MYID");
    const settle = { timeout: 20_000, interval: 100 };
    await vi.waitFor(async () => {
      for (const at of [0, 1, 2]) expect(await call(at, "CLUSTER", "INFO")).toMatch(/known_nodes:3/);
      expect(await call(2, "CLUSTER", "REPLICATE", owner)).toBe("OK");
    }, settle);
    await vi.waitFor(async () => {
      for (const at of [0, 1, 2]) expect(await call(at, "CLUSTER", "INFO")).toMatch(/cluster_state:ok/);
      expect(await call(2, "INFO", "replication")).toMatch(/master_link_status:up/);
    }, settle);
  }, 60_000);
  afterAll(async () => {
    for (const raw of raws) raw.disconnect();
    for (const server of servers) await server.stop();
  });

  it("counts everything of a domain on one node, strictly, too, and goes on with its replica", async () => {
    const url = `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join()}`;
    const onStateChange = () => {};
    const options = { url, password: undefined, commandTimeoutMs: 250, onStateChange, openAfterMs: 0 };
    const store = new RedisStore(options);
    const heals = { timeout: 20_000, interval: 50 };
    const counters = [calendar("a", 3), sliding("b", 9), slots("c", 9), fixed("d", 9)];
    await vi.waitFor(async () => asLease(await reserve(store, ...counters)), heals);
    expect(await admitted(store, 5, calendar("a", 3))).toBe(2);
    const strict = calendar("e", 4, { consistency: "strict" });
    await vi.waitFor(async () => asLease(await reserve(store, strict)), heals);
    const listed = await store.desk.list("", 10);
    expect(listed === "lost" ? [] : listed.map(({ key }) => key).toSorted()).toEqual(["a", "b", "c", "e"]);
    expect(await raws[1]?.dbsize()).toBe(0);

    // Two masters are no majority to promote it by themselves.
    await servers[0]?.kill();
    await call(2, "CLUSTER", "FAILOVER", "TAKEOVER");
    await vi.waitFor(async () => asLease(await reserve(store, life("f", 1_000))), heals);
    asShortage(await reserve(store, calendar("a", 3)));
    expect(asShortage(await reserve(store, strict)).cause).toBe("lost");
    await store.close();
  }, 60_000);
});
