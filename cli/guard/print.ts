// Owns how a trial reads: as tables for people, as one JSON object for programs. Reckons no figure.

import { type Counted, type Group, type Latency, meanBySource, type Quantiles, share } from "./tally.ts";
import type { Trials } from "./trials.ts";
import type { TypeFigures } from "./types.ts";

type Printed = Pick<Trials, "tally" | "types" | "badCount">;

export function printText({ tally, types, badCount }: Printed): string {
  const { groups, total } = tally;
  const blocks = [
    table(groupHead, [
      ...groups.map((group) => groupRow(group.source, group)),
      groupRow("all", { kind: "", ...total }),
    ]),
    describeMeans(groups),
    types.figures.length === 0 ? "" : table(typeHead, types.figures.map(typeRow)),
    `${counted(total.texts, "text")}, ${total.unable} of them without a verdict, ` +
      `${counted(badCount, "line")} that could not be read\n`,
  ];
  return blocks.filter((block) => block !== "").join("\n");
}

const groupHead = [
  "source",
  "kind",
  "attacks",
  "found",
  "benign",
  "alarms",
  "hard",
  "alarms",
  "ms p50",
  "p99",
  "ms/4KiB",
  "p99",
];
const typeHead = ["type", "expected", "found", "precision", "recall", "F1", "exact F1"];

function groupRow(source: string, group: Omit<Group, "source">): readonly string[] {
  const { kind, positive, benign, hard, latency } = group;
  const shares = [positive, benign, hard].flatMap((part) => [
    part.count === 0 ? "" : String(part.count),
    percent(share(part)),
  ]);
  const times = [latency.perText, latency.per4KiB].flatMap((part) => [ms(part?.p50), ms(part?.p99)]);
  return [source, kind, ...shares, ...times];
}

function describeMeans(groups: readonly Group[]): string {
  const found = meanBySource(groups, "positive");
  const alarms = meanBySource(groups, "benign");
  const lines = [
    ...(found === undefined ? [] : [`found, mean over the sources: ${percent(found)}`]),
    ...(alarms === undefined ? [] : [`alarms on benign texts, mean over the sources: ${percent(alarms)}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function typeRow({ type, expected, found, precision, recall, f1, exactF1 }: TypeFigures): readonly string[] {
  return [type, String(expected), String(found), ...[precision, recall, f1, exactF1].map(fraction)];
}

/** The first columns are words, the others figures. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? "").length)));
  const isWord = (at: number): boolean => head[at] === "source" || head[at] === "kind" || head[at] === "type";
  return all
    .map((row) =>
      row
        .map((cell, at) => (isWord(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("  "),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function percent(value: number | undefined): string {
  return value === undefined ? "" : `${(value * 100).toFixed(1)} %`;
}

function fraction(value: number | undefined): string {
  return value === undefined ? "-" : value.toFixed(3);
}

function ms(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(value < 10 ? 3 : 1);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function printJson({ tally, types, badCount }: Printed, guard: string): string {
  const { groups, total } = tally;
  const plain = {
    guard,
    unreadable: badCount,
    total: plainFigures(total),
    meanBySource: {
      recall: plainNumber(meanBySource(groups, "positive")),
      benignAlarms: plainNumber(meanBySource(groups, "benign")),
    },
    groups: groups.map(({ source, kind, ...figures }) => ({ source, kind, ...plainFigures(figures) })),
    types: types.figures.map(plainType),
  };
  return `${JSON.stringify(plain, null, 2)}\n`;
}

function plainFigures({
  texts,
  unable,
  positive,
  benign,
  hard,
  latency,
}: Omit<Group, "source" | "kind">): object {
  return {
    texts,
    unable,
    positives: positive.count,
    recall: plainShare(positive),
    benign: benign.count,
    benignAlarms: plainShare(benign),
    hardBenign: hard.count,
    hardBenignAlarms: plainShare(hard),
    latencyMs: plainLatency(latency),
  };
}

function plainType({ type, expected, found, precision, recall, f1, exactF1 }: TypeFigures): object {
  const shares = { precision, recall, f1, exactF1 };
  const plain = Object.entries(shares).map(([name, value]) => [name, plainNumber(value)]);
  return { type, expected, found, ...Object.fromEntries(plain) };
}

function plainShare(counted: Counted): number | null {
  return plainNumber(share(counted));
}

function plainLatency({ perText, per4KiB }: Latency): object {
  return { perText: plainQuantiles(perText), per4KiB: plainQuantiles(per4KiB) };
}

function plainQuantiles(quantiles: Quantiles | undefined): object | null {
  return quantiles === undefined
    ? null
    : { p50: plainNumber(quantiles.p50), p99: plainNumber(quantiles.p99) };
}

/** Five digits behind the point are more than any of them is worth. */
function plainNumber(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e5) / 1e5;
}
