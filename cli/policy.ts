// Owns `sluice policy`: work on policy files before they run. Knows nothing of how they are checked.

import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import type { Policy, Problem } from "../core/contracts/policy.ts";
import { jsonSchema } from "../core/policy/editor-schema.ts";
import { type ExplainedValue, explainPolicy } from "../core/policy/explain.ts";
import { loadPolicy } from "../core/policy/load.ts";
import { formatFile, formatPath, formatProblem } from "../core/policy/problem.ts";
import { diffCommand } from "./policy/diff.ts";

/**
 * Exit codes: 0 nothing is wrong, 1 something is, 2 bad usage (commander's, as the whole program sets
 * it).
 */
const problemsFound = 1;
const badUsage = 2;

interface DirectoryFlags {
  readonly policies?: readonly string[];
}

export function policyCommand(): Command {
  return new Command("policy")
    .addCommand(lintCommand())
    .addCommand(explainCommand())
    .addCommand(diffCommand())
    .addCommand(schemaCommand());
}

function policiesOption(): Option {
  return new Option("--policies <dir...>", "the same directories, as the programs take them").env(
    "SLUICE_POLICIES",
  );
}

/** Directories from either place; in the environment they are separated by colons. */
function directoriesOf(command: Command, given: readonly string[], flags: DirectoryFlags): readonly string[] {
  const dirs =
    given.length > 0 ? given : (flags.policies ?? []).flatMap((dir) => dir.split(":")).filter(Boolean);
  if (dirs.length === 0) command.error("error: no policy directory is given", { exitCode: badUsage });
  return dirs;
}

function lintCommand(): Command {
  return new Command("lint")
    .description("check everything; one line a problem: file:line path: problem (hint)")
    .argument("[dirs...]", "directories of policy files; later ones overlay earlier ones")
    .addOption(policiesOption())
    .addHelpText(
      "after",
      "\nExits 0 without problems, 1 with, 2 on bad usage. Warnings and notes go to stderr.",
    )
    .action(async (given: string[], flags: DirectoryFlags, command: Command) => {
      process.exitCode = await lint(directoriesOf(command, given, flags));
    });
}

async function lint(dirs: readonly string[]): Promise<number> {
  const result = await loadPolicy(dirs);
  if (!result.ok) {
    for (const problem of result.problems) console.log(formatProblem(problem));
    return problemsFound;
  }
  const { documentCount, warnings } = result.policy;
  for (const warning of warnings) console.error(`warning: ${formatProblem(warning)}`);
  for (const note of shadowGuards(result.policy)) console.error(`note: ${formatProblem(note)}`);
  console.log(`${counted(documentCount, "document")}, no problems${tellWarnings(warnings.length)}`);
  return 0;
}

/** Meant, but easily forgotten. */
function shadowGuards({ agents, guards }: Policy): readonly Problem[] {
  return [...agents.values()].flatMap((agent) =>
    [...agent.guards.values()]
      .filter(({ guard, mode }) => (mode ?? guards.get(guard)?.mode) === "shadow")
      .map(({ name, origin }) => {
        const path = `Agent/${agent.name} ${formatPath(["spec", "guards", name])}`;
        return {
          ...origin,
          path,
          problem: "is in shadow: it tells what it finds and changes nothing",
          hint: "",
        };
      }),
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function tellWarnings(count: number): string {
  return count === 0 ? "" : `, ${counted(count, "warning")}`;
}

interface ExplainFlags extends DirectoryFlags {
  readonly json?: true;
}

function explainCommand(): Command {
  return new Command("explain")
    .description("print every effective value of a document and where it was written")
    .argument("<document>", "the name of an agent, or kind and name such as Provider/openai")
    .argument("[dirs...]", "directories of policy files; later ones overlay earlier ones")
    .addOption(policiesOption())
    .addOption(
      new Option("--json", "one JSON object a line: path, value, file, line").env("SLUICE_EXPLAIN_JSON"),
    )
    .addHelpText(
      "after",
      "\nValues no file sets are `built in`. Exits 1 where anything is wrong with the files.",
    )
    .action(async (document: string, given: string[], flags: ExplainFlags, command: Command) => {
      process.exitCode = await explain(document, directoriesOf(command, given, flags), flags);
    });
}

async function explain(document: string, dirs: readonly string[], flags: ExplainFlags): Promise<number> {
  const explanation = await explainPolicy(dirs, document);
  if (!explanation.ok) {
    console.error(
      explanation.hint === "" ? explanation.problem : `${explanation.problem} (${explanation.hint})`,
    );
    return problemsFound;
  }
  for (const value of explanation.values) {
    console.log(flags.json ? JSON.stringify(value) : formatValue(value));
  }
  const result = await loadPolicy(dirs);
  if (result.ok) return 0;
  console.error(
    `these directories have ${counted(result.problems.length, "problem")}: see sluice policy lint`,
  );
  return problemsFound;
}

function formatValue({ path, value, file, line }: ExplainedValue): string {
  const place = line === 0 ? file : `${formatFile(file)}:${line}`;
  return `${path} = ${JSON.stringify(value)}  # ${place}`;
}

function schemaCommand(): Command {
  return new Command("schema")
    .description("print the JSON Schema that editors check policy files with")
    .addOption(new Option("--out <file>", "write it there instead").env("SLUICE_SCHEMA_OUT"))
    .action(async ({ out }: { out?: string }) => {
      const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
      if (out === undefined) process.stdout.write(text);
      else process.exitCode = await write(out, text);
    });
}

async function write(file: string, text: string): Promise<number> {
  try {
    await writeFile(file, text);
    return 0;
  } catch (error) {
    console.error(`${file} cannot be written: ${error instanceof Error ? error.message : "unknown error"}`);
    return problemsFound;
  }
}
