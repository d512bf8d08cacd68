// Owns whether one call of a tool may be made, and why not. Knows no frame and no vendor.

import type { DeclaredTool } from "../../contracts/dialect.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { CompiledSchema } from "../../schemas/compile-adapter.ts";
import { judgeText } from "../../schemas/json-text.ts";
import { isObject } from "../../text/json.ts";
import type { CompileDeclared, ToolRule } from "./rules.ts";

export interface MadeCall {
  readonly name: string;
  /** As the model wrote them. */
  readonly args: string;
}

/** `broken`: no whole JSON, or not what was said before: nobody could make such a call. */
export type Judgement =
  | { readonly kind: "fits" }
  | { readonly kind: "denied"; readonly why: string }
  | { readonly kind: "broken"; readonly violations: readonly string[] }
  | Misfit;

export interface Misfit {
  readonly kind: "misfit";
  readonly violations: readonly string[];
  /** The same with all names, for whoever wrote them. */
  readonly mistakes: readonly string[];
  /** Undefined: nothing could be left out so that it fits. */
  readonly schema: CompiledSchema | undefined;
}

export interface JudgeOptions {
  readonly rules: ReadonlyMap<string, ToolRule>;
  /** By name: what the request says of tools. */
  readonly declared: ReadonlyMap<string, DeclaredTool>;
  readonly compile: CompileDeclared;
  readonly agent: string;
  readonly user: string;
}

/** Models write nothing where a tool takes nothing. */
const noArgs = "{}";

export function judgeCall({ name, args }: MadeCall, options: JudgeOptions): Judgement {
  const { rules, declared } = options;
  const rule = rules.get(name);
  if (rule === undefined) return { kind: "denied", why: "is not on this agent's list of tools" };
  if (args.length > rule.argsCharsMax) {
    return misfit([`arguments: more than ${rule.argsCharsMax} characters`]);
  }
  const tool = declared.get(name);
  if (rule.parameters === undefined && tool?.takes === "text") {
    return permit(rule, { input: args }, options) ?? { kind: "fits" };
  }
  const text = args.trim() === "" ? noArgs : args;
  const schema = schemaOf(rule, tool, options.compile);
  const { value, violations } = judgeText(text, typeof schema === "string" ? undefined : schema);
  if (value === undefined) return { kind: "broken", violations };
  if (!isObject(value)) return { kind: "broken", violations: ["arguments: type object"] };
  const denied = permit(rule, value, options);
  if (denied !== undefined) return denied;
  if (typeof schema === "string") return misfit([schema]);
  if (violations.length === 0 || schema === undefined) return { kind: "fits" };
  const mistakes = schema.mistakes(value);
  return {
    kind: "misfit",
    violations: violations.map(ofArguments),
    mistakes: (mistakes.length === 0 ? violations : mistakes).map(ofArguments),
    schema,
  };
}

/** A schema speaks of the whole text as of a body. */
function ofArguments(violation: string): string {
  return violation.replace(/^body: /, "arguments: ");
}

/** Nothing that could be left out would help. */
function misfit(violations: readonly string[]): Misfit {
  return { kind: "misfit", violations, mistakes: violations, schema: undefined };
}

/** Why there is none to check with, in words; undefined: none was said, so all arguments fit. */
function schemaOf(
  { parameters }: ToolRule,
  tool: DeclaredTool | undefined,
  compile: CompileDeclared,
): CompiledSchema | string | undefined {
  if (parameters !== undefined) return parameters;
  if (tool?.parameters === undefined) return undefined;
  const compiled = compile(tool.parameters);
  if (compiled.kind === "schema") return compiled;
  const [first] = compiled.problems;
  return `the schema that the request declares cannot be checked (${first?.pointer} ${first?.problem})`;
}

function permit(
  { name, when, checkArguments }: ToolRule,
  args: JsonObject,
  { agent, user }: JudgeOptions,
): Judgement | undefined {
  if (when !== undefined && !when({ tool: name, agent, user, args })) {
    return { kind: "denied", why: "may not be used like this by this agent" };
  }
  const objection = checkArguments?.(args);
  return objection === undefined ? undefined : { kind: "denied", why: `may not be used so: ${objection}` };
}
