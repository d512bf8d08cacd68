// Owns what the schemas know and this version does not enforce: one table. A feature that is built loses
// its lines here.

import type { Problem } from "../contracts/policy.ts";
import { spokenApis } from "./dialects.ts";
import type { Drafts, Kind, Spot } from "./draft.ts";
import { problemIn, selectIn, selectInAgents } from "./draft.ts";
import { isEmpty } from "./located.ts";

/** Refused where something stands at the path, unless it is empty or one of `enforced`. */
interface Unenforced {
  readonly at: string;
  readonly what: string;
  readonly enforced?: readonly unknown[];
}

/** Below an agent's spec, and below Defaults' `spec.agent`. */
const inAgents: readonly Unenforced[] = [
  { at: "callers.*.agent", what: "calls from agent to agent are" },
  { at: "egress", what: "egress rules are" },
];

/** Of every limit, in an agent or shared. */
const inLimits: readonly Unenforced[] = [{ at: "depth", what: "limits on depth are" }];

const inKinds: readonly (Unenforced & { readonly in: Kind })[] = [
  { in: "Provider", at: "spec.api", what: "this api is", enforced: spokenApis },
  { in: "Model", at: "spec.strategy", what: "this strategy is", enforced: ["priority"] },
];

export function findUnenforced(drafts: Drafts): readonly Problem[] {
  return [
    ...inKinds.flatMap((row) => refuse(row, selectIn(drafts, row.in, row.at))),
    ...inAgents.flatMap((row) => refuse(row, selectInAgents(drafts, row.at))),
    ...inLimits.flatMap((row) => [
      ...refuse(row, selectInAgents(drafts, `limits.*.${row.at}`)),
      ...refuse(row, selectIn(drafts, "Limit", `spec.${row.at}`)),
    ]),
  ];
}

function refuse(row: Unenforced, spots: readonly Spot[]): readonly Problem[] {
  const isRefused = ({ node }: Spot): boolean =>
    !isEmpty(node) && !(node.kind === "scalar" && row.enforced?.includes(node.value));
  const hint = row.enforced === undefined ? "remove it" : `enforced now: ${row.enforced.join(", ")}`;
  return spots.filter(isRefused).map(({ draft, path }) => {
    return problemIn(draft, { path, problem: `${row.what} not enforced by this version`, hint });
  });
}
