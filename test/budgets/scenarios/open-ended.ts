// Owns what happens where many streams ask for no maximum at the same moment: each gets its turn. Knows no
// fault.

import { startRedisServer } from "../../redis-server.ts";
import { Arena } from "../arena.ts";
import { type Finding, judge } from "../finding.ts";
import { allEnded, spendingOf, toldMax } from "../oracle.ts";
import type { Scenario } from "../scenario.ts";
import { draws, runClients, script } from "../workload.ts";

const sidecars = 4;
const clientsPerSidecar = 64;
const budgetTokens = 60_000;
/** What one stream may get of what is left: of a budget of many, an eighth; of a session's, a half. */
const windows = [
  { window: "{ calendar: month, zone: UTC }", shareMax: 1 / 8 },
  { window: "{ life: session }", shareMax: 1 / 2 },
] as const;
const noMax = { withoutMax: 1, hangingUp: 0, streamed: 1 };

export const openEnded: Scenario = {
  name: "open-ended",
  what: "256 streams that ask for no maximum share a budget: all complete, the first gets a bounded share",
  seedsDefault: 2,
  run: async ({ seeds, say }) => {
    const findings: Finding[] = [];
    for (const seed of seeds) {
      const finding = await runSeed(seed);
      say(`open-ended ${seed}: ${finding.violations.join("; ") || "held"} (${finding.notes})`);
      findings.push(finding);
    }
    return findings;
  },
};

export async function runSeed(seed: number): Promise<Finding> {
  const { window, shareMax } = windows[seed % windows.length] ?? windows[0];
  const redis = await startRedisServer();
  const model = `m${seed}`;
  const limits = [`all: { tokens: ${budgetTokens}, window: ${window}, by: [ model ] }`];
  const stores = Array.from({ length: sidecars }, () => redis.url);
  const arena = await Arena.open({ script, models: [model], limits, stores });
  try {
    const next = draws(model, noMax);
    const options = { model, seed, clientsPerReplica: clientsPerSidecar, msMax: 60_000, next, callsMax: 1 };
    const run = await runClients(arena, options);
    const haveEnded = await allEnded(arena.provider.log);
    const told = arena.provider.log.map(({ body }) => toldMax(body));
    const first = told[0] ?? 0;
    const violations = haveEnded ? [] : ["an answer never ended"];
    const missing = sidecars * clientsPerSidecar - run.tallies.answered;
    if (missing > 0) violations.push(`${missing} streams did not complete`);
    if (first > budgetTokens * shareMax) violations.push(`the first was told ${first}: more than its share`);
    if (told.includes(0)) violations.push("a provider was told no maximum");
    return judge({
      scenario: "open-ended",
      seed,
      budget: { tokens: budgetTokens },
      bounds: { spentMax: 1, usedMin: 0 },
      spending: spendingOf(arena.provider.log, model),
      run,
      violations,
      notes: `first told ${first}, all ${spread(told)} tokens; waits ${spread(run.tallies.waitsMs)} ms`,
    });
  } finally {
    await arena.close();
    await redis.stop();
  }
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return `${at(0)} … ${at(0.5)} … ${at(1)}`;
}
