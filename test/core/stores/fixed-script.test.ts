// Owns the proof of the script for fixed windows at a clock the test sets. Knows no store.

import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fixedWindowScript } from "../../../core/stores/redis-scripts.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";

const limit = 5;
const windowMs = 1_000;

describe.skipIf(!hasRedisServer)("fixed windows in Redis", () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedisServer();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.stop();
  });
  beforeEach(() => client.flushall());

  const script = fixedWindowScript.replace(
    "redis.call('TIME')",
    "{ redis.call('GET', 'seconds'), redis.call('GET', 'micros') }",
  );

  /** Says what is used, by the script's answer. */
  async function run(nowMs: number, amount: number, countedAtMs = 0): Promise<unknown> {
    await client.mset("seconds", Math.floor(nowMs / 1000), "micros", (nowMs % 1000) * 1000);
    const [used, clock] = (await client.eval(
      script,
      1,
      "window",
      amount,
      countedAtMs,
      limit,
      windowMs,
    )) as number[];
    expect(clock).toBe(nowMs);
    return used;
  }

  it("counts within a window of the clock and starts anew in the next", async () => {
    expect(await run(10_000, 3)).toBe(3);
    expect(await run(10_999, 2)).toBe(5);
    expect(await run(11_000, 1)).toBe(1);
  });

  it("says what is refused and does not count it", async () => {
    expect(await run(10_000, 4)).toBe(4);
    expect(await run(10_001, 3)).toBe(7);
    expect(await run(10_002, 1)).toBe(5);
  });

  it("takes back into the window it came from, and into no other", async () => {
    expect(await run(10_900, 2)).toBe(2);
    expect(await run(10_950, -1, 10_900)).toBe(1);
    expect(await run(11_000, -1, 10_900)).toBe(0);
    expect(await run(11_100, 3)).toBe(3);
    expect(await run(11_200, -2, 10_900)).toBe(3);
    expect(await run(11_300, -2, 11_100)).toBe(1);
  });

  it("a clock that goes back opens no new window", async () => {
    expect(await run(11_000, 5)).toBe(5);
    expect(await run(10_500, 1)).toBe(6);
    expect(await run(11_500, 1)).toBe(6);
  });
});
