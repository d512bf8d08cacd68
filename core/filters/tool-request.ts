// Owns whether a call of a tool may go on: operations, arguments, conditions; and again where guards have
// changed them. Knows no route and calls no tool.

import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { JsonObject } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { CompiledSchema } from "../schemas/compile-adapter.ts";
import { judgeText, judgeValue } from "../schemas/json-text.ts";
import { isObject } from "../text/json.ts";
import type { CallCondition } from "./tool-calls/condition-adapter.ts";
import type { ArgumentsCheck } from "./tool-calls/sql-arguments.ts";

export interface ToolRequestRule {
  readonly name: string;
  readonly version: string;
  /** Undefined: any arguments. */
  readonly parameters: CompiledSchema | undefined;
  readonly when: CallCondition | undefined;
  readonly checkArguments?: ArgumentsCheck | undefined;
  /** What a call needs. */
  readonly operations: readonly string[];
  /** What the agent may do. */
  readonly allowed: ReadonlySet<string>;
}

export interface ToolRequestFilters {
  /** Before anything is counted: whether agent and user may do what the tool does. */
  readonly operations: Filter;
  readonly outer: Filter;
  /** Behind the guards: what was checked is what is sent. */
  readonly inner: Filter;
}

export function toolRequestFilters(rule: ToolRequestRule): ToolRequestFilters {
  return {
    operations: {
      name: "tool-operations",
      wantsCall: false,
      open: (exchange) => checkOperations(rule, exchange),
    },
    outer: {
      name: "tool-request",
      wantsCall: true,
      open: (exchange) => ({ kind: "visit", call: (call) => checkCall(rule, exchange, call) }),
    },
    inner: {
      name: "tool-request-edited",
      wantsCall: true,
      open: (exchange) => ({ kind: "visit", call: (call) => checkEdited(rule, exchange, call) }),
    },
  };
}

/** Allowed to the agent, and permitted to the user: what nobody vouches for is not. */
function checkOperations(rule: ToolRequestRule, { context }: Exchange): Refusal | undefined {
  const { name, operations, allowed } = rule;
  const denied = operations.find((each) => !allowed.has(each));
  if (denied !== undefined) {
    return refuseOperation(name, denied, "this agent is not allowed");
  }
  const missing = operations.find((each) => context?.permissions?.includes(each) !== true);
  if (missing === undefined) return undefined;
  return refuseOperation(name, missing, "the user is not permitted");
}

function refuseOperation(tool: string, operation: string, why: string): Refusal {
  const message = `\`${tool}\` needs the operation \`${operation}\`, which ${why}. Do without it.`;
  return refuse("tool_denied", { message });
}

function checkCall(rule: ToolRequestRule, exchange: Exchange, { body, value }: Call): Refusal | undefined {
  if (!isObject(value)) throw new TypeError("a tool's arguments are read as an object");
  const { parameters } = rule;
  if (parameters !== undefined) {
    const violations = judgeValue(value, body, parameters);
    if (violations.length > 0) return refuseArguments(rule, tellMistakes(parameters, value, violations));
  }
  return checkCondition(rule, exchange, value);
}

/** In a short text all that is wrong, with the names its author wrote. */
function tellMistakes(
  schema: CompiledSchema,
  value: JsonObject,
  violations: readonly string[],
): readonly string[] {
  if (JSON.stringify(value).length > toldCharsMax) return violations;
  const mistakes = schema.mistakes(value);
  return mistakes.length === 0 ? violations : mistakes;
}

/** As schemas have it: a longer one is told its first mistake. */
const toldCharsMax = 4 * 1024;

function refuseArguments({ name, version }: ToolRequestRule, mistakes: readonly string[]): Refusal {
  const told = mistakes.map((each) => each.replace(/^body: /, "arguments: ")).join("; ");
  const message = `The arguments do not fit \`${name}\` ${version}: ${told}. Correct them and call it again.`;
  return refuse("schema_violation", { message });
}

function checkCondition(
  { name, when, checkArguments }: ToolRequestRule,
  { context, route }: Exchange,
  args: JsonObject,
): Refusal | undefined {
  if (when === undefined || when({ tool: name, agent: route.agent, user: context?.user ?? "", args })) {
    const objection = checkArguments?.(args);
    if (objection === undefined) return undefined;
    return refuse("tool_denied", { message: `\`${name}\` may not be used so: ${objection}. Ask otherwise.` });
  }
  const message = `\`${name}\` may not be used like this by this agent. Use it otherwise, or do without it.`;
  return refuse("tool_denied", { message });
}

function checkEdited(rule: ToolRequestRule, exchange: Exchange, { edits }: Call): Refusal | undefined {
  const edited = edits.get("");
  if (edited === undefined) return undefined;
  const { value, violations } = judgeText(String(edited), rule.parameters);
  if (!isObject(value)) return refuseArguments(rule, violations);
  if (violations.length > 0) {
    const told = `does not fit \`${rule.name}\`: ${violations.join("; ")}`;
    const message = `What the policy's guards leave of the arguments ${told}.`;
    return refuse("schema_violation", { message });
  }
  return checkCondition(rule, exchange, value);
}
