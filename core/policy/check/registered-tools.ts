// Owns that tools which register themselves take no name of the policy's own. Knows no registry.

import { validRange } from "semver";
import type { Problem } from "../../contracts/policy.ts";
import type { Drafts, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { childAt, stringAt } from "../located.ts";

export function checkRegisteredTools(drafts: Drafts): readonly Problem[] {
  const declared = new Set(drafts.ofKind("Tool").map(({ name }) => name));
  const uses = selectInAgents(drafts, "registeredTools.*");
  const registrants = selectIn(drafts, "Caller", "spec.registers.*");
  const named = new Set(registrants.map(nameOf));
  return [
    ...uses.flatMap(checkRange),
    ...uses.flatMap(checkCredential),
    ...uses.filter((spot) => declared.has(String(spot.path.at(-1)))).map(refuseDeclared),
    ...registrants.filter((spot) => declared.has(nameOf(spot))).map(refuseDeclared),
    ...uses.filter(({ path }) => !named.has(String(path.at(-1)))).map(refuseUnnamed),
  ];
}

function nameOf({ node }: Spot): string {
  return node.kind === "scalar" ? String(node.value) : "";
}

function checkRange({ draft, path, node }: Spot): readonly Problem[] {
  if (validRange(stringAt(node, ["version"]) ?? "*") !== null) return [];
  const finding = { path: [...path, "version"], problem: "is not a range of versions" };
  return [problemIn(draft, { ...finding, hint: "such as ^2.0" })];
}

/** It would be shown to whatever address is registered. */
function checkCredential({ draft, path, node }: Spot): readonly Problem[] {
  if (childAt(node, "credential") === undefined || childAt(node, "hosts") !== undefined) return [];
  const problem = "would be shown wherever somebody registers the tool";
  const hint = "name under `hosts` where it may be";
  return [problemIn(draft, { path: [...path, "credential"], problem, hint })];
}

function refuseDeclared({ draft, path }: Spot): Problem {
  const problem = "is a Tool of the policy, which nobody else registers";
  return problemIn(draft, { path, problem, hint: "another name, or no Tool of this one" });
}

function refuseUnnamed({ draft, path }: Spot): Problem {
  const problem = "nobody may register a tool of this name";
  return problemIn(draft, { path, problem, hint: "name it under `registers` of a Caller" });
}
