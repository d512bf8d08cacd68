// Owns what a reservation costs, beside a yardstick of the same run: round trips, CPU, latency. Tries no
// budget.

import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { Children } from "../../../bench/children.ts";
import { bareNode } from "../../../bench/contenders/index.ts";
import { Field } from "../../../bench/field.ts";
import { median } from "../../../bench/figures.ts";
import { measureMemory, measureRedis, quantile } from "../../../bench/reserve.ts";
import { workloads } from "../../../bench/workload.ts";
import { settleScript } from "../../../core/stores/lua-settle.ts";
import { takeScript } from "../../../core/stores/lua-take.ts";
import { startRedisServer } from "../../redis-server.ts";
import { Arena } from "../arena.ts";
import type { Finding } from "../finding.ts";
import type { Scenario } from "../scenario.ts";
import { runClients, script } from "../workload.ts";

const cpuRatioMax = 0.15;
const p99RatioMax = 5;
const ratePerS = 1_000;
const seconds = 10;
const proxyRounds = 5;
const callsCounted = 60;
const warmUpCalls = 5;

interface Figure {
  readonly violations: readonly string[];
  readonly notes: string;
}

export const figures: Scenario = {
  name: "figures",
  what: "a reservation is one round trip; its CPU in memory and its p99 in Redis beside their yardsticks",
  seedsDefault: 1,
  run: async ({ seeds, say }) => {
    const findings: Finding[] = [];
    for (const seed of seeds) {
      for (const measure of [countRoundTrips, compareCpu, compareLatency]) {
        const { violations, notes } = await measure(seed);
        say(`figures ${seed}: ${violations.join("; ") || "held"} (${notes})`);
        findings.push({
          scenario: "figures",
          seed,
          spentShare: undefined,
          usedShare: undefined,
          violations,
          notes,
        });
      }
    }
    return findings;
  },
};

/** Five counters an attempt, told by what Redis itself was sent. */
async function countRoundTrips(seed: number): Promise<Figure> {
  const redis = await startRedisServer();
  const window = "window: { calendar: day, zone: UTC }, by: [ model ]";
  const limits = [
    "requests: { requests: 100000, window: { sliding: 1m }, by: [ model ] }",
    `tokens: { tokens: 100000000, ${window} }`,
    `usd: { usd: 1000, ${window} }`,
    "steps: { steps: 100000, window: { life: session }, by: [ model ] }",
    "parallel: { concurrency: 100, by: [ model ] }",
  ];
  const arena = await Arena.open({ script, models: ["m"], limits, stores: [redis.url] });
  const client = new Redis(redis.url);
  const monitor = await client.monitor();
  const scripts = new Map<string, number>();
  monitor.on("monitor", (_time: string, [command = "", script = ""]: string[]) => {
    const name = command.toLowerCase() === "eval" ? shaOf(script) : script;
    scripts.set(name, (scripts.get(name) ?? 0) + 1);
  });
  try {
    const warm = { model: "m", seed, clientsPerReplica: 1, msMax: 20_000 };
    await runClients(arena, { ...warm, callsMax: warmUpCalls });
    const before = takes(scripts);
    await runClients(arena, { ...warm, callsMax: callsCounted });
    await arena.replicas[0]?.program.stop();
    const taken = takes(scripts) - before;
    const settled = scripts.get(shaOf(settleScript)) ?? 0;
    const violations =
      taken === callsCounted ? [] : [`${taken} round trips for ${callsCounted} reservations`];
    const all = `${settled} settlements of all ${callsCounted + warmUpCalls}`;
    return { violations, notes: `${taken} takes for ${callsCounted} calls on 5 limits, ${all}` };
  } finally {
    monitor.disconnect();
    client.disconnect();
    await arena.close();
    await redis.stop();
  }
}

function takes(scripts: ReadonlyMap<string, number>): number {
  return scripts.get(shaOf(takeScript)) ?? 0;
}

function shaOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

async function compareCpu(): Promise<Figure> {
  const children = new Children();
  try {
    const field = await Field.open(children);
    const proxy = await field.admit(bareNode, [workloads.request]);
    if (typeof proxy === "string") return { violations: [proxy], notes: "no yardstick" };
    const ratios: number[] = [];
    let said = "";
    await field.measure(proxy, { workload: workloads.request, answers: 60_000, round: 0 });
    for (let round = 1; round <= proxyRounds; round += 1) {
      const { cpuUs } = await field.measure(proxy, { workload: workloads.request, answers: 3_000, round });
      const reservationUs = measureMemory();
      ratios.push(reservationUs / cpuUs);
      said = `${reservationUs.toFixed(1)} µs beside ${cpuUs.toFixed(1)} µs`;
    }
    const ratio = median(ratios);
    const notes = `memory: 5 counters take ${ratio.toFixed(3)} × a bare proxy's CPU a request; last ${said}`;
    return { violations: ratio <= cpuRatioMax ? [] : [`${ratio.toFixed(3)} × of CPU`], notes };
  } finally {
    await children.stopAll();
  }
}

async function compareLatency(): Promise<Figure> {
  const redis = await startRedisServer();
  try {
    const { reservationMs, bareMs, refused } = await measureRedis(redis.url, ratePerS, seconds);
    const [own, bare] = [quantile(reservationMs, 0.99), quantile(bareMs, 0.99)];
    const ratio = own / bare;
    const violations = ratio <= p99RatioMax ? [] : [`p99 is ${ratio.toFixed(2)} × a bare EVALSHA's`];
    const count = `${refused} of ${reservationMs.length} refused at ${ratePerS} a second`;
    const notes = `redis: p99 ${own.toFixed(2)} ms beside ${bare.toFixed(2)} ms, ${ratio.toFixed(2)} ×`;
    return { violations, notes: `${notes}; ${count}` };
  } finally {
    await redis.stop();
  }
}
