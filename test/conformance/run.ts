// Owns one conformance run: every exchange through every check, counted by dialect. Prints nothing.

import { type CheckName, checkNames, checks, type Heard, type Subject } from "./checks.ts";
import { type Coverage, coverageOf, type Replace } from "./coverage.ts";
import type { Exchange } from "./exchange.ts";

export interface Failure {
  readonly exchange: string;
  readonly check: CheckName;
  readonly problem: string;
}

export interface DialectResult {
  readonly dialect: string;
  exchanges: number;
  passed: number;
  readonly failures: Failure[];
  /** How often each check was made. */
  readonly made: Record<CheckName, number>;
}

export interface NotRead {
  readonly exchange: string;
  readonly reason: string;
}

export interface RunResult {
  readonly exchanges: number;
  readonly dialects: readonly DialectResult[];
  /** By the route tables, by name. */
  readonly refused: readonly NotRead[];
  readonly uncovered: readonly NotRead[];
  readonly heard: Heard;
}

export interface RunOptions {
  readonly exchanges: Iterable<Exchange>;
  /** This dialect alone. */
  readonly dialect?: string | undefined;
  readonly replace?: Replace;
  readonly onExchange?: (count: number) => void;
}

export function runChecks({
  exchanges,
  dialect: only,
  replace = (same) => same,
  onExchange,
}: RunOptions): RunResult {
  const dialects = new Map<string, DialectResult>();
  const [refused, uncovered]: [NotRead[], NotRead[]] = [[], []];
  const heard: Heard = new Map();
  let count = 0;
  for (const exchange of exchanges) {
    const coverage = coverageOf(exchange, replace);
    if (only !== undefined && !("dialect" in coverage && coverage.dialect.name === only)) continue;
    count += 1;
    onExchange?.(count);
    if ("dialect" in coverage) {
      const { name } = coverage.dialect;
      const result = dialects.get(name) ?? emptyResult(name);
      dialects.set(name, result);
      add(result, { exchange, ...coverage }, heard);
    } else
      notRead(coverage, { refused, uncovered }).push({ exchange: exchange.name, reason: coverage.reason });
  }
  const sorted = [...dialects.values()].toSorted((a, b) => (a.dialect < b.dialect ? -1 : 1));
  return { exchanges: count, dialects: sorted, refused, uncovered, heard };
}

function notRead(
  { kind }: Exclude<Coverage, { readonly dialect: unknown }>,
  lists: Readonly<Record<"refused" | "uncovered", NotRead[]>>,
): NotRead[] {
  return lists[kind];
}

function emptyResult(dialect: string): DialectResult {
  const made = Object.fromEntries(checkNames.map((name) => [name, 0])) as Record<CheckName, number>;
  return { dialect, exchanges: 0, passed: 0, failures: [], made };
}

function add(result: DialectResult, subject: Subject, heard: Heard): void {
  const problems = checkNames.flatMap((name): readonly Failure[] => {
    const check = checks[name](subject, heard);
    if (check === undefined) return [];
    result.made[name] += 1;
    const problem = problemOf(check);
    return problem === undefined ? [] : [{ exchange: subject.exchange.name, check: name, problem }];
  });
  result.exchanges += 1;
  if (problems.length === 0) result.passed += 1;
  result.failures.push(...problems);
}

export function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
