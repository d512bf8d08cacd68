// Owns the short form of the proof that budgets hold across processes; `npm run budgets` is the long one.
// Knows no store's inside.

import { describe, expect, it } from "vitest";
import { hasRedisServer } from "../redis-server.ts";
import type { Order } from "./scenario.ts";
import { controlTrial, mustOverspend } from "./scenarios/control.ts";
import { steadyTrial } from "./scenarios/steady.ts";
import { runTrial, type Trial } from "./trial.ts";

const small = { sidecars: 2, clientsPerSidecar: 32, msMax: 40_000 } as const;
const testMsMax = 90_000;
/** An even seed's clients never hang up, so all that is charged is seen by the provider. */
const order: Order = { seeds: [2], say: () => {} };

async function violationsOf(trial: Trial): Promise<readonly string[]> {
  return (await runTrial(trial, order)).flatMap(({ violations }) => violations);
}

describe.skipIf(!hasRedisServer)("64 clients of two sidecars on one budget in Redis", () => {
  const budget = { tokens: 40_000, nanoUsd: 0.2e9 };

  it("spend at most all of it, and at least 0.95", { timeout: testMsMax }, async () => {
    expect(await violationsOf({ ...steadyTrial, ...small, budget })).toEqual([]);
  });

  it("negative control: check-then-add overspends in the same run", { timeout: testMsMax }, async () => {
    const trial = { ...controlTrial, ...small, budget: { tokens: budget.tokens } };
    const [finding] = await runTrial(trial, order);
    expect(finding && mustOverspend(finding).violations).toEqual([]);
  });
});
