// Owns that what a limit does fits what it counts, and that its condition compiles. Knows nothing of windows.

import type { Meter, Problem } from "../../contracts/policy.ts";
import { conditionNames, findConditionProblem } from "../../limits/condition-adapter.ts";
import type { Drafts, Finding } from "../draft.ts";
import { problemIn, selectInAgents } from "../draft.ts";
import type { Located, LocatedMap } from "../located.ts";
import { childAt, nodeAt, select, stringAt } from "../located.ts";

/** What an answer under way adds to: it can be cut, warned of, or asked of a cheaper model. */
const growing: ReadonlySet<Meter> = new Set(["tokens", "usd"]);
/** Nothing of it can be under way when it is full. */
const momentary: ReadonlySet<Meter> = new Set(["requests", "concurrency", "depth"]);

export function checkActions(limit: LocatedMap, meter: Meter): readonly Finding[] {
  const action = stringAt(limit, ["onExceeded"]);
  const findings: Finding[] = [];
  const isDowngrade = action === "downgrade";
  if (isDowngrade && !growing.has(meter)) findings.push(unfit("onExceeded", "downgrade", "tokens and usd"));
  if (isDowngrade && !limit.members.has("downgrade")) {
    findings.push({
      path: ["downgrade"],
      problem: "is missing",
      hint: "such as downgrade: { to: gpt-4o-mini }",
    });
  }
  if (!isDowngrade && limit.members.has("downgrade")) {
    const hint = "add onExceeded: downgrade";
    findings.push({ path: ["downgrade"], problem: "goes with onExceeded: downgrade only", hint });
  }
  if (action === "end" && momentary.has(meter)) {
    findings.push(unfit("onExceeded", "end", "tokens, usd, steps, toolCalls and wallClock"));
  }
  if (limit.members.has("wrapUp") && (momentary.has(meter) || meter === "wallClock")) {
    findings.push(unfit("wrapUp", "a last word", "tokens, usd, steps and toolCalls"));
  }
  const isLeased = stringAt(limit, ["onStoreLoss"]) === "lease";
  const isLeasable = meter !== "concurrency" && nodeAt(limit, ["window", "fixed"]) === undefined;
  if (isLeased && !isLeasable)
    findings.push(unfit("onStoreLoss", "lease", "sums, not fixed windows and slots"));
  return findings;
}

function unfit(field: string, what: string, where: string): Finding {
  return { path: [field], problem: `${what} goes with ${where} only` };
}

export function checkMatch(limit: LocatedMap): readonly Finding[] {
  const text = stringAt(limit, ["match"]);
  const problem = text === undefined ? undefined : findConditionProblem(text);
  if (problem === undefined) return [];
  const hint = `a condition such as 'team == "growth"' over ${conditionNames.join(", ")}`;
  return [{ path: ["match"], problem: `does not compile: ${problem}`, hint }];
}

/** A model an agent may not ask for is no way out of its limits. */
export function checkDowngrades(drafts: Drafts): readonly Problem[] {
  return selectInAgents(drafts, "limits.*.downgrade.to").flatMap(({ draft, path, node }) => {
    if (draft.kind !== "Agent" || node.kind !== "scalar") return [];
    const models = select(draft.root, "spec.models.*").map(({ node: model }) => scalarOf(model));
    if (models.includes(scalarOf(node))) return [];
    return [
      problemIn(draft, { path, problem: "is not on the agent's models", hint: "add it to spec.models" }),
    ];
  });
}

function scalarOf(node: Located): unknown {
  return node.kind === "scalar" ? node.value : childAt(node, "name");
}
