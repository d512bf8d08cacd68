// Owns the proof of the outbox: bounded, refunds go before what is owed, nothing counts twice. Knows no
// store.

import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { settleScript } from "../../../core/stores/lua-settle.ts";
import { notTaken, takeScript } from "../../../core/stores/lua-take.ts";
import { RedisConnection } from "../../../core/stores/redis-connection.ts";
import { RedisOutbox, waitingMax } from "../../../core/stores/redis-outbox.ts";
import { ToldFigures } from "../../../core/stores/told-figures.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { life } from "./counters.ts";

const waitMsMax = 10_000;
const counter = life("a", 1_000_000, { windowMs: 3_600_000 });
const gauge = ["l", 1_000_000, 3_600_000, 0, 0, 0] as const;

describe.skipIf(!hasRedisServer)("the outbox", () => {
  let server: RedisServer;
  let raw: Redis;
  let connection: RedisConnection;
  let outbox: RedisOutbox;

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
    await raw.set("epoch", "one");
    const { url } = server;
    connection = new RedisConnection({
      url,
      password: undefined,
      commandTimeoutMs: 2_000,
      onStateChange: () => {},
    });
    outbox = new RedisOutbox(connection, new ToldFigures());
    await connection.attempted(performance.now() + waitMsMax);
  });
  afterEach(async () => {
    server.thaw();
    await outbox.close();
    await connection.close();
  });

  async function take(id: string, step = 0, deadlineMs = Date.now() + 60_000): Promise<readonly number[]> {
    const keys = ["epoch", `{sluice}:i:${id}`, "{sluice}:l:a"];
    const call = ["one", 0, deadlineMs, id, step, 3_600_000, 0, 0, ...gauge, 10, 0, 1, ""];
    return (await raw.eval(takeScript, keys.length, ...keys, ...call)) as number[];
  }
  async function settle(id: string, used: number): Promise<void> {
    await raw.eval(settleScript, 2, `{sluice}:i:${id}`, "{sluice}:l:a", id, 10_000, ...gauge, used);
  }
  const used = async () => Number((await take("look"))[3]) - 10;
  const push = (id: string, amount: number) =>
    outbox.push({ id, gauges: [counter], used: [amount], isOwed: amount > 10 });
  const isHeard = () => vi.waitFor(() => expect(outbox.waiting).toBe(0), { timeout: waitMsMax });

  it("scripts in any order and any number count each ask once", async () => {
    await settle("a", 0);
    expect((await take("a"))[1]).toBe(0);
    await take("a");
    await take("a", 1);
    expect((await take("a"))[1]).toBe(notTaken.gone);
    await settle("a", 15);
    await settle("a", 0);
    expect((await take("a", 2))[1]).toBe(notTaken.gone);
    expect((await take("a", 1))[1]).toBe(0);
    expect((await take("b", 1))[1]).toBe(notTaken.gone);
    expect((await take("c", 0, Date.now() - 1_000))[1]).toBe(notTaken.late);
    expect(await used()).toBe(15);
  });

  it("a record is kept for an hour, one that is settled for seconds", async () => {
    await take("a");
    expect(await raw.pttl("{sluice}:i:a")).toBeGreaterThan(3_500_000);
    push("a", 3);
    await isHeard();
    expect(await raw.pttl("{sluice}:i:a")).toBeLessThanOrEqual(10_000);
    expect(await used()).toBe(3);
  });

  it("past its bound the oldest refund stays charged, and what is owed is kept", async () => {
    for (const id of ["owed", "dropped", "kept"]) await take(id);
    server.freeze();
    push("owed", 25);
    push("dropped", 0);
    push("kept", 0);
    for (let n = 3; n <= waitingMax; n += 1) push(`none-${n}`, 0);
    expect(outbox.waiting).toBeGreaterThanOrEqual(waitingMax);
    expect(outbox.waiting).toBeLessThanOrEqual(waitingMax + 1);
    server.thaw();
    await isHeard();
    expect([25, 35]).toContain(await used());
  });
});
