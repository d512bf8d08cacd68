// Owns the quick bench: CPU time a request and a chunk, beside the bare proxy, and the budgets.

import { writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { Command, Option } from "commander";
import { Children } from "./children.ts";
import type { Contender } from "./contender.ts";
import { bareNode, contenders } from "./contenders/index.ts";
import { type Entrant, Field, type Reading } from "./field.ts";
import { type Budget, type CalmVerdict, judgeCalm } from "./figures.ts";
import { runPhase } from "./phase.ts";
import { table, tell } from "./report.ts";
import { parseRounds } from "./rounds.ts";
import { workloads } from "./workload.ts";

const budgets: readonly Budget[] = [
  { contender: "sidecar", workload: "request", ratioMax: 1.6 },
  { contender: "sidecar", workload: "chunk", ratioMax: 1.3 },
];

/**
 * Answers a reading is made of; before the first one, so that V8 has compiled what is hot; and before each,
 * since a contender that has waited its turn has lost the processor's caches. Readings are short and many:
 * what else the machine does spoils some of them, and the others agree.
 */
const phases = [
  { workload: workloads.request, answers: 1_000, warmUpAnswers: 100_000, lapAnswers: 400 },
  { workload: workloads.chunk, answers: 16, warmUpAnswers: 192, lapAnswers: 16 },
] as const;

interface QuickFlags {
  readonly rounds: number;
  readonly out?: string;
  readonly only?: readonly string[];
  readonly profile?: string;
}

export interface QuickResult {
  readonly readings: readonly Reading[];
  readonly verdicts: readonly CalmVerdict[];
  /** Contender → why it did not run. */
  readonly skipped: Readonly<Record<string, string>>;
}

export function quickCommand(): Command {
  return new Command("quick")
    .description("CPU time a request and a streamed chunk, beside a bare node:http + undici proxy")
    .option("--rounds <count>", "times each contender is measured", parseRounds, 51)
    .option("--out <file>", "write every reading as JSON")
    .addOption(
      new Option("--only <name...>", "these contenders beside the bare proxy").choices(
        contenders.map(({ name }) => name),
      ),
    )
    .option("--profile <dir>", "write a CPU profile of each Node contender there; figures rise")
    .action(async (flags: QuickFlags) => {
      const result = await runQuick(flags);
      print(result);
      if (flags.out !== undefined)
        writeFileSync(flags.out, `${JSON.stringify(toJson(result), undefined, 1)}\n`);
      process.exitCode = result.verdicts.every(({ isKept }) => isKept) ? 0 : 1;
    });
}

async function runQuick({ rounds, only, profile }: QuickFlags): Promise<QuickResult> {
  const children = new Children({ profileDir: profile });
  const chosen = contenders.filter(({ name }) => name === bareNode.name || (only?.includes(name) ?? true));
  const skipped: Record<string, string> = {};
  const readings: Reading[] = [];
  try {
    const field = await Field.open(children);
    const entrants = await admitAll(field, chosen, skipped);
    for (const phase of phases) readings.push(...(await runPhase(field, entrants, { ...phase, rounds })));
  } finally {
    await children.stopAll();
  }
  const verdicts = budgets
    .filter(({ contender }) => chosen.some(({ name }) => name === contender))
    .map((budget) => judgeCalm(readings, bareNode.name, budget));
  return { readings, verdicts, skipped };
}

async function admitAll(
  field: Field,
  chosen: readonly Contender[],
  skipped: Record<string, string>,
): Promise<readonly Entrant[]> {
  const entrants: Entrant[] = [];
  for (const contender of chosen) {
    progress(`starting ${contender.name}`);
    const admitted = await field.admit(contender, Object.values(workloads));
    if (typeof admitted === "string") skipped[contender.name] = admitted;
    else entrants.push(admitted);
  }
  return entrants;
}

function print({ readings, verdicts, skipped }: QuickResult): void {
  for (const { name } of Object.values(workloads)) console.log(`${table(readings, name, bareNode.name)}\n`);
  for (const [name, because] of Object.entries(skipped)) console.log(`SKIPPED  ${name}: ${because}`);
  for (const verdict of verdicts) console.log(tell(verdict));
}

function toJson(result: QuickResult): unknown {
  const machine = { node: process.version, kernel: release(), cores: cpus().length, cpu: cpus()[0]?.model };
  return { bench: "quick", machine, yardstick: bareNode.name, ...result };
}

function progress(line: string): void {
  console.error(line);
}
