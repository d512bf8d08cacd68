// Owns what a run found and whether it held. Does no I/O.

import type { Amount, Spending } from "./oracle.ts";
import type { RunResult } from "./workload.ts";

export interface Finding {
  readonly scenario: string;
  readonly seed: number;
  /** Of the budget, by the provider's log. */
  readonly spentShare: number | undefined;
  /** The same with what was charged for streams that nobody read to the end. */
  readonly usedShare: number | undefined;
  /** Empty: it held. */
  readonly violations: readonly string[];
  readonly notes: string;
}

export interface Budget {
  readonly tokens: number;
  /** Undefined: only tokens are limited. */
  readonly nanoUsd?: number | undefined;
}

export interface Bounds {
  /** Of the budget: more is a violation. */
  readonly spentMax: number;
  /** Of the budget, streams that nobody read included: less is a violation. */
  readonly usedMin: number;
}

export interface Judged {
  readonly scenario: string;
  readonly seed: number;
  readonly budget: Budget;
  readonly bounds: Bounds;
  readonly spending: Spending;
  readonly run: RunResult;
  /** What else went wrong. */
  readonly violations?: readonly string[];
  readonly notes?: string;
}

export function judge(judged: Judged): Finding {
  const { scenario, seed, bounds, spending, run, budget, notes = "" } = judged;
  const { tokens, nanoUsd } = spending;
  const spentShare = shareOf(budget, spending);
  const usedShare = shareOf(budget, spending, spending.unseen);
  const violations = [...(judged.violations ?? [])];
  if (spentShare > bounds.spentMax) {
    violations.push(`spent ${spentShare.toFixed(4)} of the budget, more than ${bounds.spentMax}`);
  }
  if (usedShare < bounds.usedMin) {
    violations.push(`only ${usedShare.toFixed(4)} of the budget was usable, less than ${bounds.usedMin}`);
  }
  if (run.lateClients > 0 && bounds.usedMin > 0) violations.push(`${run.lateClients} clients did not end`);
  const spent = `${tokens} tokens, ${nanoUsd} nano-dollars`;
  const seconds = (run.elapsedMs / 1_000).toFixed(1);
  const told = `${spent} by ${spending.calls} calls in ${seconds} s: ${run.tallies.tell()}`;
  return { scenario, seed, spentShare, usedShare, violations, notes: notes ? `${notes}; ${told}` : told };
}

/** Of the ceiling that is nearest. */
function shareOf(budget: Budget, ...amounts: readonly Amount[]): number {
  const tokens = amounts.reduce((sum, amount) => sum + amount.tokens, 0);
  const nanoUsd = amounts.reduce((sum, amount) => sum + amount.nanoUsd, 0);
  const ofMoney = budget.nanoUsd === undefined ? 0 : nanoUsd / budget.nanoUsd;
  return Math.max(tokens / budget.tokens, ofMoney);
}
