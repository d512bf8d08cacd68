// Owns `sluice costs`: its flags, what it reads, and what it says where it cannot. Reckons nothing.

import { Command, Option } from "commander";
import { type LedgerDimension, ledgerDimensions } from "../core/contracts/ledger.ts";
import type { Policy } from "../core/contracts/policy.ts";
import { loadPolicy } from "../core/policy/load.ts";
import { formatProblem } from "../core/policy/problem.ts";
import { type Books, openBooks } from "../core/program/ledger.ts";
import { type BudgetUse, readBudgets } from "./costs/budgets.ts";
import { printJson, printText } from "./costs/print.ts";
import { makeReport } from "./costs/report.ts";
import { findSaving } from "./costs/saving.ts";
import { readSpending, type Spending } from "./costs/spending.ts";
import { parseCount, parseDays } from "./flags.ts";

interface CostsFlags {
  readonly store: string;
  readonly policies?: readonly string[];
  readonly by: LedgerDimension;
  readonly days: string;
  readonly top: string;
  readonly json?: true;
}

const unreadable = 1;
const badUsage = 2;

const after = `
Days and hours are UTC's. The ledger is kept for as many days as the sidecars' --ledger-days says (7), today
beside them. Sessions are hashed as in the logs. With --policies it also tells how full money limits are, and
which cheaper Model the same agents could have called.
Exits 0 when it has printed, 1 when the store or the policies cannot be read, 2 on bad usage.`;

export function costsCommand(): Command {
  const command = new Command("costs").addHelpText("after", after);
  for (const option of costsOptions()) command.addOption(option);
  return command.action(async (flags: CostsFlags) => {
    process.exitCode = await runCosts(flags, command);
  });
}

function costsOptions(): readonly Option[] {
  return [
    new Option("--store <url>", "the store that the sidecars share: redis://host:port")
      .env("SLUICE_STORE")
      .default(process.env.REDIS_URL || "memory", "REDIS_URL"),
    new Option("--policies <dir...>", "the policies in force: for budgets and cheaper models").env(
      "SLUICE_POLICIES",
    ),
    new Option("--by <dimension>", "what to sort the spend by")
      .choices([...ledgerDimensions])
      .env("SLUICE_COSTS_BY")
      .default("agent"),
    new Option("--days <count>", "how many, with today").env("SLUICE_COSTS_DAYS").default("7"),
    new Option("--top <count>", "how many of them to print; --json prints all")
      .env("SLUICE_COSTS_TOP")
      .default("20"),
    new Option("--json", "one JSON object; dollars are decimal strings").env("SLUICE_COSTS_JSON"),
  ];
}

async function runCosts(flags: CostsFlags, command: Command): Promise<number> {
  const { dayCount, rowsMax } = readCounts(flags, command);
  const books = openStore(flags, command);
  try {
    const policy = await readPolicy(flags.policies);
    if (policy === "bad") return unreadable;
    const spending = await readSpending(books.ledger, { by: flags.by, dayCount, nowMs: Date.now() });
    const budgets = policy === undefined ? [] : await readBudgets(policy, books.desk);
    if (spending === "lost" || budgets === "lost") {
      console.error(
        "sluice: the store did not answer: is it running, may this machine reach it, and is" +
          " its password right (in the URL or REDIS_PASSWORD)?",
      );
      return unreadable;
    }
    process.stdout.write(describe({ spending, budgets, policy, rowsMax }, flags));
    return 0;
  } finally {
    await books.close();
  }
}

interface Findings {
  readonly spending: Spending;
  readonly budgets: readonly BudgetUse[];
  readonly policy: Policy | undefined;
  readonly rowsMax: number;
}

function describe({ spending, budgets, policy, rowsMax }: Findings, { json }: CostsFlags): string {
  const { nowMs } = spending;
  const report = makeReport({
    spending,
    budgets,
    findSaving: (model, figures) => policy && findSaving(policy, { model, figures, nowMs }),
  });
  if (json) return printJson(report);
  if (report.total.calls > 0n) return printText(report, { rowsMax });
  const span = `${report.days[0]?.day} to ${report.days.at(-1)?.day}`;
  return (
    `Nothing was spent from ${span} by sidecars that share this store.\n` +
    "Where something was: give them the same --store; they write to it every second.\n"
  );
}

function readCounts({ days, top }: CostsFlags, command: Command) {
  try {
    return { dayCount: parseDays("--days", days), rowsMax: parseCount("--top", top) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return command.error(`error: ${problem}`, { exitCode: badUsage });
  }
}

function openStore({ store }: CostsFlags, command: Command): Books {
  const exitCode = badUsage;
  if (store === "memory") {
    const remedy = "give the sidecars and this command the same --store redis://host:port (or SLUICE_STORE)";
    return command.error(`error: a store in memory is each sidecar's own: ${remedy}`, { exitCode });
  }
  try {
    return openBooks(store, process.env.SLUICE_REDIS_PASSWORD || process.env.REDIS_PASSWORD);
  } catch (error) {
    return command.error(`error: --store: ${error instanceof Error ? error.message : "unreadable"}`, {
      exitCode,
    });
  }
}

async function readPolicy(given: readonly string[] | undefined): Promise<Policy | "bad" | undefined> {
  const dirs = (given ?? []).flatMap((dir) => dir.split(":")).filter(Boolean);
  if (dirs.length === 0) return undefined;
  const loaded = await loadPolicy(dirs);
  if (loaded.ok) return loaded.policy;
  for (const problem of loaded.problems) console.error(formatProblem(problem));
  console.error("sluice: the policies have problems: mend them, or leave --policies out");
  return "bad";
}
