// Owns finding an McpServer of the policies, whether its lock is written yet or not. Asks no server.

import type { McpServerSpec } from "../../core/contracts/policy.ts";
import { suggestName } from "../../core/policy/closest.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";

export interface NotFound {
  /** A line each. */
  readonly problems: readonly string[];
}

export async function findServer(dirs: readonly string[], name: string): Promise<McpServerSpec | NotFound> {
  const all = dirs.flatMap((dir) => dir.split(":")).filter(Boolean);
  const loaded = await loadPolicy(all, { missingLocks: "empty" });
  if (!loaded.ok) {
    const problems = loaded.problems.map(formatProblem);
    return { problems: [...problems, "sluice: the policies have problems: mend them"] };
  }
  const server = loaded.policy.mcpServers.get(name);
  if (server !== undefined) return server;
  const hint = suggestName(name, [...loaded.policy.mcpServers.keys()]);
  return { problems: [`sluice: there is no McpServer/${name} in these policies${hint && ` (${hint})`}`] };
}
