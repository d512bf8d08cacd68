// Owns how a bench's readings are told to a person: tables and verdicts as text. Measures and judges nothing.

import type { Reading } from "./field.ts";
import { pick, ratios, type Spread, spread, type Verdict } from "./figures.ts";

const columns = ["contender", "median µs", "least", "most", "ratio", "least", "most", "reads"];

/** One line a contender that has readings; ratios are to the yardstick, `reads` is what the client needed. */
export function table(readings: readonly Reading[], workload: string, yardstick: string): string {
  const names = [...new Set(readings.map(({ contender }) => contender))];
  const beside = pick(readings, yardstick, workload);
  const rows = names.map((name) => {
    const own = pick(readings, name, workload);
    const cpuUs = spread(own.map((reading) => reading.cpuUs));
    const reads = spread(own.map((reading) => reading.reads));
    return [name, ...figures(cpuUs, 1), ...figures(spread(ratios(own, beside)), 2), reads.median.toFixed(2)];
  });
  return [`CPU time a ${workload}`, ...align([columns, ...rows])].join("\n");
}

export function tell({ contender, workload, ratio, ratioMax, isKept }: Verdict): string {
  const found = ratio === undefined ? "not measured" : `${ratio.toFixed(2)} ×`;
  return `${isKept ? "PASS" : "FAIL"}  ${contender}, a ${workload}: ${found} (at most ${ratioMax} ×)`;
}

function figures({ median, least, most }: Spread, digits: number): readonly string[] {
  return [median, least, most].map((value) => value.toFixed(digits));
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const [first = "", ...others] = row;
    const cells = others.map((cell, index) => cell.padStart((widths[index + 1] ?? 0) + 2));
    return `  ${first.padEnd(widths[0] ?? 0)}${cells.join("")}`;
  });
}
