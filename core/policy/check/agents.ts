// Owns that agents do not claim the same requests, and that what they expect of a body can be checked.

import type { Problem } from "../../contracts/policy.ts";
import type { Draft, Drafts, Spot } from "../draft.ts";
import { problemIn, selectInAgents } from "../draft.ts";
import { trimPath } from "../endpoint.ts";
import type { Found } from "../located.ts";
import { select } from "../located.ts";
import { formatOrigin } from "../problem.ts";
import { checkSchema } from "./tools.ts";

/** Sluice's own paths at the gateway. */
const reservedPaths = ["/agents", "/tasks"];

export function checkAgents(drafts: Drafts): readonly Problem[] {
  return [
    ...checkClaims(drafts.ofKind("Agent")),
    ...selectInAgents(drafts, "paths.*").flatMap(checkReserved),
    ...selectInAgents(drafts, "api.request.schema").flatMap(checkSchema),
  ];
}

interface Claim {
  readonly key: string;
  readonly draft: Draft;
  readonly found: Found;
}

/** Each host with each path; an agent that names only one of the two takes all of the other. */
function claimsOf(draft: Draft): readonly Claim[] {
  const textOf = ({ node }: Found): string => String(node.kind === "scalar" ? node.value : "");
  const hosts = select(draft.root, "spec.hosts.*");
  const paths = select(draft.root, "spec.paths.*");
  const pathOf = (found: Found): string => trimPath(textOf(found));
  if (hosts.length === 0) {
    return paths.map((found) => ({ key: JSON.stringify(["", pathOf(found)]), draft, found }));
  }
  return hosts.flatMap((host): Claim[] => {
    if (paths.length === 0) return [{ key: JSON.stringify([textOf(host), "/"]), draft, found: host }];
    return paths.map((found) => ({ key: JSON.stringify([textOf(host), pathOf(found)]), draft, found }));
  });
}

function checkClaims(agents: readonly Draft[]): readonly Problem[] {
  const first = new Map<string, Claim>();
  return agents.flatMap(claimsOf).flatMap((claim) => {
    const earlier = first.get(claim.key);
    if (earlier === undefined) first.set(claim.key, claim);
    if (earlier === undefined) return [];
    const hint = `Agent/${earlier.draft.name} at ${formatOrigin(earlier.found.node.at)}`;
    return [
      problemIn(claim.draft, {
        path: claim.found.path,
        problem: "is claimed by another agent as well",
        hint,
      }),
    ];
  });
}

function checkReserved({ draft, path, node }: Spot): readonly Problem[] {
  const text = node.kind === "scalar" ? String(node.value) : "";
  const reserved = reservedPaths.find((own) => text === own || text.startsWith(`${own}/`));
  if (reserved === undefined) return [];
  return [problemIn(draft, { path, problem: `lies below ${reserved}, which is Sluice's own` })];
}
