// Owns what the schemas know and this version does not enforce: one table. A feature that is built loses
// its lines here.

import type { Problem } from "../contracts/policy.ts";
import { spokenApis } from "./dialects.ts";
import { type Drafts, type Kind, problemIn, type Spot, selectIn } from "./draft.ts";
import { isEmpty } from "./located.ts";

/** Refused where something stands at the path, unless it is empty or one of `enforced`. */
interface Partly {
  readonly in: Kind;
  readonly at: string;
  readonly what: string;
  readonly enforced: readonly unknown[];
}

const partly: readonly Partly[] = [
  { in: "Provider", at: "spec.api", what: "this api", enforced: spokenApis },
  { in: "Model", at: "spec.strategy", what: "this strategy", enforced: ["priority"] },
];

export function findUnenforced(drafts: Drafts): readonly Problem[] {
  return partly.flatMap((row) => refuse(row, selectIn(drafts, row.in, row.at)));
}

function refuse({ what, enforced }: Partly, spots: readonly Spot[]): readonly Problem[] {
  const isRefused = ({ node }: Spot): boolean =>
    !isEmpty(node) && !(node.kind === "scalar" && enforced.includes(node.value));
  const problem = `${what} is not enforced by this version`;
  const hint = `enforced now: ${enforced.join(", ")}`;
  return spots.filter(isRefused).map(({ draft, path }) => problemIn(draft, { path, problem, hint }));
}
