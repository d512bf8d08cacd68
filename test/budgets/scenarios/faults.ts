// Owns the faults a budget must survive: sidecars and Redis killed, frozen, emptied, late. Judges nothing.

import { setTimeout as later } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { type Breaks, runTrial, type Stage, type Trial } from "../trial.ts";

const frozenMs = 10_000;
/** Before the first fault. */
const callsBefore = 100;
const pollMs = 50;

const broken: Omit<Trial, "scenario" | "breaks"> = {
  sidecars: 4,
  clientsPerSidecar: 64,
  budget: { tokens: 130_000, nanoUsd: 0.7e9 },
  // What was under way in a process that died stays charged: how much is usable is told, not asked for.
  bounds: () => ({ spentMax: 1, usedMin: 0 }),
  outputTokensMax: 512,
  msMax: 45_000,
};

/** Every process dies in its turn, in the middle of its streams, and comes again. */
const killSidecars: Breaks = async (stage) => {
  const { arena, random, over } = stage;
  let kills = 0;
  await untilBusy(stage);
  while (!over.aborted) {
    await pause(stage, 150 + random() * 450);
    if (over.aborted) break;
    const replica = arena.replicas[Math.floor(random() * arena.replicas.length)];
    await replica?.program.kill();
    await replica?.program.start();
    kills += 1;
  }
  return `${kills} sidecars killed`;
};

const freezeRedis: Breaks = async (stage) => (await freeze(stage)).notes;

async function freeze(stage: Stage): Promise<{ notes: string; calls: number }> {
  await untilBusy(stage);
  await pause(stage, 500 + stage.random() * 1_500);
  const startedAt = Date.now() + 200;
  stage.redis.freeze();
  await later(frozenMs);
  const calls = callsBetween(stage, startedAt, Date.now());
  stage.redis.thaw();
  return { notes: `frozen ${frozenMs / 1_000} s, ${calls} calls sent meanwhile`, calls };
}

/** Slices keep the agents going, for as long as they last. */
const freezeUnderLease: Breaks = async (stage) => {
  const { notes, calls } = await freeze(stage);
  if (calls === 0) stage.violations.push("nobody was served from a slice");
  return notes;
};

/** `isEmpty` says only what is so afterwards: whether it is, its arguments decide. */
const restartRedis: Breaks = async (stage) => {
  let restarts = 0;
  await untilBusy(stage);
  while (!stage.over.aborted && restarts < 3) {
    await pause(stage, 700 + stage.random() * 2_000);
    await stage.redis.kill();
    await later(stage.random() * 1_500);
    await stage.redis.start();
    restarts += 1;
  }
  return `${restarts} times`;
};

const lateRedis: Breaks = async (stage) => {
  await pause(stage, 1_000 + stage.random() * 3_000);
  const before = stage.arena.provider.log.length;
  await stage.redis.start();
  return `${before} calls sent before it came`;
};

const durable = { words: ["--appendonly", "yes"] };
const leased = "onStoreLoss: lease";
/** A slice is a twentieth of the limit at most, and each process keeps one. */
const sliceShareMax = 0.05;

export const faults: readonly Scenario[] = [
  {
    name: "sidecars-killed",
    what: "sidecars killed (-9) at random and started again",
    seedsDefault: 4,
    // Large enough that each of them dies more than once.
    run: (order) => {
      const budget = { tokens: 400_000, nanoUsd: 2.1e9 };
      return runTrial({ ...broken, scenario: "sidecars-killed", breaks: killSidecars, budget }, order);
    },
  },
  {
    name: "redis-frozen",
    what: "redis-server frozen for 10 s",
    seedsDefault: 3,
    run: (order) => runTrial({ ...broken, scenario: "redis-frozen", breaks: freezeRedis }, order),
  },
  {
    name: "redis-restarted",
    what: "redis-server killed (-9) and started again with its append-only file",
    seedsDefault: 3,
    run: (order) =>
      runTrial({ ...broken, scenario: "redis-restarted", breaks: restartRedis, redis: durable }, order),
  },
  {
    name: "redis-emptied",
    what: "redis-server killed (-9) and started again empty",
    seedsDefault: 3,
    run: (order) => runTrial({ ...broken, scenario: "redis-emptied", breaks: restartRedis }, order),
  },
  {
    name: "redis-late",
    what: "no redis-server while the sidecars start",
    seedsDefault: 2,
    run: (order) => {
      const late = { isRedisLate: true, isFreshEachSeed: true } as const;
      return runTrial({ ...broken, ...late, scenario: "redis-late", breaks: lateRedis }, order);
    },
  },
  {
    name: "lease-frozen",
    what: "redis-server frozen for 10 s under onStoreLoss: lease; some are served all the same",
    seedsDefault: 2,
    // Large enough that it is not all reserved when the store goes: then nobody keeps a slice.
    run: (order) => {
      const budget = { tokens: 600_000, nanoUsd: 3.2e9 };
      const frozen = { scenario: "lease-frozen", breaks: freezeUnderLease, terms: leased, budget };
      return runTrial({ ...broken, ...frozen }, order);
    },
  },
  {
    name: "lease-emptied",
    what: "redis-server started again empty under onStoreLoss: lease; bound: 1 + the slices of 4 processes",
    seedsDefault: 2,
    run: (order) => {
      const bounds = () => ({ spentMax: 1 + broken.sidecars * sliceShareMax, usedMin: 0 });
      return runTrial(
        { ...broken, scenario: "lease-emptied", breaks: restartRedis, terms: leased, bounds },
        order,
      );
    },
  },
];

/** The store has opened, and clients are served. */
async function untilBusy(stage: Stage): Promise<void> {
  while (stage.arena.provider.log.length < callsBefore && !stage.over.aborted) await pause(stage, pollMs);
}

/** Ends at once where all clients are through. */
async function pause({ over }: Stage, ms: number): Promise<void> {
  if (over.aborted) return;
  const gone = new Promise<void>((resolve) =>
    over.addEventListener("abort", () => resolve(), { once: true }),
  );
  await Promise.race([later(ms), gone]);
}

function callsBetween({ arena }: Stage, fromMs: number, toMs: number): number {
  return arena.provider.log.filter(({ startedAt }) => startedAt >= fromMs && startedAt < toMs).length;
}
