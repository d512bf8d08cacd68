// Owns the command `sluice mock-provider`: its flags and help. How it answers is mock/'s business.

import { Command, Option } from "commander";
import { type MockProviderFlags, runMockProvider } from "../mock/main.ts";

export function mockProviderCommand(): Command {
  return new Command("mock-provider")
    .description("a deterministic LLM provider for tests, demos and load, with scripted answers and faults")
    .addOption(
      new Option("--listen <address>", "where to listen")
        .env("SLUICE_MOCK_LISTEN")
        .default("127.0.0.1:14000"),
    )
    .addOption(new Option("--script <file>", "answers and faults, YAML or JSON").env("SLUICE_MOCK_SCRIPT"))
    .action(async (flags: MockProviderFlags) => {
      process.exitCode = await runMockProvider(flags);
    });
}
