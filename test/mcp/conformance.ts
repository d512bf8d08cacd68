// Owns running the official conformance suite against a URL, and what each of its checks said. Knows no
// server.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));
const runMsMax = 300_000;

export const revisions = ["2025-11-25", "2026-07-28"] as const;
export type Revision = (typeof revisions)[number];

/** `scenario/check#n` → `SUCCESS`, `FAILURE`, `WARNING`, `SKIPPED`, `INFO`. */
export type Checks = ReadonlyMap<string, string>;

export interface SuiteOptions {
  readonly url: string;
  readonly revision: Revision;
  /** One scenario; left out: all that the revision requires. */
  readonly scenario?: string;
}

export async function runSuite({ url, revision, scenario }: SuiteOptions): Promise<Checks> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-mcp-"));
  const which =
    scenario === undefined
      ? ["--requirements", revision]
      : ["--scenario", scenario, ...versionOf(scenario, revision)];
  await run(["server", "--url", url, ...which, "-o", folder]);
  const checks = await readChecks(folder);
  await rm(folder, { recursive: true });
  return checks;
}

/** An extension's scenarios are of no version. */
function versionOf(scenario: string, revision: Revision): readonly string[] {
  return scenario.startsWith("tasks-") ? [] : ["--spec-version", revision];
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: "ignore", timeout: runMsMax });
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}

interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

/** The suite writes one folder a scenario, named after it and the time. */
async function readChecks(folder: string): Promise<Checks> {
  const checks = new Map<string, string>();
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    if (!path.endsWith("checks.json")) continue;
    const scenario = path
      .split("/")[0]
      ?.replace(/^server-/, "")
      .replace(/-\d{4}-\d{2}-\d{2}T.*$/, "");
    const said = JSON.parse(await readFile(join(folder, path), "utf8")) as readonly Check[];
    for (const [at, { id, name, status }] of said.entries()) {
      checks.set(`${scenario}/${id}/${name}#${at}`, status);
    }
  }
  return checks;
}

/** Both, check for check. */
export interface Difference {
  readonly check: string;
  readonly direct: string | undefined;
  readonly through: string | undefined;
}

export function differences(direct: Checks, through: Checks): readonly Difference[] {
  return [...new Set([...direct.keys(), ...through.keys()])]
    .map((check) => ({ check, direct: direct.get(check), through: through.get(check) }))
    .filter((pair) => pair.direct !== pair.through);
}

export function tally(checks: Checks): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const status of checks.values()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
