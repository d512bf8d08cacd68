// Owns `sluice budget`: its flags, where it asks, and how it ends. Finds no counter itself.

import { Command, Option } from "commander";
import type { Policy } from "../core/contracts/policy.ts";
import { refusalTable } from "../core/contracts/refusal.ts";
import { loadPolicy } from "../core/policy/load.ts";
import { formatProblem } from "../core/policy/problem.ts";
import { type BudgetQuery, parseScopes } from "../core/program/budgets/selection.ts";
import { printChange, printShown } from "./budget/print.ts";
import {
  type BudgetSource,
  type Changed,
  openAdmin,
  openStore,
  type Said,
  type Shown,
} from "./budget/source.ts";

interface BudgetFlags {
  readonly store: string;
  readonly policies?: readonly string[];
  readonly admin?: string;
  readonly adminKey: string;
  readonly limit?: string;
  readonly agent?: string;
  readonly scope?: readonly string[];
  readonly json?: true;
  readonly all?: true;
}

const failed = 1;
const badUsage = 2;

const after = `
Scopes are as \`show\` prints them: user=jo,caller=web-app. A value that holds more than letters, digits and
._@- is percent-encoded; user=? is the counter of all without a user. Sessions are shown as the logs hash
them, which SLUICE_HASH_KEY must be for to be the same; --scope session= takes the id or that hash.
With --admin a gateway is asked, under the policy it has in force, and writes a log line of each change. With
--store the store is asked directly, and nobody writes one. The admin key is read from the environment only.
Exits 0 when it is done, 1 when nobody answers or the policies cannot be read, 2 on bad usage.`;

export function budgetCommand(): Command {
  const command = new Command("budget");
  const show = subcommand("show", "counters with used, left and when they reset");
  const reset = subcommand("reset", "nothing is used any more in the running window").addOption(
    new Option("--all", "every counter that fits, not just the only one").env("SLUICE_BUDGET_ALL"),
  );
  const grant = subcommand("grant", "so much more in the running window").argument(
    "<amount>",
    "dollars such as 2.50 for a limit in usd, else a count of what it limits",
  );
  show.action((flags: BudgetFlags) => run(show, flags, (source, query) => source.show(query)));
  reset.action((flags: BudgetFlags) =>
    run(reset, flags, (source, query) => source.reset(query, flags.all ? "all" : "one")),
  );
  grant.action((amount: string, flags: BudgetFlags) =>
    run(grant, flags, (source, query) => source.grant(query, amount)),
  );
  return command.addCommand(show).addCommand(reset).addCommand(grant);
}

function subcommand(name: string, description: string): Command {
  const limit = new Option("--limit <name>", "the limit, by its name in the policy").env(
    "SLUICE_BUDGET_LIMIT",
  );
  if (name !== "show") limit.makeOptionMandatory();
  const options = [
    limit,
    new Option("--agent <name>", "the agent whose limit it is").env("SLUICE_BUDGET_AGENT"),
    // Not `...`: that would swallow the amount behind it.
    new Option("--scope <name=value>", "whose counter: user=jo,caller=web-app; may be repeated")
      .argParser((value: string, before?: readonly string[]) => [...(before ?? []), value])
      .env("SLUICE_BUDGET_SCOPE"),
    new Option("--store <url>", "the store that all share: redis://host:port")
      .env("SLUICE_STORE")
      .default(process.env.REDIS_URL || "memory", "REDIS_URL"),
    new Option("--policies <dir...>", "with --store: the policies in force").env("SLUICE_POLICIES"),
    new Option("--admin <url>", "ask a gateway's admin listener instead: http://127.0.0.1:9091").env(
      "SLUICE_ADMIN",
    ),
    new Option("--admin-key <variable>", "the environment variable that holds the admin key").default(
      "SLUICE_ADMIN_KEY",
    ),
    new Option("--json", "one JSON object; dollars are decimal strings").env("SLUICE_BUDGET_JSON"),
  ];
  const command = new Command(name).description(description).addHelpText("after", after);
  for (const option of options) command.addOption(option);
  return command;
}

type Ask = (source: BudgetSource, query: BudgetQuery) => Promise<Said<Shown | Changed>>;

async function run(command: Command, flags: BudgetFlags, ask: Ask): Promise<void> {
  const { limit, agent, scope = [], json } = flags;
  const scopes = parseScopes(scope.join(","));
  if ("kind" in scopes) return command.error(`error: --scope: ${scopes.message}`, { exitCode: badUsage });
  const source = flags.admin ? adminSource(command, flags) : await storeSource(command, flags);
  if (source === undefined) return;
  try {
    const said = await ask(source, { limit, agent, scopes });
    if ("kind" in said)
      return end(said.message, refusalTable[said.code].fault === "client" ? badUsage : failed);
    process.stdout.write(json ? `${JSON.stringify(said, null, 2)}\n` : describe(said));
  } catch (error) {
    end(`${flags.admin}: ${causeOf(error)}`, failed);
  } finally {
    await source.close();
  }
}

function describe(said: Shown | Changed): string {
  return "changes" in said ? said.changes.map(printChange).join("") : printShown(said);
}

function end(message: string, exitCode: number): void {
  console.error(`sluice: ${message}`);
  process.exitCode = exitCode;
}

/** fetch says `fetch failed`, and why in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return `nobody answers (${"code" in cause ? cause.code : cause.message})`;
}

/** `http://127.0.0.1:9091`, or as the gateway's own `--admin` has it. */
function adminSource(command: Command, { admin = "", adminKey }: BudgetFlags): BudgetSource {
  const text = /^https?:\/\//.test(admin) ? admin : `http://${admin}`;
  const key = process.env[adminKey];
  const exitCode = badUsage;
  if (!URL.canParse(text)) return command.error("error: --admin is no http://host:port", { exitCode });
  if (!key) return command.error(`error: --admin needs the admin key in ${adminKey}`, { exitCode });
  return openAdmin({ url: new URL(text), key });
}

async function storeSource(command: Command, flags: BudgetFlags): Promise<BudgetSource | undefined> {
  const { store: url, policies = [] } = flags;
  const exitCode = badUsage;
  if (url === "memory") {
    return command.error(
      "error: a store in memory is inside of each process: ask a gateway's own with --admin," +
        " or name the one that all share with --store redis://host:port (SLUICE_STORE)",
      { exitCode },
    );
  }
  const dirs = policies.flatMap((dir) => dir.split(":")).filter(Boolean);
  if (dirs.length === 0) {
    return command.error("error: --store needs --policies: they name the limits", { exitCode });
  }
  const policy = await readPolicy(dirs);
  if (policy === undefined) return undefined;
  try {
    return openStore({ url, policy, environment: process.env });
  } catch (error) {
    const problem = error instanceof Error ? error.message : "unreadable";
    return command.error(`error: --store: ${problem}`, { exitCode });
  }
}

async function readPolicy(dirs: readonly string[]): Promise<Policy | undefined> {
  const loaded = await loadPolicy(dirs);
  if (loaded.ok) return loaded.policy;
  for (const problem of loaded.problems) console.error(formatProblem(problem));
  end("the policies have problems: mend them", failed);
  return undefined;
}
