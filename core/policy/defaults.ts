// Owns laying Defaults under agents: selection, order, conflicts and locks. Knows nothing of what the
// fields mean.

import type { Origin, Problem } from "../contracts/policy.ts";
import type { Draft, SourceDocument } from "./draft.ts";
import { problemAt } from "./draft.ts";
import type { Located, LocatedMap, Path } from "./located.ts";
import { childAt, isSameValue, nearestNode, nodeAt, select, stringAt } from "./located.ts";
import type { Layers } from "./overlay.ts";
import { mergeMaps, mergePatch } from "./overlay.ts";
import { formatOrigin, parsePath } from "./problem.ts";

export interface Lock {
  readonly path: Path;
  readonly at: Origin;
  readonly owner: string;
}

interface Diagnosis {
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** Precedence: Defaults, in order of name, then the Agent, then each overlay. */
export function layAgent(layers: Layers, defaults: readonly Draft[], diagnosis: Diagnosis): LocatedMap {
  const chosen = selectDefaults(layers, defaults);
  const under = joinDefaults(chosen, layers[0], diagnosis);
  return layOver(under, layers, { ...diagnosis, locks: chosen.flatMap(locksOf) });
}

/** A locked use of a Guard locks the Guard as well: by its name, what holds it. */
export function locksOnGuards(
  layers: Layers,
  defaults: readonly Draft[],
  agent: LocatedMap,
): readonly (readonly [guard: string, lock: Lock])[] {
  return selectDefaults(layers, defaults)
    .flatMap(locksOf)
    .flatMap((lock) => {
      const [, field, use = "*", part = "guard"] = lock.path.map(String);
      if (field !== "guards" || part !== "guard") return [];
      return select(agent, "spec.guards.*").flatMap(({ path, node }) => {
        const guard = stringAt(node, ["guard"]);
        const isHeld = guard !== undefined && (use === "*" || use === path.at(-1));
        return isHeld ? [[guard, { ...lock, path: ["spec"] }] as const] : [];
      });
    });
}

/** `locks`: those on this Guard. */
export function layGuard(layers: Layers, locks: readonly Lock[], diagnosis: Diagnosis): LocatedMap {
  return layOver(undefined, layers, { ...diagnosis, locks });
}

function layOver(
  under: LocatedMap | undefined,
  layers: Layers,
  { locks, ...diagnosis }: Diagnosis & { readonly locks: readonly Lock[] },
): LocatedMap {
  let root = under;
  for (const document of layers) {
    const merged: LocatedMap = mergeMaps(root, document, diagnosis.warnings);
    if (root !== undefined)
      diagnosis.problems.push(...brokenLocks(locks, { before: root, after: merged, document }));
    root = merged;
  }
  return root ?? layers[0].root;
}

/** Labels come from the agent and its overlays alone. */
function selectDefaults(layers: Layers, defaults: readonly Draft[]): readonly Draft[] {
  let own: LocatedMap | undefined;
  for (const document of layers) own = mergeMaps(own, document, []);
  const labels = own;
  const matches = ({ root }: Draft): boolean =>
    select(root, "spec.selector.*").every(({ path, node }) => {
      const label = labels && stringAt(labels, ["metadata", "labels", ...path.slice(-1)]);
      return node.kind === "scalar" && node.value === label;
    });
  return defaults.filter(matches).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function locksOf(draft: Draft): readonly Lock[] {
  return select(draft.root, "spec.locked.*").flatMap(({ node }) => {
    const path = node.kind === "scalar" ? parsePath(String(node.value)) : undefined;
    return path === undefined ? [] : [{ path: ["spec", ...path], at: node.at, owner: draft.name }];
  });
}

function joinDefaults(
  chosen: readonly Draft[],
  agent: SourceDocument,
  diagnosis: Diagnosis,
): LocatedMap | undefined {
  let joined: Located | undefined;
  for (const draft of chosen) {
    const part = nodeAt(draft.root, ["spec", "agent"]);
    if (part?.kind !== "map") continue;
    const clash = joined && firstClash(joined, part);
    if (clash !== undefined) diagnosis.problems.push(clashIn(draft, clash, agent));
    joined = mergePatch({ over: joined, patch: part, onVoid: () => {} });
  }
  return joined && { kind: "map", at: agent.root.at, members: new Map([["spec", joined]]) };
}

interface Clash {
  readonly path: Path;
  readonly earlier: Located;
  readonly later: Located;
}

/** The first path that both set, and not to the same. */
function firstClash(earlier: Located, later: Located, path: Path = []): Clash | undefined {
  if (earlier.kind !== "map" || later.kind !== "map") {
    return isSameValue(earlier, later) ? undefined : { path, earlier, later };
  }
  for (const [key, node] of later.members) {
    const other = earlier.members.get(key);
    const clash = other && firstClash(other, node, [...path, key]);
    if (clash !== undefined) return clash;
  }
  return undefined;
}

function clashIn(draft: Draft, clash: Clash, agent: SourceDocument): Problem {
  return problemAt(clash.later.at, draft, {
    path: ["spec", "agent", ...clash.path],
    problem: `differs from other Defaults that Agent/${agent.name} matches too`,
    hint: `the other is at ${formatOrigin(clash.earlier.at)}; set it in one of them, or narrow a selector`,
  });
}

interface Step {
  readonly before: LocatedMap;
  readonly after: LocatedMap;
  readonly document: SourceDocument;
}

/** A lock holds from the first layer that sets the path: later ones may repeat the value and nothing else. */
function brokenLocks(locks: readonly Lock[], { before, after, document }: Step): readonly Problem[] {
  return locks.flatMap((lock) => {
    const set = nodeAt(before, lock.path);
    if (set === undefined) return [];
    const inside = firstDifference(set, nodeAt(after, lock.path));
    if (inside === undefined) return [];
    const path = [...lock.path, ...inside];
    const origin = formatOrigin(nearestNode(set, inside).at);
    return problemAt(nearestNode(document.root, path).at, document, {
      path,
      problem: `changes what Defaults/${lock.owner} locks at ${formatOrigin(lock.at)}`,
      hint: `set at ${origin}; remove it here, a stricter limit or guard takes a name of its own`,
    });
  });
}

/** Path to the first value that differs, undefined where none does. */
function firstDifference(before: Located, after: Located | undefined, path: Path = []): Path | undefined {
  if (before.kind !== "map" || after?.kind !== "map") return isSameValue(before, after) ? undefined : path;
  for (const key of new Set([...before.members.keys(), ...after.members.keys()])) {
    const was = childAt(before, key);
    const here = [...path, key];
    if (was === undefined) return here;
    const inside = firstDifference(was, childAt(after, key), here);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
