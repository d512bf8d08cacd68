// Owns measuring detectors in a process of their own: CPU time of each on texts no two of which are the same,
// beside JSON.parse on the same bytes. Knows no proxy.

import type { Guard, TextSource } from "../../core/contracts/guard.ts";
import { fillConfig, findDetector } from "../../core/policy/guards.ts";
import { seededRandom } from "../../mock/prose.ts";
import type { DetectorOrder, DetectorReading, DetectorResult } from "../detectors.ts";
import { writeProse } from "../prose.ts";

const textUnits = 4_096;
const textsInRound = 128;
/** V8 has compiled what is hot by then. */
const warmUpRounds = 24;
const source: TextSource = { stage: "llm.request", role: "user", kind: "text" };

interface Measured {
  readonly name: string;
  /** Of one text, as JSON and as it is read. */
  readonly run: (json: string, text: string) => number;
}

const random = seededRandom(4_096);

/** Flat strings, as a body's parsing makes them. */
function write(): { readonly json: string; readonly text: string } {
  const json = Buffer.from(JSON.stringify(writeProse(random, textUnits))).toString();
  return { json, text: JSON.parse(json) };
}

function open({ name, detector, config }: DetectorOrder["detectors"][number]): Measured {
  const found = findDetector(detector);
  if (found === undefined) throw new Error(`no such detector: ${detector}`);
  const means = { directory: process.cwd(), environment: {} };
  const guard = found.create(fillConfig(detector, config), means);
  return { name, run: (_json, text) => scan(guard, text) };
}

function scan(guard: Guard, text: string): number {
  const scanner = guard.scan(source);
  if (scanner === undefined) return 0;
  const found = scanner.push(text).findings.length;
  const last = scanner.end();
  if (last instanceof Promise) throw new Error("this bench measures what decides at once");
  return "kind" in last ? found : found + last.length;
}

function measure(order: DetectorOrder): DetectorResult {
  const parse: Measured = { name: "JSON.parse", run: (json) => JSON.parse(json).length & 0 };
  const all = [parse, ...order.detectors.map(open)];
  const readings: DetectorReading[] = [];
  const findings: Record<string, number> = {};
  let texts = 0;
  for (let round = 1 - warmUpRounds; round <= order.rounds; round++) {
    const said = Array.from({ length: textsInRound }, write);
    if (round > 0) texts += textsInRound;
    for (const { name, run } of round % 2 === 0 ? all : all.toReversed()) {
      let found = 0;
      const before = process.cpuUsage();
      for (const { json, text } of said) found += run(json, text);
      const { user, system } = process.cpuUsage(before);
      if (round <= 0) continue;
      readings.push({ name, round, cpuUs: (user + system) / textsInRound });
      findings[name] = (findings[name] ?? 0) + found;
    }
  }
  return { readings, findings, texts };
}

process.on("message", (order: DetectorOrder) => process.send?.(measure(order)));
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(0));
