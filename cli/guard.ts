// Owns `sluice guard`: its flags, and how it ends. Reads no text and reckons no figure.

import { Command, Option } from "commander";
import { type Stage, stages } from "../core/contracts/guard.ts";
import { readyGuard } from "./guard/means.ts";
import { printJson, printText } from "./guard/print.ts";
import { type Surroundings, textKinds } from "./guard/rows.ts";
import { scanLines } from "./guard/scan.ts";
import { runTrials } from "./guard/trials.ts";

interface GuardFlags {
  readonly policies: readonly string[];
  readonly guard: string;
  readonly stage?: Stage;
  readonly role?: string;
  readonly kind?: string;
}

interface EvalFlags extends GuardFlags {
  readonly data: readonly string[];
  readonly label?: string;
  readonly json?: true;
}

const failed = 1;

const kindsSaid = `Where no stage is said "kind" says it: tool_output and indirect are
met at tool.result, document, system_prompt and tool_description at llm.request, all else at edge.request.`;

const afterScan = `
In, a line each: {"id": …, "text": "…"}, with "stage", "role" and "kind" where they differ from the flags.
Out, in the same order: {"id", "action", "findings": [{"type", "start", "end", "score", "method"}], "text"}.
"text" is what may pass, empty where nothing may; "start" and "end" are UTF-16 units of the text given. A
guard in shadow says "flag" and changes nothing. A line that cannot be read is answered with "id": null and
"error". ${kindsSaid}
Exits 0 when all lines were read, 1 when one could not be, or the policies cannot, 2 on bad usage.`;

const afterEval = `
Rows are {"text", "label", "source", "kind"}, "role" and "stage" where known: JSONL, .gz or not. The labels
benign, clean, safe and hard_benign are harmless, all others attacks; "flagged" counts where there is none.
With "spans" [{"type", "start", "end"}] or "labels" {"type": 1} it also tells how well types are found.
${kindsSaid}
Exits 0 when it has printed, 1 when rows, files or policies cannot be read, 2 on bad usage.`;

export function guardCommand(): Command {
  return new Command("guard").addCommand(scanCommand()).addCommand(evalCommand());
}

function scanCommand(): Command {
  const command = subcommand(
    "scan",
    "JSON lines in, what the guard finds and leaves of each out",
  ).addHelpText("after", afterScan);
  return command.action(async (flags: GuardFlags) => {
    process.exitCode = await runScan(flags, command);
  });
}

function evalCommand(): Command {
  const command = subcommand("eval", "recall, false alarms and time on texts that others have judged")
    .addOption(
      new Option("--data <file...>", "JSONL, or JSONL.gz").env("SLUICE_GUARD_DATA").makeOptionMandatory(),
    )
    .addOption(
      new Option("--label <label>", "of rows that have neither label nor spans").env("SLUICE_GUARD_LABEL"),
    )
    .addOption(new Option("--json", "one JSON object; shares are from 0 to 1").env("SLUICE_GUARD_JSON"))
    .addHelpText("after", afterEval);
  return command.action(async (flags: EvalFlags) => {
    process.exitCode = await runEval(flags, command);
  });
}

function subcommand(name: string, description: string): Command {
  const options = [
    new Option("--policies <dir...>", "directories of policy files; later ones overlay earlier ones")
      .env("SLUICE_POLICIES")
      .makeOptionMandatory(),
    new Option("--guard <name>", "the Guard, by its name in the policy")
      .env("SLUICE_GUARD")
      .makeOptionMandatory(),
    new Option("--stage <stage>", "where the texts pass").choices([...stages]).env("SLUICE_GUARD_STAGE"),
    new Option("--role <role>", "who wrote them: user, assistant, system, tool …").env("SLUICE_GUARD_ROLE"),
    new Option("--kind <kind>", "what they are").choices([...textKinds]).env("SLUICE_GUARD_KIND"),
  ];
  const command = new Command(name).description(description);
  for (const option of options) command.addOption(option);
  return command;
}

async function runScan(flags: GuardFlags, command: Command): Promise<number> {
  const means = await readyGuard(directoriesOf(flags, command), flags.guard);
  if ("problems" in means) return complain(means.problems);
  // Whoever has read enough leaves: `| head`.
  process.stdout.on("error", () => process.exit(failed));
  const around = surroundingsOf(flags);
  const badCount = await scanLines({ means, around, input: process.stdin, output: process.stdout });
  return badCount === 0 ? 0 : failed;
}

async function runEval(flags: EvalFlags, command: Command): Promise<number> {
  const means = await readyGuard(directoriesOf(flags, command), flags.guard);
  if ("problems" in means) return complain(means.problems);
  const { label, data: files, json, guard } = flags;
  try {
    const trials = await runTrials({ means, around: surroundingsOf(flags), label, files });
    process.stdout.write(json ? printJson(trials, guard) : printText(trials));
    return trials.badCount === 0 ? 0 : complain(trials.problems);
  } catch (error) {
    return complain([`sluice: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function directoriesOf({ policies }: GuardFlags, command: Command): readonly string[] {
  const dirs = policies.flatMap((dir) => dir.split(":")).filter(Boolean);
  return dirs.length > 0 ? dirs : command.error("error: no policy directory is given", { exitCode: 2 });
}

function surroundingsOf({ stage, role, kind }: GuardFlags): Surroundings {
  return { stage, role, kind };
}

function complain(lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return failed;
}
