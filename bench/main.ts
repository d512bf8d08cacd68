// Owns the command line of the benches: which there are, how bad usage and failures end. Measures nothing.

import { Command } from "commander";
import { quickCommand } from "./quick.ts";

const badUsage = 2;

const quick = quickCommand();
const program = new Command("bench").description("Load tests of Sluice beside its peers.").addCommand(quick);
for (const command of [program, quick]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage));
}
try {
  await program.parseAsync();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
