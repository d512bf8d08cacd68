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
  { at: "mcpServers", what: "MCP servers are" },
  { at: "egress", what: "egress rules are" },
];

const inKinds: readonly (Unenforced & { readonly in: Kind })[] = [
  { in: "Provider", at: "spec.api", what: "this api is", enforced: spokenApis },
  { in: "Model", at: "spec.strategy", what: "this strategy is", enforced: ["priority"] },
  { in: "McpServer", at: "", what: "documents of kind McpServer are" },
];

export function findUnenforced(drafts: Drafts): readonly Problem[] {
  return [
    ...inKinds.flatMap((row) => refuse(row, selectIn(drafts, row.in, row.at))),
    ...inAgents.flatMap((row) => refuse(row, selectInAgents(drafts, row.at))),
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
