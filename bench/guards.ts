// Owns the guards' bench: what they cost beside the bare proxy, in process, and in turns of the event loop.

import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { Children } from "./children.ts";
import { bareNode } from "./contenders/index.ts";
import { sidecar } from "./contenders/sidecar.ts";
import { type DetectorResult, measureDetectors, tellDetectors } from "./detectors.ts";
import {
  type DocumentReading,
  type DocumentVerdict,
  judgeDocuments,
  measureDocuments,
  turnMsMax,
} from "./documents.ts";
import { type Entrant, Field, type Reading } from "./field.ts";
import { type AddedVerdict, type CalmVerdict, judgeAdded, judgeCalm } from "./figures.ts";
import {
  guardedSidecars,
  guardsOnBoth,
  measuredDetectors,
  onAnswers,
  onRequests,
  problemOf,
  proveListed,
  provePlanted,
  proveStopped,
} from "./guarded.ts";
import { runPhase } from "./phase.ts";
import { table, tell } from "./report.ts";
import { parseRounds } from "./rounds.ts";
import { type Workload, workloads } from "./workload.ts";

const requestBudget = { contender: onRequests, without: sidecar.name, workload: "request", ratioMax: 0.5 };
const chunkBudget = { contender: onAnswers, workload: "chunk", ratioMax: 1.6 };

const parts = ["detectors", "requests", "streams", "documents"] as const;
type Part = (typeof parts)[number];

interface GuardsFlags {
  readonly rounds: number;
  readonly only?: readonly Part[];
  readonly out?: string;
  readonly profile?: string;
}

export interface GuardsResult {
  detectors?: DetectorResult;
  documents?: readonly DocumentReading[];
  documentVerdicts?: readonly DocumentVerdict[];
  readonly readings: Reading[];
  added?: AddedVerdict;
  chunk?: CalmVerdict;
}

export function guardsCommand(): Command {
  return new Command("guards")
    .description("CPU time of guards: end to end, a streamed frame, in process, and on documents of 1 MB")
    .option("--rounds <count>", "times each is measured", parseRounds, 51)
    .option("--out <file>", "write every reading as JSON")
    .addOption(new Option("--only <part...>", "these parts").choices(parts))
    .option("--profile <dir>", "write a CPU profile of each measured process there; figures rise")
    .action(async (flags: GuardsFlags) => {
      proveListed();
      const result: GuardsResult = { readings: [] };
      for (const part of flags.only ?? parts) {
        const children = new Children({ profileDir: flags.profile });
        try {
          await run[part](children, flags, result);
        } finally {
          await children.stopAll();
        }
      }
      if (flags.out !== undefined)
        writeFileSync(flags.out, `${JSON.stringify({ bench: "guards", ...result })}\n`);
      process.exitCode = isKept(result) ? 0 : 1;
    });
}

const run: Readonly<
  Record<Part, (children: Children, flags: GuardsFlags, result: GuardsResult) => Promise<void>>
> = {
  async detectors(children, { rounds }, result) {
    const able = measuredDetectors.filter((detector) => {
      const problem = problemOf(detector);
      if (problem !== undefined) console.log(`SKIPPED  ${detector.name}: ${problem}`);
      return problem === undefined;
    });
    console.error(`measuring ${able.map(({ name }) => name).join("; ")}`);
    result.detectors = await measureDetectors(children, { detectors: able, rounds });
    console.log(`${tellDetectors(result.detectors).join("\n")}\n`);
  },
  async requests(children, { rounds }, result) {
    const phase = { workload: inProse(workloads.request), ...requestCounts, rounds };
    result.readings.push(...(await runField(children, onRequests, phase)));
    result.added = judgeAdded(result.readings, bareNode.name, requestBudget);
    console.log(`${table(result.readings, "request", bareNode.name)}\n${tellAdded(result.added)}\n`);
  },
  async streams(children, { rounds }, result) {
    const phase = { workload: inProse(workloads.chunk), ...chunkCounts, rounds };
    result.readings.push(...(await runField(children, onAnswers, phase)));
    result.chunk = judgeCalm(result.readings, bareNode.name, chunkBudget);
    const own = result.readings.filter(({ workload }) => workload === "chunk");
    console.log(`${table(own, "chunk", bareNode.name)}\n${tell(result.chunk)}\n`);
  },
  async documents(children, _flags, result) {
    console.error("measuring documents of 1 MB");
    const { upstreamPort: port } = await Field.open(children, upstream);
    const bare = await measureDocuments(children, { port }, { name: sidecar.name });
    const guarded = { name: "sidecar, guards on both", guards: guardsOnBoth };
    result.documents = [...bare, ...(await measureDocuments(children, { port }, guarded))];
    result.documentVerdicts = judgeDocuments(result.documents, guarded.name, sidecar.name);
    console.log(tellDocuments(result.documents, result.documentVerdicts).join("\n"));
  },
};

const upstream = "programs/prose-upstream-main.ts";
const requestCounts = { answers: 1_000, warmUpAnswers: 60_000, lapAnswers: 400 };
const chunkCounts = { answers: 16, warmUpAnswers: 192, lapAnswers: 16 };

function inProse(workload: Workload): Workload {
  return { ...workload, asked: "prose" };
}

async function runField(
  children: Children,
  guarded: string,
  phase: Parameters<typeof runPhase>[2],
): Promise<readonly Reading[]> {
  const field = await Field.open(children, upstream);
  const chosen = [bareNode, sidecar, ...guardedSidecars.filter(({ name }) => name === guarded)];
  const entrants: Entrant[] = [];
  for (const contender of chosen) {
    const admitted = await field.admit(contender, [phase.workload]);
    if (typeof admitted === "string") throw new Error(`${contender.name}: ${admitted}`);
    await provePlanted(admitted.name, admitted.running);
    await proveStopped(admitted.name, admitted.running);
    entrants.push(admitted);
  }
  return runPhase(field, entrants, phase);
}

function isKept({ added, chunk, documentVerdicts = [] }: GuardsResult): boolean {
  return [added, chunk, ...documentVerdicts].every((verdict) => verdict?.isKept ?? true);
}

function tellAdded({ contender, ratio, pairRatio, ratioMax, isKept: isBelow }: AddedVerdict): string {
  const found = `${ratio.toFixed(2)} × (pairs ${pairRatio.toFixed(2)} ×)`;
  const what = `${contender}: they add ${found} of ${bareNode.name}'s request`;
  return `${isBelow ? "PASS" : "FAIL"}  ${what}, at most ${ratioMax} ×`;
}

function tellDocuments(
  readings: readonly DocumentReading[],
  verdicts: readonly DocumentVerdict[],
): readonly string[] {
  const rows = readings.map(({ sidecar: name, kind, longestMs, p99Ms, coldMs, clockMs }) => {
    const figures = `longest ${longestMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
    const beside = `the first document ${coldMs.toFixed(1)} ms; by the clock ${clockMs.toFixed(1)} ms`;
    return `  ${name}, ${kind}: ${figures}; ${beside}`;
  });
  const told = verdicts.map(({ kind, addedMs, isKept: isBelow }) => {
    const added = `guards add ${addedMs.toFixed(1)} ms to the longest turn, at most ${turnMsMax} ms`;
    return `${isBelow ? "PASS" : "FAIL"}  a document's ${kind}: ${added}`;
  });
  return ["Turns of the event loop with documents of 1 MB, CPU time", ...rows, ...told];
}
