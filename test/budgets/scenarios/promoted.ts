// Owns what happens where a replica is promoted while its master is cut off, or frozen: who is on which side,
// and what both sides spend together. Knows no sidecar's inside.

import { setTimeout as later } from "node:timers/promises";
import { hashText } from "../../../mock/prose.ts";
import { type RedisGroup, startRedisGroup } from "../../redis-sentinel.ts";
import { Arena } from "../arena.ts";
import { type Finding, judge } from "../finding.ts";
import { allEnded, spendingOf } from "../oracle.ts";
import type { Scenario } from "../scenario.ts";
import { limitsOf, tell } from "../trial.ts";
import { runClients, script } from "../workload.ts";

const budget = { tokens: 120_000 };
const clientsPerSidecar = 32;
const msMax = 25_000;
const frozenMs = 8_000;
const downAfterMs = 2_500;

interface Failover {
  readonly name: string;
  readonly consistency: "fast" | "strict";
  readonly breaks: (group: RedisGroup) => Promise<void>;
  /** On the master's side of the cut; all others ask the sentinel. */
  readonly sidecarsCutOff: number;
}

/** Two sidecars stay with the old master, which nobody tells that it is none. */
const cutOff = { breaks: async ({ cable }: RedisGroup) => cable.cut(), sidecarsCutOff: 2 };

const freeze = {
  breaks: async ({ master }: RedisGroup) => {
    master.freeze();
    await later(frozenMs);
    master.thaw();
  },
  sidecarsCutOff: 0,
};

export const promoted: readonly Scenario[] = [
  scenarioOf("promoted-strict", "a replica promoted while its master is cut off; consistency: strict", {
    ...cutOff,
    consistency: "strict",
  }),
  scenarioOf("promoted-frozen", "a replica promoted while its master is frozen 8 s; consistency: strict", {
    ...freeze,
    consistency: "strict",
  }),
  scenarioOf("promoted-fast", "the same cut with consistency: fast, which may overspend: told, not judged", {
    ...cutOff,
    consistency: "fast",
  }),
];

function scenarioOf(name: string, what: string, failover: Omit<Failover, "name">): Scenario {
  return {
    name,
    what,
    seedsDefault: failover.consistency === "strict" ? 2 : 1,
    run: async ({ seeds, say }) => {
      const findings: Finding[] = [];
      for (const seed of seeds) {
        const finding = await runSeed({ ...failover, name }, seed);
        say(tell(finding));
        findings.push(finding);
      }
      return findings;
    },
  };
}

async function runSeed(failover: Failover, seed: number): Promise<Finding> {
  const { name, consistency, breaks, sidecarsCutOff } = failover;
  const model = `m${seed}`;
  const group = await startRedisGroup({ downAfterMs });
  const stores = [0, 1, 2, 3].map((n) => (n < sidecarsCutOff ? group.master.url : group.sentinelUrl));
  const limits = limitsOf(budget, `consistency: ${consistency}`);
  const arena = await Arena.open({ script, models: [model], limits, stores, outputTokensMax: 256 });
  try {
    const running = runClients(arena, { model, seed, clientsPerReplica: clientsPerSidecar, msMax });
    // Both sides have spent by then, and much is left; the store opens 3 s after its first process came.
    await later(3_200 + (hashText("cut", seed) % 1_500));
    const before = spendingOf(arena.provider.log, model).tokens;
    const breaking = breaks(group);
    const beganAtMs = performance.now();
    await group.promoted();
    const promotedMs = Math.round(performance.now() - beganAtMs);
    await breaking;
    const run = await running;
    const violations = (await allEnded(arena.provider.log)) ? [] : ["an answer never ended"];
    if (promotedMs < downAfterMs / 2) violations.push("a replica was promoted before the fault");
    const share = (before / budget.tokens).toFixed(2);
    return judge({
      scenario: name,
      seed,
      budget,
      bounds: { spentMax: consistency === "strict" ? 1 : Number.POSITIVE_INFINITY, usedMin: 0 },
      spending: spendingOf(arena.provider.log, model),
      run,
      violations,
      notes: `${share} spent before the fault, promoted after ${promotedMs} ms`,
    });
  } finally {
    await arena.close();
    await group.stop();
  }
}
