// Owns the plain case: four sidecars, many streams, one budget, nothing fails. Knows no fault.

import type { Scenario } from "../scenario.ts";
import { runTrial, type Trial } from "../trial.ts";
import { habitsOfMany } from "../workload.ts";

/** The dollars are about as tight as the tokens: which are reached first depends on the seed. */
export const steadyTrial: Trial = {
  scenario: "steady",
  sidecars: 4,
  clientsPerSidecar: 64,
  budget: { tokens: 95_000, nanoUsd: 0.5e9 },
  bounds: () => ({ spentMax: 1, usedMin: 0.95 }),
  // Who hangs up is charged what nobody saw; with nobody who does, all that is used is seen.
  habits: (seed) => (seed % 2 === 0 ? { ...habitsOfMany, hangingUp: 0 } : habitsOfMany),
  msMax: 60_000,
};

export const steady: Scenario = {
  name: "steady",
  what: "4 sidecars × 64 clients on one budget of tokens and of dollars; at least 0.95 of it is usable",
  seedsDefault: 20,
  run: (order) => runTrial(steadyTrial, order),
};
