// Owns running the mock provider as a program of its own; knows nothing of how it answers.

import { readFile } from "node:fs/promises";
import { startMockProvider } from "./provider.ts";
import type { Script } from "./script.ts";
import { readScript, tellProblems } from "./script-reader.ts";

export interface MockProviderFlags {
  /** Default `127.0.0.1:14000`. */
  readonly listen?: string | undefined;
  /** Path of a YAML or JSON file. */
  readonly script?: string | undefined;
}

/** Runs until SIGTERM or SIGINT. Gives the exit code: 0 stopped, 1 cannot listen, 2 the script is wrong. */
export async function runMockProvider(flags: MockProviderFlags): Promise<number> {
  const script = flags.script === undefined ? {} : await loadScript(flags.script);
  if (typeof script === "string") return complain(script, 2);
  try {
    const provider = await startMockProvider({ listen: flags.listen ?? "127.0.0.1:14000", script });
    console.log(`mock provider listening on ${provider.url}`);
    await stopSignal();
    await provider.close();
    return 0;
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error), 1);
  }
}

/** The script, or why there is none. */
async function loadScript(path: string): Promise<Script | string> {
  try {
    const reading = readScript(await readFile(path, "utf8"));
    return "problems" in reading ? `${path}: ${tellProblems(reading.problems)}` : reading.script;
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function complain(problem: string, exitCode: number): number {
  console.error(`mock provider: ${problem}`);
  return exitCode;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
}
