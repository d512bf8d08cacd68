// Owns the command line of the benches: which there are, how bad usage and failures end. Measures nothing.

import { Command } from "commander";
import { quickCommand } from "./quick.ts";
import { reserveCommand } from "./reserve.ts";

const badUsage = 2;

const quick = quickCommand();
const reserve = reserveCommand();
const program = new Command("bench")
  .description("Load tests of Sluice beside its peers.")
  .addCommand(quick)
  .addCommand(reserve);
for (const command of [program, quick, reserve]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage));
}
try {
  await program.parseAsync();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
