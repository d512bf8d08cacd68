// Owns that what is said of tools can be kept: schemas that can be checked, versions that exist, conditions
// that compile. Calls none.

import { maxSatisfying, valid, validRange } from "semver";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import type { Problem } from "../../contracts/policy.ts";
import { callConditionNames, findCallConditionProblem } from "../../filters/tool-calls/condition-adapter.ts";
import { compileSchema } from "../../schemas/compile-adapter.ts";
import { strict } from "../../schemas/schema.ts";
import { compilePointer } from "../../text/pointer.ts";
import type { Drafts, Finding, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import type { Located } from "../located.ts";
import { nodeAt, select, stringAt, toPlain } from "../located.ts";

export function checkTools(drafts: Drafts): readonly Problem[] {
  return [
    ...selectIn(drafts, "Tool", "spec.version").flatMap(checkVersion),
    ...selectIn(drafts, "Tool", "spec.parameters").flatMap((spot) => [
      ...checkSchema(spot),
      ...checkArguments(spot),
    ]),
    ...selectIn(drafts, "Tool", "spec.returns").flatMap(checkSchema),
    ...selectInAgents(drafts, "tools.*").flatMap((spot) => checkUse(drafts, spot)),
  ];
}

function checkVersion({ draft, path, node }: Spot): readonly Problem[] {
  const text = textOf(node);
  if (text === undefined || valid(text) !== null) return [];
  return [problemIn(draft, { path, problem: "is not a semantic version", hint: "such as 2.1.0" })];
}

/** Below the schema, where the mistake is. */
export function checkSchema({ draft, path, node }: Spot): readonly Problem[] {
  if (node.kind !== "map") return [];
  const compiled = compileSchema(toPlain(node) as JsonValue, strict);
  if (compiled.kind === "schema") return [];
  return compiled.problems.map(({ pointer, problem }) =>
    problemIn(draft, {
      path,
      problem: "is not a JSON Schema that can be checked",
      hint: pointer === "" ? problem : `${pointer} ${problem}`,
    }),
  );
}

/** Vendors give a call's arguments as an object. */
function checkArguments({ draft, path, node }: Spot): readonly Problem[] {
  const type = stringAt(node, ["type"]);
  if (type === undefined || type === "object") return [];
  const problem = "is never met: arguments are an object";
  return [problemIn(draft, { path: [...path, "type"], problem, hint: "type: object" })];
}

function checkUse(drafts: Drafts, { draft, path, node }: Spot): readonly Problem[] {
  const name = String(path.at(-1));
  const tools = drafts.ofKind("Tool").filter((each) => each.name === name);
  if (tools.length === 0) return [];
  const versions = tools.flatMap(({ root }) => stringAt(root, ["spec", "version"]) ?? []);
  const range = stringAt(node, ["version"]) ?? "*";
  const version = validRange(range) === null ? undefined : maxSatisfying(versions.filter(isVersion), range);
  const unmet = rangeFinding(range, version, versions);
  const tool = tools.find(({ root }) => stringAt(root, ["spec", "version"]) === version);
  const parameters = tool && nodeAt(tool.root, ["spec", "parameters"]);
  const findings = [
    ...(unmet === undefined ? [] : [unmet]),
    ...checkCondition(node, parameters),
    ...checkArgumentRules(node, parameters),
  ];
  return findings.map((finding) => problemIn(draft, { ...finding, path: [...path, ...finding.path] }));
}

function rangeFinding(
  range: string,
  version: string | null | undefined,
  versions: readonly string[],
): Finding | undefined {
  if (version === undefined) {
    return { path: ["version"], problem: "is not a range of versions", hint: "such as ^2.0" };
  }
  if (version !== null) return undefined;
  const hint = `there is ${versions.join(", ")}`;
  return { path: ["version"], problem: `no version of this tool is in ${range}`, hint };
}

function isVersion(text: string): boolean {
  return valid(text) !== null;
}

function checkCondition(use: Located, parameters: Located | undefined): readonly Finding[] {
  const text = stringAt(use, ["when"]);
  if (text === undefined) return [];
  const schema = parameters?.kind === "map" ? (toPlain(parameters) as JsonObject) : undefined;
  const problem = findCallConditionProblem(text, schema);
  if (problem === undefined) return [];
  const hint = `a condition such as 'args.to.endsWith("@example.com")' over ${callConditionNames.join(", ")}`;
  return [{ path: ["when"], problem: `does not compile: ${problem}`, hint }];
}

/** What a closed schema does not have is never there. */
function checkArgumentRules(use: Located, parameters: Located | undefined): readonly Finding[] {
  if (parameters === undefined || stringAt(parameters, ["$ref"]) !== undefined) return [];
  const others = nodeAt(parameters, ["additionalProperties"]);
  if (others?.kind !== "scalar" || others.value !== false) return [];
  return select(use, "arguments.*").flatMap(({ path }): readonly Finding[] => {
    const [first] = compilePointer(String(path.at(-1))) ?? [];
    if (first === undefined || nodeAt(parameters, ["properties", first]) !== undefined) return [];
    return [{ path, problem: "the tool has no such parameter" }];
  });
}

function textOf(node: Located): string | undefined {
  return node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
