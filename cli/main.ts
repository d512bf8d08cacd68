#!/usr/bin/env node
// Owns the `sluice` command line: which commands there are, and what bad usage costs. Knows nothing of what
// they do.

import { readFileSync } from "node:fs";
import { Command } from "commander";
import { approvalsCommand } from "./approvals.ts";
import { budgetCommand } from "./budget.ts";
import { costsCommand } from "./costs.ts";
import { demoCommand } from "./demo.ts";
import { gatewayCommand } from "./gateway.ts";
import { guardCommand } from "./guard.ts";
import { keysCommand } from "./keys.ts";
import { mcpCommand } from "./mcp.ts";
import { mockProviderCommand } from "./mock-provider.ts";
import { policyCommand } from "./policy.ts";
import { sidecarCommand } from "./sidecar.ts";

const badUsage = 2;

const program = new Command("sluice")
  .description("An API gateway and a sidecar proxy for AI agent traffic.")
  .version(ownVersion())
  .addCommand(gatewayCommand())
  .addCommand(sidecarCommand())
  .addCommand(policyCommand())
  .addCommand(guardCommand())
  .addCommand(approvalsCommand())
  .addCommand(budgetCommand())
  .addCommand(costsCommand())
  .addCommand(mcpCommand())
  .addCommand(keysCommand())
  .addCommand(mockProviderCommand())
  .addCommand(demoCommand());

for (const command of withSubcommands(program)) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage));
}

await program.parseAsync();

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** From package.json, which lies one folder up in a checkout and two in a build. */
function ownVersion(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).version;
    } catch {
      // The other place has it.
    }
  }
  return "unknown";
}
