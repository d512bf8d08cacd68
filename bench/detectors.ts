// Owns what each detector costs in process: its CPU time for 4 KB of text, as a multiple of JSON.parse on the
// same bytes. Knows no proxy.

import type { JsonObject } from "../core/contracts/json.ts";
import { type Children, nextMessage } from "./children.ts";
import { calm, median } from "./figures.ts";

export interface MeasuredDetector {
  readonly name: string;
  readonly detector: string;
  readonly config: JsonObject;
}

export interface DetectorOrder {
  readonly detectors: readonly MeasuredDetector[];
  readonly rounds: number;
}

export interface DetectorReading {
  readonly name: string;
  readonly round: number;
  /** For one text. */
  readonly cpuUs: number;
}

export interface DetectorResult {
  readonly readings: readonly DetectorReading[];
  /** By name: in all texts together. */
  readonly findings: Readonly<Record<string, number>>;
  readonly texts: number;
}

export async function measureDetectors(children: Children, order: DetectorOrder): Promise<DetectorResult> {
  const program = new URL("programs/detectors-main.ts", import.meta.url);
  const child = children.startNode(program, [], { place: "measured" });
  const result = nextMessage<DetectorResult>(child);
  child.send(order);
  return result;
}

/** One line each, JSON.parse first. */
export function tellDetectors({ readings, findings, texts }: DetectorResult): readonly string[] {
  const names = [...new Set(readings.map(({ name }) => name))];
  const timesOf = (own: string): readonly number[] =>
    readings.filter(({ name }) => name === own).map(({ cpuUs }) => cpuUs);
  const parseUs = calm(timesOf("JSON.parse"));
  const width = Math.max(...names.map((name) => name.length));
  const rows = names
    .toSorted((one, other) => Number(other === "JSON.parse") - Number(one === "JSON.parse"))
    .map((name) => {
      const times = timesOf(name);
      const us = `${calm(times).toFixed(1)} µs calm, ${median(times).toFixed(1)} µs median`;
      const found = name === "JSON.parse" ? "" : `, ${findings[name] ?? 0} findings`;
      return `  ${name.padEnd(width)}  ${us}, ${(calm(times) / parseUs).toFixed(1)} × JSON.parse${found}`;
    });
  return [`CPU time of 4 KB of text, in process, ${texts} texts`, ...rows];
}
