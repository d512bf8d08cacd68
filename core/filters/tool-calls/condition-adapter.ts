// Owns conditions in CEL over one call of a tool: which ones compile, and whether one holds. Knows no
// exchange.

import type { ParseResult } from "@marcbachmann/cel-js";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { celEnvironment, celProblem, parseCel } from "../../text/cel-adapter.ts";

const variables = {
  tool: "string",
  agent: "string",
  user: "string",
  args: "map<string, dyn>",
} as const;

export const callConditionNames = Object.keys(variables);

const environment = celEnvironment(variables);

export interface CallFacts {
  readonly tool: string;
  readonly agent: string;
  /** Empty where nobody is known. */
  readonly user: string;
  readonly args: JsonObject;
}

/** Whether a call may be made; where it cannot be told, it may not. */
export type CallCondition = (facts: CallFacts) => boolean;

/** What is wrong with it, in one line; undefined: nothing. `parameters`: the schema of the arguments. */
export function findCallConditionProblem(text: string, parameters?: JsonObject): string | undefined {
  const problem = celProblem(environment, text, ["bool", "dyn"]);
  const parsed = parseCel(environment, text);
  if (problem !== undefined || typeof parsed === "string") return problem;
  const known = closedNames(parameters);
  const unknown = known && [...argsIn(parsed.ast)].find((name) => !known.has(name));
  return unknown === undefined ? undefined : `args.${unknown} cannot exist: the tool has no such parameter`;
}

/** Throws on one that does not compile: the policy has refused it before. */
export function callConditionOf(text: string): CallCondition {
  const problem = findCallConditionProblem(text);
  const parsed = parseCel(environment, text);
  if (problem !== undefined || typeof parsed === "string") throw new Error(`condition: ${problem}`);
  return (facts) => evaluate(parsed, facts);
}

function evaluate(parsed: ParseResult, facts: CallFacts): boolean {
  try {
    return parsed({ ...facts }) === true;
  } catch {
    return false;
  }
}

/** Undefined: there may be others. */
function closedNames(parameters: JsonObject | undefined): ReadonlySet<string> | undefined {
  if (parameters?.additionalProperties !== false || parameters.patternProperties !== undefined) {
    return undefined;
  }
  const { properties = {} } = parameters;
  return typeof properties === "object" && properties !== null ? new Set(Object.keys(properties)) : undefined;
}

/** As the library says what it has read: `args.name` and `args["name"]`. */
interface Node {
  readonly op: string;
  readonly args: unknown;
}

function* argsIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* argsIn(each);
  if (!isNode(value)) return;
  const { op, args } = value;
  if (Array.isArray(args) && (op === "." || op === "[]") && isArgs(args[0])) {
    const name: JsonValue | Node = args[1];
    if (typeof name === "string") yield name;
    else if (isNode(name) && name.op === "value" && typeof name.args === "string") yield name.args;
  }
  yield* argsIn(args);
}

function isArgs(value: unknown): boolean {
  return isNode(value) && value.op === "id" && value.args === "args";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
