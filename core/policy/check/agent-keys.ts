// Owns that agents which call others can be told apart by their keys. Knows nothing of how keys are used.

import type { Problem } from "../../contracts/policy.ts";
import { readAgentKey } from "../../tokens/keys-adapter.ts";
import type { Drafts, Spot } from "../draft.ts";
import { problemIn, selectIn } from "../draft.ts";
import { formatOrigin } from "../problem.ts";

export function checkAgentKeys(drafts: Drafts): readonly Problem[] {
  return [
    ...selectIn(drafts, "Defaults", "spec.agent.keys").map(({ draft, path }) =>
      problemIn(draft, { path, problem: "would make many agents one", hint: "each Agent has its own keys" }),
    ),
    ...checkEach(selectIn(drafts, "Agent", "spec.keys.*.ed25519")),
  ];
}

function checkEach(spots: readonly Spot[]): readonly Problem[] {
  const first = new Map<string, Spot>();
  return spots.flatMap((spot) => {
    const text = textOf(spot);
    const reading = readAgentKey(text);
    if ("problem" in reading) return [problemIn(spot.draft, { path: spot.path, problem: reading.problem })];
    const earlier = first.get(text);
    if (earlier === undefined) first.set(text, spot);
    if (earlier === undefined || earlier.draft === spot.draft) return [];
    const hint = `the other is at ${formatOrigin(earlier.node.at)}; one key, one agent`;
    return [problemIn(spot.draft, { path: spot.path, problem: "is the key of another agent as well", hint })];
  });
}

function textOf({ node }: Pick<Spot, "node">): string {
  return node.kind === "scalar" ? String(node.value) : "";
}
