// Owns what a reservation costs: in memory in CPU time, on Redis in latency beside a bare EVALSHA. Knows no
// proxy.

import { performance } from "node:perf_hooks";
import { setTimeout as later } from "node:timers/promises";
import { Command } from "commander";
import { Redis } from "ioredis";
import type { Counter, CounterWindow } from "../core/contracts/limit.ts";
import type { Store } from "../core/contracts/store.ts";
import { MemoryStore } from "../core/stores/memory.ts";
import { RedisStore } from "../core/stores/redis.ts";

const ownersCount = 100;
const dayMs = 86_400_000;
/** The store opens 3 s after its first process came. */
const openMsMax = 5_000;

interface Options {
  readonly redis?: string;
  readonly rate: string;
  readonly seconds: string;
}

export function reserveCommand(): Command {
  return new Command("reserve")
    .description("One reservation over five counters, and its settlement.")
    .option("--redis <url>", "a Redis to measure, too; keys are left in it")
    .option("--rate <count>", "reservations a second on Redis", "1000")
    .option("--seconds <count>", "how long on Redis", "10")
    .action(async ({ redis, rate, seconds }: Options) => {
      const cpuUs = measureMemory().toFixed(2);
      console.log(`memory: ${cpuUs} µs of CPU a reservation over 5 counters, settled`);
      if (redis === undefined) return;
      const { reservationMs, bareMs, refused } = await measureRedis(redis, Number(rate), Number(seconds));
      console.log(`redis: bare EVALSHA ${quantiles(bareMs)}`);
      console.log(`redis: reservation ${quantiles(reservationMs)}`);
      console.log(`redis: ${refused} of ${reservationMs.length} refused`);
    });
}

function countersOf(owner: number): readonly Counter[] {
  const start = Math.floor(Date.now() / dayMs) * dayMs;
  const startsMs = [start - dayMs, start, start + dayMs, start + 2 * dayMs] as const;
  const rules = { share: 1, role: "ceiling", onStoreLoss: "closed", consistency: "fast" } as const;
  const counter = (key: string, window: CounterWindow, perUnit: number): Counter => {
    return { key: `bench;${key}=${owner}`, limit: 1e14, amount: 1, perUnit, window, ...rules };
  };
  return [
    counter("requests", { kind: "sliding", windowMs: 60_000 }, 0),
    counter("tokens", { kind: "calendar", startsMs }, 1),
    counter("usd", { kind: "calendar", startsMs }, 10_000),
    counter("session", { kind: "life", idleMs: dayMs }, 1),
    counter("parallel", { kind: "concurrency" }, 0),
  ];
}

const asks = Array.from({ length: ownersCount }, (_, owner) => countersOf(owner));
const units = { min: 16, max: 4096 };
const used = [undefined, 100, 1_000_000, 100];
let reservations = 0;

function reserveOne(store: Store) {
  reservations += 1;
  const counters = asks[reservations % ownersCount] ?? [];
  return store.reserve({ id: `bench-${process.pid}-${reservations}`, counters, units });
}

/** Microseconds of CPU of a reservation over five counters and its settlement. */
export function measureMemory(): number {
  const store = new MemoryStore();
  const turn = (count: number) => {
    const before = process.cpuUsage();
    for (let n = 0; n < count; n += 1) {
      const lease = reserveOne(store);
      if (!(lease instanceof Promise) && lease.kind === "lease") lease.settle(used);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  };
  turn(100_000);
  return turn(300_000);
}

export interface RedisTimes {
  readonly reservationMs: readonly number[];
  readonly bareMs: readonly number[];
  readonly refused: number;
}

/** Both in the same run, in turns, so that whatever disturbs one disturbs the other. */
export async function measureRedis(url: string, rate: number, seconds: number): Promise<RedisTimes> {
  const store = new RedisStore({ url, password: undefined, onStateChange: () => {} });
  const bare = new Redis(url, { enableAutoPipelining: true });
  const sha = String(await bare.script("LOAD", "return redis.call('GET', KEYS[1])"));
  await opened(store);
  const reservationMs: number[] = [];
  const bareMs: number[] = [];
  let refused = 0;
  const timed = async (times: number[], work: () => PromiseLike<unknown>) => {
    const startMs = performance.now();
    await work();
    times.push(performance.now() - startMs);
  };
  const under: Promise<void>[] = [];
  const beginMs = performance.now();
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const waitMs = beginMs + (sent * 1000) / rate - performance.now();
    if (waitMs > 1) await later(waitMs);
    under.push(
      timed(bareMs, () => bare.evalsha(sha, 1, "{sluice}:bench")),
      timed(reservationMs, async () => {
        const verdict = await reserveOne(store);
        if (verdict.kind === "lease") verdict.settle(used);
        else refused += 1;
      }),
    );
  }
  await Promise.all(under);
  await store.close();
  bare.disconnect();
  return { reservationMs, bareMs, refused };
}

async function opened(store: Store): Promise<void> {
  const endMs = performance.now() + openMsMax;
  while (performance.now() < endMs) {
    const verdict = await reserveOne(store);
    if (verdict.kind === "lease") return verdict.settle();
    await later(50);
  }
  throw new Error("the store does not open");
}

export function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? 0;
}

function quantiles(times: readonly number[]): string {
  const at = (share: number) => quantile(times, share).toFixed(2);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, largest ${at(1)} ms of ${times.length}`;
}
