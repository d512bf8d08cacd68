// Owns the command line of the benches: which there are, how bad usage and failures end. Measures nothing.

import { Command } from "commander";
import { guardsCommand } from "./guards.ts";
import { meteringCommand } from "./metering.ts";
import { quickCommand } from "./quick.ts";
import { reserveCommand } from "./reserve.ts";
import { toolsCommand } from "./tools.ts";

const badUsage = 2;

const benches = [quickCommand(), meteringCommand(), guardsCommand(), reserveCommand(), toolsCommand()];
const program = new Command("bench").description("Load tests of Sluice beside its peers.");
for (const bench of benches) program.addCommand(bench);
for (const command of [program, ...benches]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage));
}
try {
  await program.parseAsync();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
