// Owns making a policy's tools: what an agent may use, each with its schemas ready. Judges no call.

import type { ApprovalSpec } from "../contracts/approval.ts";
import type { Dialect } from "../contracts/dialect.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { AgentSpec, Policy, ToolService, ToolSpec, ToolUseSpec } from "../contracts/policy.ts";
import { resultForm, toolDialect } from "../dialects/index.ts";
import { type CallCondition, callConditionOf } from "../filters/tool-calls/condition-adapter.ts";
import type { ToolRule } from "../filters/tool-calls/rules.ts";
import { type ArgumentsCheck, argumentsCheck } from "../filters/tool-calls/sql-arguments.ts";
import { type CompiledSchema, compileSchema } from "../schemas/compile-adapter.ts";
import { strict } from "../schemas/schema.ts";
import { stricter } from "./approvals.ts";

/** By name; undefined: nobody looks at the agent's calls. */
export function agentTools({ tools }: Policy, agent: AgentSpec): ReadonlyMap<string, ToolRule> | undefined {
  if (agent.tools === undefined) return undefined;
  const rules = [...agent.tools.values()].map(({ name, version, when, sql }): [string, ToolRule] => {
    const tool = tools.get(name)?.find((each) => each.version === version);
    if (tool === undefined) throw new RangeError(`no such tool: ${name} ${version}`);
    const { argsCharsMax, parameters } = tool;
    const conditions = { when: when === undefined ? undefined : callConditionOf(when), ...argumentsOf(sql) };
    return [
      name,
      { name, version, parameters: parameters && compiledOf(parameters), argsCharsMax, ...conditions },
    ];
  });
  return new Map([...registeredRules(agent), ...rules]);
}

/** A model's calls of them are judged by what the request declares: a tool's own word is a stranger's. */
function registeredRules({ registeredTools }: AgentSpec): readonly (readonly [string, ToolRule])[] {
  return [...registeredTools.values()].map(({ name, version }) => {
    const open = { parameters: undefined, argsCharsMax: registeredArgsCharsMax, when: undefined };
    return [name, { name, version, ...open }];
  });
}

/** The field's. */
export const registeredArgsCharsMax = 10_000;

/** A tool that an agent may use, in one of its versions. */
export interface UsableTool {
  readonly spec: ToolSpec;
  readonly parameters: CompiledSchema | undefined;
  readonly when: CallCondition | undefined;
  readonly checkArguments?: ArgumentsCheck | undefined;
  /** The Tool's or the agent's; undefined: nobody is asked. */
  readonly approval: ApprovalSpec | undefined;
  /** Undefined: the agent runs it itself. */
  readonly callable: CallableParts | undefined;
}

export interface CallableParts {
  readonly service: ToolService;
  readonly dialect: Dialect;
  readonly returns: CompiledSchema | undefined;
  readonly formOf: typeof resultForm;
}

/** By name, the latest version first. */
export function usableTools(
  { tools }: Policy,
  agent: Pick<AgentSpec, "tools">,
): ReadonlyMap<string, readonly UsableTool[]> {
  const uses = [...(agent.tools?.values() ?? [])].map(({ name, versions, when, sql, approval }) => {
    const own = { when: when === undefined ? undefined : callConditionOf(when), ...argumentsOf(sql) };
    const conditions = { ...own, approval };
    const known = tools.get(name) ?? [];
    const specs = versions.flatMap((version) => known.find((each) => each.version === version) ?? []);
    return [name, specs.map((spec) => usable(spec, conditions))] as const;
  });
  return new Map(uses);
}

function argumentsOf(sql: ToolUseSpec["sql"]): Pick<ToolRule, "checkArguments"> {
  return sql.size === 0 ? {} : { checkArguments: argumentsCheck(sql) };
}

export function usable(
  spec: ToolSpec,
  { when, checkArguments, approval }: Pick<UsableTool, "when" | "checkArguments" | "approval">,
): UsableTool {
  const { service, parameters } = spec;
  return {
    spec,
    parameters: parameters && compiledOf(parameters),
    when,
    checkArguments,
    approval: stricter(service?.approval, approval),
    callable: service && {
      service,
      dialect: toolDialect({ ...service, argsCharsMax: spec.argsCharsMax }),
      returns: service.returns && compiledOf(service.returns),
      formOf: resultForm,
    },
  };
}

/** A schema is compiled once, however many agents use its tool. */
const compiled = new WeakMap<JsonObject, CompiledSchema>();

function compiledOf(schema: JsonObject): CompiledSchema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = compileSchema(schema, strict);
  if (made.kind === "problems") throw new Error("the schema was not proven when the policy was loaded");
  compiled.set(schema, made);
  return made;
}
