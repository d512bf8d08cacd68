// Owns the arithmetic of readings: medians, ratios round by round, verdicts. Does no I/O.

import type { Reading } from "./field.ts";

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Budget {
  readonly contender: string;
  readonly workload: string;
  /** Of the yardstick's CPU time. */
  readonly ratioMax: number;
}

/** `ratio` is undefined where the contender did not run. */
export interface Verdict extends Budget {
  readonly ratio: number | undefined;
  readonly isKept: boolean;
}

/** Also says what `judge` would have found. */
export interface CalmVerdict extends Verdict {
  readonly pairRatio: number | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** `share` from 0 to 1: the value that as large a part of all is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

export function pick(readings: readonly Reading[], contender: string, workload: string): readonly Reading[] {
  return readings.filter((reading) => reading.contender === contender && reading.workload === workload);
}

/** Each round's reading by the yardstick's of the same round: what disturbs a round disturbs both. */
export function ratios(own: readonly Reading[], yardstick: readonly Reading[]): readonly number[] {
  return own.flatMap(({ round, cpuUs }) => {
    const beside = yardstick.find((reading) => reading.round === round);
    return beside === undefined ? [] : [cpuUs / beside.cpuUs];
  });
}

export function judge(readings: readonly Reading[], yardstick: string, budget: Budget): Verdict {
  const { contender, workload, ratioMax } = budget;
  const found = ratios(pick(readings, contender, workload), pick(readings, yardstick, workload));
  const ratio = found.length === 0 ? undefined : median(found);
  return { ...budget, ratio, isKept: ratio !== undefined && ratio <= ratioMax };
}

/** What disturbs a round only adds to it: of many short rounds, a tenth was hardly disturbed. */
export function calm(values: readonly number[]): number {
  return quantile(values, 0.1);
}

/** As `judge`, by the calm rounds of both: on a busy machine most pairs are disturbed unevenly. */
export function judgeCalm(readings: readonly Reading[], yardstick: string, budget: Budget): CalmVerdict {
  const { ratio: pairRatio } = judge(readings, yardstick, budget);
  const calmUs = (contender: string): number =>
    calm(pick(readings, contender, budget.workload).map(({ cpuUs }) => cpuUs));
  const ratio = pairRatio === undefined ? undefined : calmUs(budget.contender) / calmUs(yardstick);
  return { ...budget, ratio, pairRatio, isKept: ratio !== undefined && ratio <= budget.ratioMax };
}

/** What `contender` takes beyond `without`, as a part of the yardstick's. */
export interface AddedBudget extends Budget {
  readonly without: string;
}

export interface AddedVerdict extends AddedBudget {
  readonly ratio: number;
  readonly pairRatio: number;
  readonly isKept: boolean;
}

/** As `judgeCalm`: by the calm rounds of all three; `pairRatio` is the median of what each round says. */
export function judgeAdded(
  readings: readonly Reading[],
  yardstick: string,
  budget: AddedBudget,
): AddedVerdict {
  const { contender, without, workload, ratioMax } = budget;
  const [own, beside, bare] = [contender, without, yardstick].map((name) => pick(readings, name, workload));
  const calmUs = (of: readonly Reading[] = []): number => calm(of.map(({ cpuUs }) => cpuUs));
  const ratio = (calmUs(own) - calmUs(beside)) / calmUs(bare);
  const less = byRound(beside ?? [], bare ?? []);
  const added = [...byRound(own ?? [], bare ?? [])].map(
    ([round, times]) => times - (less.get(round) ?? times),
  );
  return { ...budget, ratio, pairRatio: median(added), isKept: ratio <= ratioMax };
}

/** Round → the yardstick's times. */
function byRound(own: readonly Reading[], yardstick: readonly Reading[]): ReadonlyMap<number, number> {
  const pairs = own.flatMap((reading): [number, number][] => {
    const [times] = ratios([reading], yardstick);
    return times === undefined ? [] : [[reading.round, times]];
  });
  return new Map(pairs);
}
