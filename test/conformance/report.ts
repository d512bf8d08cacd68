// Owns how a conformance run is told to a person, section by section. Checks nothing.

import { hub } from "../core/translation/hub.ts";
import { type PairReport, printPair } from "../core/translation/report.ts";
import { checkNames } from "./checks.ts";
import { type Loss, lossesOf, sum, type Way } from "./hub-matrix.ts";
import type { ErrorFinding } from "./observed-errors.ts";
import type { NotRead, RunResult } from "./run.ts";
import { silenceOf } from "./silence.ts";
import { percent, table } from "./tables.ts";
import type { Figures } from "./verdict.ts";

export type Detail = "brief" | "verbose";

export function tellRun({ dialects, exchanges, refused, uncovered }: RunResult, detail: Detail): string {
  const rows = dialects.map(({ dialect, exchanges, passed, made }) => {
    const figures = checkNames.map((name) => made[name]);
    return [dialect, exchanges, passed, exchanges - passed, ...figures];
  });
  const sums =
    rows[0]?.slice(1).map((_, at) => rows.reduce((all, row) => all + Number(row[at + 1]), 0)) ?? [];
  const heads = ["dialect", "exchanges", "pass", "fail", ...checkNames];
  const failures = dialects.flatMap(({ failures }) => failures);
  return [
    table([heads, ...rows, ["all that are covered", ...sums]]),
    `\nrefused by name: ${refused.length} of ${exchanges} (${percent(refused.length, exchanges)})`,
    tellNotRead(refused, detail),
    `\nnot covered: ${uncovered.length} of ${exchanges} (${percent(uncovered.length, exchanges)})`,
    tellNotRead(uncovered, "verbose"),
    `\nrefused or not covered: ${percent(refused.length + uncovered.length, exchanges)}`,
    `failures: ${failures.length}`,
    ...failures.map(
      ({ exchange, check, problem }) => `  ${exchange}, ${check}: ${problem.replaceAll("\n", "\n    ")}`,
    ),
  ].join("\n");
}

function tellNotRead(list: readonly NotRead[], detail: Detail): string {
  const groups = [...Map.groupBy(list, ({ reason }) => reason)];
  return groups
    .map(([reason, all]) => {
      const names = detail === "verbose" ? all.map(({ exchange }) => `\n      ${exchange}`).join("") : "";
      return `  ${String(all.length).padStart(4)} × ${reason}${names}`;
    })
    .join("\n");
}

export function tellEvents({ heard }: RunResult, detail: Detail): string {
  const kinds = [...heard].map(([key, counts]) => {
    const at = key.indexOf(" ");
    return { dialect: key.slice(0, at), type: key.slice(at + 1), ...counts };
  });
  const sections = [...Map.groupBy(kinds, ({ dialect }) => dialect)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = sections.flatMap(([dialect, own]) => {
    const shown = own.filter(({ count, heard }) => detail === "verbose" || heard < count);
    const rows = shown
      .toSorted((a, b) => (a.type < b.type ? -1 : 1))
      .map(({ type, count, heard }) => {
        const reason = heard === count ? "" : (silenceOf(dialect, type)?.reason ?? "NOBODY SAYS WHY");
        return `    ${type}: ${count} seen, ${heard} heard${reason && ` (${reason})`}`;
      });
    const heardKinds = own.filter(({ heard }) => heard > 0).length;
    return [`  ${dialect}: ${own.length} kinds of events, ${heardKinds} heard`, ...rows];
  });
  return ["events, and those that say nothing with the reason:", ...lines].join("\n");
}

export function tellErrors(findings: readonly ErrorFinding[]): string {
  const rows = findings.map(({ id, phase, came, problem }) => [
    id,
    `  ${phase}`.padEnd(26),
    `  ${came}`.padEnd(70),
    problem ?? "ok",
  ]);
  return ["errors that others observed, and what they come to:", table(rows, "  ")].join("\n");
}

export function tellUsage({ extracted, extractable, priced, pricesRight, problems }: Figures): string {
  return [
    `prices/usages.json: ${extracted} of ${extractable} extracted, ${pricesRight} of ${priced} prices exact`,
    ...problems.map((problem) => `  ${problem}`),
  ].join("\n");
}

export function tellHub(reports: readonly PairReport[], detail: Detail): string {
  if (detail === "verbose") return reports.map(printPair).join("\n");
  return [
    tellMatrix(reports, "requests"),
    tellMatrix(reports, "answers"),
    tellLosses("lost for want of a word, there or on the way back, and where", lossesOf(reports, "lost")),
    tellLosses("fields that cannot be asked for, and where", lossesOf(reports, "uncarried")),
    tellLosses("never sent, and of which dialect", lossesOf(reports, "unread")),
    ...reports.flatMap(({ from, to, what, faults }) =>
      [...faults].map(([place, name]) => `FAULT: ${what} ${from} → ${to} → ${from}: ${place} (${name})`),
    ),
  ].join("\n\n");
}

function tellLosses(title: string, losses: readonly Loss[]): string {
  const lines = losses.map(({ why, count, dialects }) => {
    const where = dialects.size === hub.length ? "any" : [...dialects].join(", ");
    return `  ${String(count).padStart(5)} × ${why} (${where})`;
  });
  return [`${title}:`, ...lines].join("\n");
}

/** Each cell: kept whole, of those the other vendor can be asked or told. */
function tellMatrix(all: readonly PairReport[], what: Way): string {
  const reports = all.filter((report) => report.what === what);
  const names = [...new Set(reports.map(({ to }) => to))];
  const rows = [...Map.groupBy(reports, ({ from }) => from)].map(([from, own]) => [
    `${from} (${own[0]?.count ?? 0})`,
    ...names.map((name) => {
      const report = own.find(({ to }) => to === name);
      return report === undefined ? "" : `${report.kept}+${report.changed} ${sum(report.uncarried)}`;
    }),
  ]);
  const title = `${what} there and back: kept whole + changed for want of a word, then not carried`;
  return [title, table([["from \\ to", ...names], ...rows], "  ")].join("\n");
}
