// Owns how a bench's readings are told to a person: tables and verdicts as text. Measures and judges nothing.

import type { Reading } from "./field.ts";
import { type CalmVerdict, calm, median, pick, ratios } from "./figures.ts";

const columns = ["contender", "calm µs", "median µs", "calm ×", "pairs ×", "reads"];

/**
 * One line a contender that has readings. `calm`: of its least disturbed tenth of rounds. Ratios are to the
 * yardstick, `pairs` the median of those within a round; `reads` is what the client needed.
 */
export function table(readings: readonly Reading[], workload: string, yardstick: string): string {
  const names = [...new Set(readings.map(({ contender }) => contender))];
  const beside = pick(readings, yardstick, workload);
  const besideUs = beside.map(({ cpuUs }) => cpuUs);
  const rows = names.map((name) => {
    const own = pick(readings, name, workload);
    const cpuUs = own.map((reading) => reading.cpuUs);
    const reads = own.map((reading) => reading.reads);
    const times = [calm(cpuUs) / calm(besideUs), median(ratios(own, beside))];
    return [name, ...show([calm(cpuUs), median(cpuUs)], 1), ...show([...times, median(reads)], 2)];
  });
  return [`CPU time a ${workload}`, ...align([columns, ...rows])].join("\n");
}

export function tell({ contender, workload, ratio, pairRatio, ratioMax, isKept }: CalmVerdict): string {
  const found =
    ratio === undefined || pairRatio === undefined
      ? "not measured"
      : `${ratio.toFixed(2)} × (pairs ${pairRatio.toFixed(2)} ×)`;
  return `${isKept ? "PASS" : "FAIL"}  ${contender}, a ${workload}: ${found}, at most ${ratioMax} ×`;
}

function show(values: readonly number[], digits: number): readonly string[] {
  return values.map((value) => value.toFixed(digits));
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const [first = "", ...others] = row;
    const cells = others.map((cell, index) => cell.padStart((widths[index + 1] ?? 0) + 2));
    return `  ${first.padEnd(widths[0] ?? 0)}${cells.join("")}`;
  });
}
