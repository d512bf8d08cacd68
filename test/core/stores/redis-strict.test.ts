// Owns the proof of what replicas are for: nothing is granted that no replica knows of, and a promoted one
// lets nobody spend twice.

import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Counter } from "../../../core/contracts/limit.ts";
import type { Store } from "../../../core/contracts/store.ts";
import { createStore } from "../../../core/stores/index.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { type RedisGroup, startRedisGroup } from "../../redis-sentinel.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { asLease, asShortage, calendar, life, reserve } from "./counters.ts";
import { Spending } from "./spending.ts";

const waitMsMax = 15_000;
/** A replica has half of it; one on a busy machine needs more than the default gives. */
const commandTimeoutMs = 1_500;
const strict = { consistency: "strict" } as const;

const isOpen = (store: Store, counter: Counter) =>
  vi.waitFor(async () => asLease(await reserve(store, counter)), { timeout: waitMsMax, interval: 20 });

describe.skipIf(!hasRedisServer)("strict counters", () => {
  let server: RedisServer;
  let replica: RedisServer | undefined;
  let store: RedisStore;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    const onStateChange = () => {};
    const { url } = server;
    store = new RedisStore({
      url,
      password: undefined,
      commandTimeoutMs,
      onStateChange,
      openAfterMs: 0,
    });
    await isOpen(store, life("probe", 1_000_000));
  });
  afterEach(async () => {
    await store.close();
    await replica?.stop();
    replica = undefined;
  });
  const addReplica = async () => {
    replica = await startRedisServer({ words: ["--replicaof", "127.0.0.1", String(server.port)] });
  };

  it("without a replica: lost, at the index of the first that is strict, and given back", async () => {
    const counters = [calendar("a", 10, { amount: 4 }), calendar("b", 10, { amount: 4, ...strict })];
    for (let n = 0; n < 3; n += 1) {
      expect(asShortage(await reserve(store, ...counters))).toMatchObject({ index: 1, cause: "lost" });
    }
    await vi.waitFor(() => expect(store.unsettled).toBe(0), { timeout: waitMsMax });
    expect(await store.desk.read(counters)).toMatchObject([{ used: 0 }, { used: 0 }]);
  });

  it("without a replica: those that are not strict do not wait for them", async () => {
    const waiting = Promise.all(
      Array.from({ length: 20 }, () => reserve(store, calendar("c", 1_000, strict))),
    );
    for (let n = 0; n < 20; n += 1) asLease(await reserve(store, calendar("d", 1_000)));
    expect(new Set((await waiting).map((verdict) => asShortage(verdict).cause))).toEqual(new Set(["lost"]));
  });

  it("without a replica: what is only watched is counted all the same", async () => {
    asLease(await reserve(store, calendar("watched", 1, { role: "watched", ...strict })));
  });

  it("without a replica, open: counted here", async () => {
    const counter = calendar("e", 2, { ...strict, onStoreLoss: "open" });
    for (let n = 0; n < 2; n += 1) asLease(await reserve(store, counter));
    expect(asShortage(await reserve(store, counter)).cause).toBe("full");
  });

  it("with one: granted and extended when it knows, also when Redis forgot the script", async () => {
    await addReplica();
    const counter = calendar("f", 100, { amount: 5, ...strict });
    await isOpen(store, { ...counter, amount: 0 });
    const lease = asLease(await reserve(store, counter));
    const raw = new Redis(server.url);
    await raw.script("FLUSH");
    raw.disconnect();
    asLease(await lease.extend({ amounts: [3], units: { min: 0, max: 0 } }));
    const copy = new Redis(replica?.url ?? "");
    expect(await copy.exists("{sluice}:p:f")).toBe(1);
    copy.disconnect();
    expect(await store.desk.read([counter])).toMatchObject([{ used: 8 }]);
  });

  it("an extension that no replica knows of is not granted, and goes back with the settlement", async () => {
    await addReplica();
    const counter = calendar("g", 100, { amount: 5, ...strict });
    await isOpen(store, { ...counter, amount: 0 });
    const lease = asLease(await reserve(store, counter));
    await replica?.kill();
    expect(asShortage(await lease.extend({ amounts: [7], units: { min: 0, max: 0 } })).cause).toBe("lost");
    lease.settle();
    await vi.waitFor(async () => expect(await store.desk.read([counter])).toMatchObject([{ used: 5 }]), {
      timeout: waitMsMax,
    });
  });
});

describe.skipIf(!hasRedisServer)("a replica is promoted", () => {
  let group: RedisGroup;
  const opened: Store[] = [];
  const open = (url: string) => {
    const store = createStore(url);
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    group = await startRedisGroup();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await group?.stop();
  });

  /** One store is cut off with the old master, one follows the sentinel. */
  async function spendAcross(counter: Counter): Promise<Spending> {
    const [inside, outside] = [open(group.master.url), open(group.sentinelUrl)];
    await Promise.all([inside, outside].map((store) => isOpen(store, { ...counter, key: "probe" })));
    const spending = new Spending();
    spending.begin([inside, outside], counter, 2);
    await vi.waitFor(() => expect(spending.spent).toBeGreaterThan(0.2 * counter.limit), {
      timeout: waitMsMax,
    });
    group.cable.cut();
    await group.promoted();
    const before = spending.refused;
    await vi.waitFor(() => expect(spending.refused).toBeGreaterThan(before + 50), { timeout: 30_000 });
    await isOpen(outside, { ...counter, key: "another" });
    await spending.end();
    return spending;
  }

  it("while its master is cut off: strict counters never spend more than there is", async () => {
    const limit = 4_000;
    const { spent } = await spendAcross(calendar("a", limit, { perUnit: 1, ...strict }));
    expect(spent).toBeLessThanOrEqual(limit);
    expect(spent).toBeGreaterThan(0.8 * limit);
  }, 90_000);

  // Where all was spent before the cut, there was nothing to spend twice: tried again.
  const tries = { retry: 4, timeout: 90_000 };
  it("negative control: the same on fast counters is spent on both sides", tries, async () => {
    const limit = 4_000;
    const { spent } = await spendAcross(calendar("a", limit, { perUnit: 1 }));
    expect(spent).toBeGreaterThan(limit);
  });

  it("because its master froze: the connection leaves it, and what was used is known", async () => {
    const store = open(group.sentinelUrl);
    const counter = calendar("a", 10, { amount: 6 });
    await isOpen(store, { ...counter, amount: 0 });
    asLease(await reserve(store, counter));
    group.master.freeze();
    await group.promoted();
    await isOpen(store, { ...counter, amount: 0 });
    expect(await store.desk.read([counter])).toMatchObject([{ used: 6 }]);
    asShortage(await reserve(store, counter));
    group.master.thaw();
  }, 60_000);
});
