// Owns that each guard has a detector that takes its settings, and an action that can be taken where it
// stands. Finds nothing in texts.

import type { JsonObject } from "../../contracts/json.ts";
import type { Problem } from "../../contracts/policy.ts";
import { suggestName } from "../closest.ts";
import type { Draft, Drafts, Finding } from "../draft.ts";
import { problemIn, selectInAgents } from "../draft.ts";
import { configSchemaOf, detectorNames, findDetector } from "../guards.ts";
import { nodeAt, stringAt, toPlain } from "../located.ts";

const configPath = ["spec", "config"];
/** A model can be asked again, and whoever asks has a role to lose; other actions can be taken anywhere. */
const placesOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["repair", ["llm.answer", "llm.reasoning", "tool.args"]],
  ["demote", ["edge.request", "llm.request"]],
]);

export function checkGuards(drafts: Drafts): readonly Problem[] {
  return [
    ...drafts
      .ofKind("Guard")
      .flatMap((draft) => checkGuard(draft).map((finding) => problemIn(draft, finding))),
    ...checkUses(drafts),
  ];
}

function checkGuard(draft: Draft): readonly Finding[] {
  const name = stringAt(draft.root, ["spec", "detector"]);
  if (name === undefined) return [];
  const detector = findDetector(name);
  if (detector === undefined) {
    const hint = suggestName(name, detectorNames);
    return [{ path: ["spec", "detector"], problem: "there is no such detector", hint }];
  }
  const node = nodeAt(draft.root, configPath);
  const config = node === undefined ? {} : toPlain(node);
  const misfits = configSchemaOf(name).findings(config);
  const found =
    misfits.length > 0 ? misfits : (detector.check?.(configSchemaOf(name).fill(config as JsonObject)) ?? []);
  return found.map((finding) => ({ ...finding, path: [...configPath, ...finding.path] }));
}

function checkUses(drafts: Drafts): readonly Problem[] {
  return selectInAgents(drafts, "guards.*").flatMap(({ draft, path, node }) => {
    const guard = drafts.find("Guard", stringAt(node, ["guard"]) ?? "");
    const action = guard && actionOf(guard);
    const places = placesOf.get(action ?? "");
    if (places === undefined) return [];
    const on = nodeAt(node, ["on"]);
    const stages = on === undefined ? [] : (toPlain(on) as readonly unknown[]);
    const unfit = Array.isArray(stages) ? stages.filter((stage) => !places.includes(String(stage))) : [];
    if (unfit.length === 0) return [];
    const problem = `${action} goes with ${places.join(", ")} only, not ${unfit.join(", ")}`;
    return [problemIn(draft, { path: [...path, "on"], problem, hint: "use a Guard of its own there" })];
  });
}

function actionOf({ root }: Draft): string | undefined {
  const node = nodeAt(root, ["spec", "action"]);
  if (node === undefined) return undefined;
  return node.kind === "map" ? [...node.members.keys()][0] : stringAt(root, ["spec", "action"]);
}
