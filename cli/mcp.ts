// Owns `sluice mcp`: its flags, and how it ends. Asks no server and writes no file itself.

import { Command, Option } from "commander";
import type { McpLock } from "../core/contracts/mcp-spec.ts";
import { diffLocks } from "../core/pins/diff.ts";
import { emptyLock } from "../core/pins/lock.ts";
import { askServer } from "./mcp/ask.ts";
import { findServer } from "./mcp/find.ts";
import { keptLock, mergeApproved, saveLock } from "./mcp/lock-file.ts";
import { printChanges } from "./mcp/print.ts";

interface McpFlags {
  readonly policies: readonly string[];
  readonly server: string;
  readonly out?: string;
}

interface ApproveFlags extends McpFlags {
  readonly all?: true;
}

const failed = 1;
const badUsage = 2;

const about = `
The server is asked as the policy says, with its credential. A lock file is a policy file like the others: it
lies below a policy directory, ends in .lock.json and belongs into Git.`;

export function mcpCommand(): Command {
  return new Command("mcp").addCommand(lockCommand()).addCommand(diffCommand()).addCommand(approveCommand());
}

function lockCommand(): Command {
  const command = subcommand("lock", "write down what a server offers now, where nothing is written yet");
  return command.action(async (flags: McpFlags) => {
    process.exitCode = await lock(flags);
  });
}

function diffCommand(): Command {
  const command = subcommand("diff", "what a server says that is not what was approved");
  command.addHelpText("after", "\nExits 0 where nothing has changed, 1 where something has, 2 on bad usage.");
  return command.action(async (flags: McpFlags) => {
    process.exitCode = await diff(flags);
  });
}

function approveCommand(): Command {
  const command = subcommand("approve", "take what a server says now for some of its tools")
    .argument("[names...]", "of tools, prompts and templates of resources")
    .addOption(new Option("--all", "everything that has changed").env("SLUICE_MCP_APPROVE_ALL"));
  return command.action(async (names: string[], flags: ApproveFlags) => {
    if (names.length > 0 !== (flags.all === undefined)) {
      command.error("error: say either names or --all", { exitCode: badUsage });
    }
    process.exitCode = await approve(flags, names);
  });
}

function subcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option("--policies <dir...>", "directories of policy files; later ones overlay earlier ones")
        .env("SLUICE_POLICIES")
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--server <name>", "the McpServer, by its name in the policy")
        .env("SLUICE_MCP_SERVER")
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--out <file>", "the lock file, where the policy does not name it yet").env(
        "SLUICE_MCP_OUT",
      ),
    )
    .addHelpText("after", about);
}

interface Asked {
  readonly file: string;
  /** What the server says now. */
  readonly said: McpLock;
}

/** Undefined: it has been told why. */
async function ask(flags: McpFlags): Promise<Asked | undefined> {
  const server = await findServer(flags.policies, flags.server);
  if ("problems" in server) return tell(server.problems);
  const file = flags.out ?? server.lockFile;
  if (file === undefined) {
    return tell([`sluice: McpServer/${server.name} names no lock: say one in its spec, or --out FILE`]);
  }
  const offered = await askServer(server);
  if ("problem" in offered) return tell([`sluice: McpServer/${server.name}: ${offered.problem}`]);
  return { file, said: offered.lock };
}

function tell(problems: readonly string[]): undefined {
  for (const problem of problems) console.error(problem);
}

async function lock(flags: McpFlags): Promise<number> {
  const asked = await ask(flags);
  if (asked === undefined) return failed;
  const { file, said } = asked;
  const kept = await keptLock(file);
  if (kept !== undefined && diffLocks(kept, said).length > 0) {
    console.error(`sluice: ${file} says otherwise: see sluice mcp diff, then sluice mcp approve`);
    return failed;
  }
  return kept === undefined ? save(file, said) : same(file);
}

function same(file: string): number {
  console.log(`${file} says what the server says`);
  return 0;
}

async function save(file: string, content: Parameters<typeof saveLock>[1]): Promise<number> {
  const problem = await saveLock(file, content);
  if (problem === undefined) {
    const { tools, prompts, resourceTemplates } = content;
    const counts = `${tools.size} tools, ${prompts.size} prompts, ${resourceTemplates.size} templates`;
    console.log(`${file}: ${counts}`);
    return 0;
  }
  console.error(`sluice: ${problem}`);
  return failed;
}

async function diff(flags: McpFlags): Promise<number> {
  const asked = await ask(flags);
  if (asked === undefined) return failed;
  const changes = diffLocks((await keptLock(asked.file)) ?? emptyLock, asked.said);
  if (changes.length === 0) return same(asked.file);
  printChanges(changes, asked.said);
  return failed;
}

async function approve(flags: ApproveFlags, names: readonly string[]): Promise<number> {
  const asked = await ask(flags);
  if (asked === undefined) return failed;
  const { file, said } = asked;
  const kept = (await keptLock(file)) ?? emptyLock;
  const changes = diffLocks(kept, said);
  const wanted = flags.all === true ? changes : changes.filter(({ name }) => names.includes(name));
  const missing = names.filter((name) => !changes.some((change) => change.name === name));
  if (missing.length > 0) {
    console.error(`sluice: nothing has changed of ${missing.join(", ")}: see sluice mcp diff`);
    return failed;
  }
  printChanges(wanted, said);
  return save(file, mergeApproved({ kept, said }, wanted));
}
