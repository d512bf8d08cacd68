// Owns the life of a long-running command: what a failed start prints, SIGHUP, SIGTERM, exit codes. Knows no
// program.

import { formatProblem } from "../core/policy/problem.ts";
import { PolicyError } from "../core/program/host.ts";
import { SettingsError } from "../core/program/settings.ts";

export interface Running {
  reload(): Promise<unknown>;
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface Started {
  /** What each listener is for → its port. */
  readonly ports: Readonly<Record<string, number>>;
  readonly running: Running;
}

const policyIsBad = 1;
const badUsage = 2;

/** Runs until SIGTERM (drains, exit 0) or a second signal (at once). SIGHUP reloads the policy. */
export async function runProgram(start: () => Promise<Started>): Promise<void> {
  const { running, ports } = await startOrExit(start);
  process.on("SIGHUP", () => void running.reload());
  const stopped = stopSignal();
  // Standard error: standard output is the log's. Whoever reads it may send a signal at once.
  console.error(
    `listening: ${Object.entries(ports)
      .map(([what, port]) => `${what} ${port}`)
      .join(", ")}`,
  );
  await stopped;
  process.once("SIGTERM", () => process.exit(1));
  process.once("SIGINT", () => process.exit(1));
  await running.drain();
  process.exitCode = 0;
}

/** Listeners that were open before the failure would keep half a program running. */
async function startOrExit(start: () => Promise<Started>): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    return process.exit(explainFailure(error));
  }
}

/** Prints why nothing runs; returns the exit code. */
export function explainFailure(error: unknown): number {
  if (error instanceof PolicyError) {
    for (const problem of error.problems) console.error(formatProblem(problem));
    console.error(`sluice: ${error.message}; nothing was started`);
    return policyIsBad;
  }
  console.error(`sluice: ${error instanceof Error ? error.message : String(error)}`);
  return error instanceof SettingsError ? badUsage : 1;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
}
