// Owns that calls which wait for a person are calls that pass here, and wait no longer than they may. Knows
// nothing of who decides.

import { approvalMsMax } from "../../contracts/approval.ts";
import type { Problem } from "../../contracts/policy.ts";
import type { Draft, Drafts, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { nodeAt, stringAt } from "../located.ts";
import { parseDurationMs } from "../units.ts";

export function checkApprovals(drafts: Drafts): readonly Problem[] {
  const ofTools = selectIn(drafts, "Tool", "spec.approval");
  const ofAgents = selectInAgents(drafts, "tools.*.approval");
  const ofServers = [
    ...selectIn(drafts, "McpServer", "spec.approval.*"),
    ...selectInAgents(drafts, "mcpServers.*.approval.*"),
  ];
  const tools = drafts.ofKind("Tool");
  const ofRegistered = selectInAgents(drafts, "registeredTools.*.approval");
  return [
    ...[...ofTools, ...ofAgents, ...ofServers, ...ofRegistered].flatMap(checkWithin),
    ...ofTools.filter(({ draft }) => !isCalledHere(draft)).map(refuseUnseen),
    ...ofAgents.filter(({ path }) => !isCallable(tools, String(path.at(-2)))).map(refuseUnseen),
  ];
}

function checkWithin({ draft, path, node }: Spot): readonly Problem[] {
  const ms = parseDurationMs(stringAt(node, ["within"]) ?? "1s");
  if (ms === undefined || ms <= approvalMsMax) return [];
  return [
    problemIn(draft, {
      path: [...path, "within"],
      problem: "is longer than 10m, and no call is held so long",
    }),
  ];
}

/** A tool that is not there is another check's finding. */
function isCallable(tools: readonly Draft[], name: string): boolean {
  const versions = tools.filter((draft) => draft.name === name);
  return versions.every(isCalledHere);
}

function isCalledHere(draft: Draft): boolean {
  return nodeAt(draft.root, ["spec", "endpoint"]) !== undefined;
}

function refuseUnseen({ draft, path }: Spot): Problem {
  return problemIn(draft, {
    path,
    problem: "holds nothing: the agent runs this tool itself",
    hint: "give the Tool an endpoint, so that its calls pass through Sluice",
  });
}
