// Owns that what Defaults lock can be found. Knows nothing of how locks are kept.

import type { Problem } from "../../contracts/policy.ts";
import { suggestName } from "../closest.ts";
import type { Drafts, Spot } from "../draft.ts";
import { problemIn, selectIn } from "../draft.ts";
import { parsePath } from "../problem.ts";
import { agent } from "../schema/agent.ts";

const agentFields = Object.keys(agent.properties as object);

export function checkDefaults(drafts: Drafts): readonly Problem[] {
  return selectIn(drafts, "Defaults", "spec.locked.*").flatMap(checkLocked);
}

function checkLocked({ draft, path, node }: Spot): readonly Problem[] {
  if (node.kind !== "scalar" || typeof node.value !== "string") return [];
  const locked = parsePath(node.value);
  if (locked === undefined) {
    const hint = 'such as limits.requests or egress["api.github.com:443"]';
    return [problemIn(draft, { path, problem: "is not a path below an agent's spec", hint })];
  }
  const field = locked[0] ?? "";
  if (agentFields.includes(field)) return [];
  return [
    problemIn(draft, { path, problem: "names no field of an agent", hint: suggestName(field, agentFields) }),
  ];
}
