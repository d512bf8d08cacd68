// Owns making a policy's tools: what an agent may use, each with its schema ready. Judges no call.

import type { AgentSpec, Policy, ToolSpec } from "../contracts/policy.ts";
import { callConditionOf } from "../filters/tool-calls/condition-adapter.ts";
import type { ToolRule } from "../filters/tool-calls/rules.ts";
import { type CompiledSchema, compileSchema } from "../schemas/compile-adapter.ts";
import { strict } from "../schemas/schema.ts";

/** By name; undefined: nobody looks at the agent's calls. */
export function agentTools({ tools }: Policy, agent: AgentSpec): ReadonlyMap<string, ToolRule> | undefined {
  if (agent.tools === undefined) return undefined;
  const rules = [...agent.tools.values()].map(({ name, version, when }): [string, ToolRule] => {
    const tool = tools.get(name)?.find((each) => each.version === version);
    if (tool === undefined) throw new RangeError(`no such tool: ${name} ${version}`);
    const { argsCharsMax } = tool;
    const condition = when === undefined ? undefined : callConditionOf(when);
    return [name, { name, version, parameters: parametersOf(tool), argsCharsMax, when: condition }];
  });
  return new Map(rules);
}

/** A schema is compiled once, however many agents use its tool. */
const compiled = new WeakMap<ToolSpec, CompiledSchema>();

function parametersOf(tool: ToolSpec): CompiledSchema | undefined {
  if (tool.parameters === undefined) return undefined;
  const known = compiled.get(tool);
  if (known !== undefined) return known;
  const made = compileSchema(tool.parameters, strict);
  if (made.kind === "problems") throw new Error("the schema was not proven when the policy was loaded");
  compiled.set(tool, made);
  return made;
}
