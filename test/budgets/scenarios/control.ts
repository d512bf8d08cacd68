// Owns the negative control: the same run on a limiter that checks and then adds must overspend, or the
// harness proves nothing. Knows no sidecar.

import type { Finding } from "../finding.ts";
import type { Scenario } from "../scenario.ts";
import { runTrial, type Trial } from "../trial.ts";
import { steadyTrial } from "./steady.ts";

export const controlTrial: Trial = {
  ...steadyTrial,
  scenario: "control",
  kind: "check-then-add",
  // It counts tokens only.
  budget: { tokens: steadyTrial.budget.tokens },
  bounds: () => ({ spentMax: Number.POSITIVE_INFINITY, usedMin: 0 }),
};

/** It holds where it overspends. */
export function mustOverspend(finding: Finding): Finding {
  const { spentShare = 0, violations } = finding;
  if (spentShare > 1) return finding;
  const blind = `the control spent ${spentShare.toFixed(4)}: the harness sees no overspend`;
  return { ...finding, violations: [...violations, blind] };
}

export const control: Scenario = {
  name: "control",
  what: "negative control: check-then-add under the same load must spend more than its budget",
  seedsDefault: 3,
  run: async (order) => (await runTrial(controlTrial, order)).map(mustOverspend),
};
