// Owns the bench of calls of tools: CPU time a call, beside the bare proxy that moves the same bytes.
// Knows no filter.

import { Command } from "commander";
import { Children } from "./children.ts";
import { bareNode } from "./contenders/index.ts";
import { toolSidecar } from "./contenders/tool-sidecar.ts";
import { type Entrant, Field } from "./field.ts";
import { type CalmVerdict, judgeCalm } from "./figures.ts";
import { runPhase } from "./phase.ts";
import { table, tell } from "./report.ts";
import { parseRounds } from "./rounds.ts";
import { workloads } from "./workload.ts";

const budget = { contender: toolSidecar.name, workload: workloads.request.name, ratioMax: 1.6 };

interface ToolsFlags {
  readonly rounds: number;
  readonly warmUp: number;
  readonly profile?: string;
}

export function toolsCommand(): Command {
  return new Command("tools")
    .description("CPU time a call of a tool with list, limit, both schemas and audit, beside a bare proxy")
    .option("--rounds <count>", "times each contender is measured", parseRounds, 51)
    .option("--warm-up <count>", "calls before the first reading", Number, 100_000)
    .option("--profile <dir>", "write a CPU profile of each there; figures rise")
    .action(async (flags: ToolsFlags) => {
      process.exitCode = (await runTools(flags)).isKept ? 0 : 1;
    });
}

async function runTools({ rounds, warmUp, profile }: ToolsFlags): Promise<CalmVerdict> {
  const children = new Children({ profileDir: profile });
  try {
    const field = await Field.open(children);
    const entrants: Entrant[] = [];
    for (const contender of [bareNode, toolSidecar]) {
      const admitted = await field.admit(contender, [workloads.request]);
      if (typeof admitted === "string") throw new Error(admitted);
      entrants.push(admitted);
    }
    const phase = { workload: workloads.request, answers: 1_000, warmUpAnswers: warmUp, lapAnswers: 400 };
    const readings = await runPhase(field, entrants, { ...phase, rounds });
    console.log(`${table(readings, workloads.request.name, bareNode.name)}\n`);
    const verdict = judgeCalm(readings, bareNode.name, budget);
    console.log(tell(verdict));
    return verdict;
  } finally {
    await children.stopAll();
  }
}
