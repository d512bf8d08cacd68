#!/usr/bin/env node
// Owns the `sluice` command line: which commands there are, and what bad usage costs. Knows nothing of what
// they do.

import { readFileSync } from "node:fs";
import { Command } from "commander";

const badUsage = 2;

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** What only this command needs is read here: the others start without it. */
  readonly load: () => Promise<Command>;
}

const entries: readonly Entry[] = [
  {
    name: "gateway",
    summary: "the edge: who may call which agent, how often, with what",
    load: async () => (await import("./gateway.ts")).gatewayCommand(),
  },
  {
    name: "sidecar",
    summary: "the pod's proxy: every LLM call of the agent leaves through it",
    load: async () => (await import("./sidecar.ts")).sidecarCommand(),
  },
  {
    name: "policy",
    summary: "work on policy files before they run",
    load: async () => (await import("./policy.ts")).policyCommand(),
  },
  {
    name: "guard",
    summary: "try guards on texts: no traffic, the same machinery",
    load: async () => (await import("./guard.ts")).guardCommand(),
  },
  {
    name: "approvals",
    summary: "calls of tools that wait for a person",
    load: async () => (await import("./approvals.ts")).approvalsCommand(),
  },
  {
    name: "budget",
    summary: "how full limits are; empty them, or grant more",
    load: async () => (await import("./budget.ts")).budgetCommand(),
  },
  {
    name: "costs",
    summary: "who spent what, how fast, and what it comes to by the month's end",
    load: async () => (await import("./costs.ts")).costsCommand(),
  },
  {
    name: "mcp",
    summary: "pin what MCP servers say of their tools, and see what has changed",
    load: async () => (await import("./mcp.ts")).mcpCommand(),
  },
  {
    name: "keys",
    summary: "keys of callers and of the gateway",
    load: async () => (await import("./keys.ts")).keysCommand(),
  },
  {
    name: "mock-provider",
    summary: "a deterministic LLM provider for tests, demos and load, with scripted answers and faults",
    load: async () => (await import("./mock-provider.ts")).mockProviderCommand(),
  },
  {
    name: "demo",
    summary: "provider, gateway, sidecars and agents on loopback, real requests through all of them",
    load: async () => (await import("./demo.ts")).demoCommand(),
  },
];

const program = new Command("sluice")
  .description("An API gateway and a sidecar proxy for AI agent traffic.")
  .version(ownVersion());
const asked = process.argv.slice(2);
for (const { name, summary, load } of entries) {
  const command = asked.includes(name) ? await load() : new Command(name);
  program.addCommand(command.description(summary));
}

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
