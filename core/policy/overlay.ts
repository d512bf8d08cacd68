// Owns laying one document over another, each value keeping the place it was written. Knows nothing of
// schemas.

import type { Problem } from "../contracts/policy.ts";
import type { SourceDocument } from "./draft.ts";
import { problemAt } from "./draft.ts";
import type { Located, LocatedMap, Path } from "./located.ts";
import { stringAt } from "./located.ts";
import { formatOrigin } from "./problem.ts";

/** JSON merge patch, RFC 7396; `onVoid` hears of each `null` that has nothing to delete. */
export interface Patch {
  readonly over: Located | undefined;
  readonly patch: Located;
  readonly onVoid: (path: Path, node: Located) => void;
}

export function mergePatch({ over, patch, onVoid }: Patch, path: Path = []): Located {
  if (patch.kind !== "map") return patch;
  const under = over?.kind === "map" ? over : undefined;
  const members = new Map(under?.members);
  for (const [key, node] of patch.members) {
    const here = [...path, key];
    if (node.kind === "scalar" && node.value === null) {
      if (!members.delete(key)) onVoid(here, node);
    } else {
      members.set(key, mergePatch({ over: members.get(key), patch: node, onVoid }, here));
    }
  }
  return { kind: "map", at: under?.at ?? patch.at, members };
}

/** Merging two maps gives a map. */
export function mergeMaps(
  over: LocatedMap | undefined,
  document: SourceDocument,
  warnings: Problem[],
): LocatedMap {
  const onVoid = (path: Path, node: Located): void => {
    warnings.push(
      problemAt(node.at, document, {
        path,
        problem: "is null, which deletes what an earlier directory set, but nothing is set",
        hint: "remove it, or write {} or [] for an empty one",
      }),
    );
  };
  return mergePatch({ over, patch: document.root, onVoid }) as LocatedMap;
}

/** The same document in the order of the directories that hold it. */
export type Layers = readonly [SourceDocument, ...SourceDocument[]];

/** By kind and name, a Tool by its version besides, in the order they first appear. */
export function groupDocuments(documents: readonly SourceDocument[], problems: Problem[]): readonly Layers[] {
  const groups = new Map<string, [SourceDocument, ...SourceDocument[]]>();
  for (const document of documents) {
    const key = keyOf(document, groups);
    if (key === undefined) {
      problems.push(problemAt(document.root.at, document, whichVersion));
      continue;
    }
    const layers = groups.get(key);
    const twin = layers?.find(({ layer }) => layer === document.layer);
    if (layers === undefined) groups.set(key, [document]);
    else if (twin === undefined) layers.push(document);
    else problems.push(problemAt(document.root.at, document, twiceIn(twin)));
  }
  return [...groups.values()];
}

/** An overlay that names no version is about the only one there is. Undefined: there are several. */
function keyOf(
  { kind, name, root }: SourceDocument,
  groups: ReadonlyMap<string, unknown>,
): string | undefined {
  const key = `${kind}/${name}`;
  if (kind !== "Tool") return key;
  const version = stringAt(root, ["spec", "version"]);
  if (version !== undefined) return `${key}@${version}`;
  const [only = key, ...others] = [...groups.keys()].filter((each) => each.startsWith(`${key}@`));
  return others.length === 0 ? only : undefined;
}

const whichVersion = {
  path: ["spec", "version"],
  problem: "is missing, and there are several versions of this tool",
  hint: "name the one that this is laid over",
};

function twiceIn(twin: SourceDocument): { path: Path; problem: string; hint: string } {
  return {
    path: [],
    problem: "stands twice in one directory",
    hint: `first at ${formatOrigin(twin.root.at)}; an overlay belongs in a later directory`,
  };
}
