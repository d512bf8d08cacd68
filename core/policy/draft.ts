// Owns a document on its way to being a spec, and problems found in it. Knows nothing of any one kind's
// fields.

import type { Origin, Problem } from "../contracts/policy.ts";
import type { Found, LocatedMap, Path } from "./located.ts";
import { nearestNode, select } from "./located.ts";
import { formatPath } from "./problem.ts";

export const apiVersion = "sluice.dev/v1alpha1";

export const kinds = [
  "Defaults",
  "Provider",
  "Model",
  "Caller",
  "Agent",
  "Limit",
  "Guard",
  "Tool",
  "McpServer",
] as const;
export type Kind = (typeof kinds)[number];

/** One document as it was written, in the n-th directory given. */
export interface SourceDocument {
  readonly kind: Kind;
  readonly name: string;
  readonly root: LocatedMap;
  readonly layer: number;
}

/** One document after overlays and Defaults; not yet known to be right. */
export interface Draft {
  readonly kind: Kind;
  readonly name: string;
  readonly root: LocatedMap;
}

export interface Finding {
  readonly path: Path;
  readonly problem: string;
  readonly hint?: string;
}

/** Where the finding's path, or the nearest thing above it that exists, was written. */
export function problemIn(draft: Draft, finding: Finding): Problem {
  return problemAt(nearestNode(draft.root, finding.path).at, draft, finding);
}

export function problemAt(at: Origin, owner: { kind: string; name: string }, finding: Finding): Problem {
  const inside = finding.path.length === 0 ? "" : ` ${formatPath(finding.path)}`;
  return {
    ...at,
    path: `${owner.kind}/${owner.name}${inside}`,
    problem: finding.problem,
    hint: finding.hint ?? "",
  };
}

/** All drafts by kind, and names that stand in documents which could not be read. */
export interface Drafts {
  readonly all: readonly Draft[];
  readonly ofKind: (kind: Kind) => readonly Draft[];
  readonly find: (kind: Kind, name: string) => Draft | undefined;
  /** A reference to one of these may be right: the document's own problem is reported instead. */
  readonly unread: ReadonlySet<string>;
}

export function collectDrafts(all: readonly Draft[], unread: ReadonlySet<string>): Drafts {
  const byKey = new Map(all.map((draft) => [`${draft.kind}/${draft.name}`, draft]));
  return {
    all,
    ofKind: (kind) => all.filter((draft) => draft.kind === kind),
    find: (kind, name) => byKey.get(`${kind}/${name}`),
    unread,
  };
}

export interface Spot extends Found {
  readonly draft: Draft;
}

/** Everything at the pattern in all drafts of one kind. */
export function selectIn(drafts: Drafts, kind: Kind, pattern: string): readonly Spot[] {
  return drafts
    .ofKind(kind)
    .flatMap((draft) => select(draft.root, pattern).map((found) => ({ ...found, draft })));
}

/** The pattern starts below an agent's spec; Defaults hold the same fields below `spec.agent`. */
export function selectInAgents(drafts: Drafts, pattern: string): readonly Spot[] {
  return [
    ...selectIn(drafts, "Defaults", `spec.agent.${pattern}`),
    ...selectIn(drafts, "Agent", `spec.${pattern}`),
  ];
}
