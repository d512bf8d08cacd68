// Owns what a conformance run comes to: whether all that is demanded holds. Prints nothing.

import type { PairReport } from "../core/translation/report.ts";
import type { ErrorFinding } from "./observed-errors.ts";
import type { RunResult } from "./run.ts";

/** Of prices/usages.json. */
export interface Figures {
  readonly extracted: number;
  readonly extractable: number;
  readonly pricesRight: number;
  readonly priced: number;
  readonly problems: readonly string[];
}

export interface Conformance {
  readonly run: RunResult;
  /** Undefined where ../shared/data is not used. */
  readonly usage: Figures | undefined;
  readonly errors: readonly ErrorFinding[];
  readonly trips: readonly PairReport[];
}

/** Exchanges that are neither checked nor refused by name, at most. */
const uncoveredPercentMax = 2;

/** What does not hold; empty: all does. */
export function shortcomings({ run, usage, errors, trips }: Conformance): readonly string[] {
  const failed = run.dialects.reduce((all, { exchanges, passed }) => all + exchanges - passed, 0);
  const wrongErrors = errors.filter(({ problem }) => problem !== undefined).length;
  const faults = trips.reduce((all, report) => all + report.faults.size, 0);
  const isBeyond = run.uncovered.length * 100 > uncoveredPercentMax * run.exchanges;
  return [
    ...(run.exchanges === 0 ? ["no exchange was found"] : []),
    ...(failed > 0 ? [`${failed} exchanges fail`] : []),
    ...(isBeyond ? [`more than ${uncoveredPercentMax} % of the exchanges are not covered`] : []),
    ...(wrongErrors > 0 ? [`${wrongErrors} observed errors are not what they mean`] : []),
    ...(usage !== undefined && usage.problems.length > 0
      ? ["usage or prices of prices/usages.json differ"]
      : []),
    ...(faults > 0 ? [`${faults} losses of round trips that nothing explains`] : []),
  ];
}
