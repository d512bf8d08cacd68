// Owns `sluice policy diff`: which changes of tools break their callers, for people and for machines. Knows
// nothing of how they are compared.

import { Command, Option } from "commander";
import type { Policy } from "../../core/contracts/policy.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";
import { findToolChanges, type ToolChange } from "../../core/policy/tool-changes.ts";

/** Exit codes: 0 nothing breaks, 1 something does, 2 one of the policies does not load. */
const somethingBreaks = 1;
const notLoaded = 2;

export function diffCommand(): Command {
  return new Command("diff")
    .description("say which changes of tools break those who call them")
    .argument("<old>", "a directory of policy files as they were; several with colons between them")
    .argument("<new>", "the same as they are to be")
    .addOption(new Option("--json", "one JSON object: breaking, changes").env("SLUICE_DIFF_JSON"))
    .addHelpText(
      "after",
      "\nExits 0 where nothing breaks, 1 where something does, 2 where one does not load.",
    )
    .action(async (old: string, now: string, { json }: { json?: true }) => {
      process.exitCode = await diff(old, now, json === undefined ? print : printJson);
    });
}

async function diff(
  old: string,
  now: string,
  tell: (changes: readonly ToolChange[]) => void,
): Promise<number> {
  const policies = [await load(old), await load(now)];
  const [before, after] = policies;
  if (before === undefined || after === undefined) return notLoaded;
  const changes = findToolChanges(before, after);
  tell(changes);
  return changes.some(({ effect }) => effect === "breaks") ? somethingBreaks : 0;
}

async function load(dirs: string): Promise<Policy | undefined> {
  const result = await loadPolicy(dirs.split(":").filter(Boolean));
  if (result.ok) return result.policy;
  for (const problem of result.problems) console.error(formatProblem(problem));
  return undefined;
}

function print(changes: readonly ToolChange[]): void {
  for (const { tool, version, agent, pointer, change, effect } of changes) {
    const named = `Tool/${tool}${version === undefined ? "" : ` ${version}`}`;
    const place = [agent === undefined ? "" : `Agent/${agent}`, named, pointer].filter(Boolean).join(" ");
    console.log(`${effect.padEnd(6)} ${place}: ${change}`);
  }
  const broken = changes.filter(({ effect }) => effect === "breaks").length;
  const count = `${changes.length} change${changes.length === 1 ? "" : "s"} of tools`;
  console.log(changes.length === 0 ? "no tool changed" : `${count}, ${broken} of them break callers`);
}

function printJson(changes: readonly ToolChange[]): void {
  const breaking = changes.filter(({ effect }) => effect === "breaks").length;
  console.log(JSON.stringify({ breaking, changes }));
}
