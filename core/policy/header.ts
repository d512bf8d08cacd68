// Owns what makes a YAML document a policy document: apiVersion, kind, name. Knows nothing of any spec.

import type { Problem } from "../contracts/policy.ts";
import { suggestName } from "./closest.ts";
import type { Kind, SourceDocument } from "./draft.ts";
import { apiVersion, kinds } from "./draft.ts";
import type { Located, Path } from "./located.ts";
import { nearestNode, stringAt } from "./located.ts";
import { formatPath } from "./problem.ts";

export type HeaderResult =
  | { readonly ok: true; readonly document: SourceDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function isKind(text: string | undefined): text is Kind {
  return kinds.some((kind) => kind === text);
}

/** Patches are documents too: each names its version, kind and name. */
export function readHeader(root: Located, layer: number): HeaderResult {
  const problems: Problem[] = [];
  const say = (path: Path, problem: string, hint = ""): void => {
    problems.push({ ...nearestNode(root, path).at, path: formatPath(path), problem, hint });
  };
  if (root.kind !== "map") {
    say([], "is not a policy document", "a map with apiVersion, kind, metadata and spec");
    return { ok: false, problems };
  }
  const version = stringAt(root, ["apiVersion"]);
  if (version === undefined) say(["apiVersion"], "is missing", `apiVersion: ${apiVersion}`);
  else if (version !== apiVersion) say(["apiVersion"], "is not a known version", apiVersion);
  const kind = stringAt(root, ["kind"]);
  if (kind === undefined) say(["kind"], "is missing", `known: ${kinds.join(", ")}`);
  else if (!isKind(kind)) say(["kind"], "is not a known kind", suggestName(kind, kinds));
  const name = stringAt(root, ["metadata", "name"]);
  if (name === undefined || name === "") say(["metadata", "name"], "is missing", "metadata: { name: … }");
  if (problems.length > 0 || !isKind(kind) || name === undefined) return { ok: false, problems };
  return { ok: true, document: { kind, name, root, layer } };
}
