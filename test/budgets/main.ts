// Owns the command line of the proof that budgets hold: which scenarios run, how often, the table, the exit
// code. Proves nothing itself.

import { Command, InvalidArgumentError, Option } from "commander";
import { hasRedisServer } from "../redis-server.ts";
import type { Finding } from "./finding.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const badUsage = 2;
const wasInterrupted = 130;

// What was started ends with this process, but not by a signal that ends it at once.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.once(signal, () => process.exit(wasInterrupted));

interface Flags {
  readonly seeds?: number;
  readonly from: number;
  readonly only?: readonly string[];
}

const program = new Command("budgets")
  .description(
    "Proves from outside that budgets hold: real sidecars, a real Redis, and the provider's log as judge.",
  )
  .addHelpText("after", () => `\nScenarios:\n${listed()}`)
  .option("--seeds <count>", "of each scenario, where its own number is not wanted", parseCount)
  .option("--from <seed>", "the first seed", parseCount, 1)
  .addOption(new Option("--only <name...>", "these scenarios").choices(scenarios.map(({ name }) => name)))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage))
  .action(async (flags: Flags) => {
    if (!hasRedisServer) throw new Error("redis-server is needed");
    const findings: Finding[] = [];
    for (const scenario of scenarios.filter(({ name }) => flags.only?.includes(name) ?? true)) {
      findings.push(...(await run(scenario, flags)));
    }
    console.log(table(findings));
    for (const { scenario, seed, violations } of findings) {
      for (const violation of violations) console.log(`VIOLATED  ${scenario}, seed ${seed}: ${violation}`);
    }
    process.exitCode = findings.every(({ violations }) => violations.length === 0) ? 0 : 1;
  });

async function run(scenario: Scenario, { seeds, from }: Flags): Promise<readonly Finding[]> {
  const count = seeds ?? scenario.seedsDefault;
  console.error(`\n${scenario.name}: ${scenario.what}`);
  return scenario.run({
    seeds: Array.from({ length: count }, (_, index) => from + index),
    say: (line) => console.error(`  ${line}`),
  });
}

function table(findings: readonly Finding[]): string {
  const byScenario = [...Map.groupBy(findings, ({ scenario }) => scenario)];
  const rows = byScenario.map(([name, own]) => {
    const held = own.filter(({ violations }) => violations.length === 0).length;
    const spent = own.flatMap(({ spentShare }) => spentShare ?? []);
    const used = own.flatMap(({ usedShare }) => usedShare ?? []);
    return [name, `${held} of ${own.length}`, range(spent), range(used)];
  });
  const all = [["scenario", "held", "spent of the budget", "with what nobody read"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")).join("\n");
}

function range(shares: readonly number[]): string {
  if (shares.length === 0) return "-";
  return `${Math.min(...shares).toFixed(4)} … ${Math.max(...shares).toFixed(4)}`;
}

function listed(): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return scenarios.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`).join("\n");
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("a count from 1 to 999999");
  return Number(text);
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`budgets: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
