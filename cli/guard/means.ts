// Owns finding a Guard of the policies and making it ready to read texts. Reads none.

import { randomBytes } from "node:crypto";
import { stages } from "../../core/contracts/guard.ts";
import type { Policy } from "../../core/contracts/policy.ts";
import type { ScanMeans } from "../../core/filters/guards/scan.ts";
import { suggestName } from "../../core/policy/closest.ts";
import { plainDialect } from "../../core/policy/dialects.ts";
import { agentGuards } from "../../core/policy/guards.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";

export interface Unready {
  /** A line each. */
  readonly problems: readonly string[];
}

/** As the programs make it, on every stage. */
export async function readyGuard(dirs: readonly string[], name: string): Promise<ScanMeans | Unready> {
  const loaded = await loadPolicy(dirs);
  if (!loaded.ok) {
    const problems = loaded.problems.map(formatProblem);
    return { problems: [...problems, "sluice: the policies have problems: mend them"] };
  }
  return makeReady(loaded.policy, name);
}

function makeReady(policy: Policy, name: string): ScanMeans | Unready {
  const spec = policy.guards.get(name);
  if (spec === undefined) {
    const hint = suggestName(name, [...policy.guards.keys()]);
    return { problems: [`sluice: there is no Guard/${name} in these policies${hint && ` (${hint})`}`] };
  }
  const { origin } = spec;
  const use = { name, origin, guard: name, on: stages, mode: undefined, sample: 1 };
  const guards = new Map([[name, use]]);
  const [rule] = agentGuards(policy, { guards }, { environment: process.env, stages });
  if (rule === undefined) throw new Error(`Guard/${name} looks at no stage`);
  const key = process.env.SLUICE_HASH_KEY;
  return { rule, route, key: key === undefined ? randomBytes(32) : Buffer.from(key) };
}

/** Of a call that nobody makes. */
const route: ScanMeans["route"] = {
  name: "guard scan",
  agent: "none",
  dialect: plainDialect,
  api: undefined,
  exchangeChain: [],
  attemptChain: [],
  bodyBytesMax: 0,
  targets: () => [],
};
