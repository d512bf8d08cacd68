// Owns that every name a document refers to exists. Knows nothing of what the reference is for.

import type { Problem } from "../../contracts/policy.ts";
import { closestName } from "../closest.ts";
import type { Drafts, Kind, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { nodeAt, select, stringAt } from "../located.ts";

const agentReferences: readonly { readonly at: string; readonly to: Kind }[] = [
  { at: "callers.*.caller", to: "Caller" },
  { at: "callers.*.agent", to: "Agent" },
  { at: "models.*", to: "Model" },
  { at: "limits.*.downgrade.to", to: "Model" },
  { at: "guards.*.guard", to: "Guard" },
];

/** Where the key of a map is the reference. */
const agentKeyReferences: readonly { readonly at: string; readonly to: Kind }[] = [
  { at: "tools.*", to: "Tool" },
  { at: "mcpServers.*", to: "McpServer" },
];

export function checkReferences(drafts: Drafts): readonly Problem[] {
  const texts = agentReferences.flatMap(({ at, to }) =>
    selectInAgents(drafts, at).flatMap((spot) => missing(drafts, spot, to, textOf(spot))),
  );
  const keys = agentKeyReferences.flatMap(({ at, to }) =>
    selectInAgents(drafts, at).flatMap((spot) => missing(drafts, spot, to, String(spot.path.at(-1)))),
  );
  const cheaper = selectIn(drafts, "Limit", "spec.downgrade.to").flatMap((spot) =>
    missing(drafts, spot, "Model", textOf(spot)),
  );
  const targets = selectIn(drafts, "Model", "spec.targets.*").flatMap((spot) => checkTarget(drafts, spot));
  return [...texts, ...keys, ...cheaper, ...targets];
}

function textOf(spot: Spot): string | undefined {
  return spot.node.kind === "scalar" && typeof spot.node.value === "string" ? spot.node.value : undefined;
}

function missing(drafts: Drafts, spot: Spot, kind: Kind, name: string | undefined): readonly Problem[] {
  if (name === undefined || drafts.find(kind, name) !== undefined || drafts.unread.has(name)) return [];
  const known = drafts.ofKind(kind).map((draft) => draft.name);
  return [problemIn(spot.draft, { path: spot.path, ...nothingNamed(kind, name, known) })];
}

function nothingNamed(
  what: string,
  name: string,
  known: readonly string[],
): { problem: string; hint: string } {
  const closest = closestName(name, known);
  return {
    problem: `there is no ${what} of this name`,
    hint: closest === undefined ? "" : `did you mean "${closest}"?`,
  };
}

function checkTarget(drafts: Drafts, spot: Spot): readonly Problem[] {
  const providerName = stringAt(spot.node, ["provider"]);
  const model = stringAt(spot.node, ["model"]);
  const provider = providerName === undefined ? undefined : drafts.find("Provider", providerName);
  if (provider === undefined) {
    return missing(drafts, { ...spot, path: [...spot.path, "provider"] }, "Provider", providerName);
  }
  if (model === undefined || nodeAt(provider.root, ["spec", "models", model]) !== undefined) return [];
  const known = select(provider.root, "spec.models.*").map(({ path }) => String(path.at(-1)));
  const what = `model of Provider/${provider.name}`;
  return [problemIn(spot.draft, { path: [...spot.path, "model"], ...nothingNamed(what, model, known) })];
}
