// Owns where the demo's parts lie in a checkout, and which line of a policy says what. Starts nothing.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { explainPolicy } from "../../core/policy/explain.ts";
import type { AgentCommand } from "./agent-process.ts";

/** From a checkout's `cli/demo/` and from a build's `dist/cli/demo/`. */
const roots = ["../../", "../../../"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

export interface Places {
  readonly policies: string;
  readonly script: string;
  readonly nodeAgent: AgentCommand;
  /** Undefined where there is no Python 3. */
  readonly pythonAgent: AgentCommand | undefined;
}

/** Throws where only the programs were installed: examples and the openai SDK are a checkout's. */
export async function findPlaces(): Promise<Places> {
  const root = roots.find((path) => existsSync(`${path}examples/node-agent/agent.mjs`));
  if (root === undefined) throw new Error("the demo runs in a checkout of Sluice, beside its examples/");
  return {
    policies: `${root}policies/examples/demo`,
    script: `${root}mock/scripts/demo.yaml`,
    nodeAgent: { command: process.execPath, args: [`${root}examples/node-agent/agent.mjs`] },
    pythonAgent: (await hasPython())
      ? { command: "python3", args: [`${root}examples/python-agent/agent.py`] }
      : undefined,
  };
}

async function hasPython(): Promise<boolean> {
  const check = "import sys; sys.exit(sys.version_info < (3, 8))";
  const child = spawn("python3", ["-c", check], { stdio: "ignore" });
  try {
    const [code] = await once(child, "exit");
    return code === 0;
  } catch {
    return false;
  }
}

/** `defaults.yaml:11 spec.limits.per-user.requests = 5`, the file from where the reader stands. */
export async function whereSaid(dirs: readonly string[], document: string, path: string): Promise<string> {
  const explanation = await explainPolicy(dirs, document);
  const found = explanation.ok ? explanation.values.find((value) => value.path === path) : undefined;
  if (found === undefined) return `nothing: ${document} has no ${path}`;
  return `${relative(process.cwd(), found.file)}:${found.line}  ${path}: ${JSON.stringify(found.value)}`;
}
