// Owns which tools a request declares that the client runs, in the forms that vendors share. Knows no policy.

import type { DeclaredTool, DeclaredTools } from "../contracts/dialect.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";
import { below } from "../text/pointer.ts";

export const noTools: DeclaredTools = { tools: [], choices: [] };

/** Undefined: it is none, or the vendor runs it. */
export type ReadDeclared = (tool: JsonObject, pointer: string) => readonly DeclaredTool[];

/** Of a list, and of an object that stands for a list of one. */
export function toolsIn(
  value: JsonValue | undefined,
  pointer: string,
  read: ReadDeclared,
): readonly DeclaredTool[] {
  if (isObject(value)) return read(value, pointer);
  if (!Array.isArray(value)) return [];
  return value.flatMap((tool, at) => (isObject(tool) ? read(tool, below(pointer, at)) : []));
}

/** A name that is none is one that no list has. */
export function declared(
  name: JsonValue | undefined,
  pointer: string,
  parameters: JsonValue | undefined,
): DeclaredTool {
  const schema = isObject(parameters) ? parameters : undefined;
  return { name: nameOf(name), pointer, parameters: schema, takes: "json" };
}

export function declaredText(name: JsonValue | undefined, pointer: string): DeclaredTool {
  return { name: nameOf(name), pointer, parameters: undefined, takes: "text" };
}

function nameOf(name: JsonValue | undefined): string {
  return typeof name === "string" ? name : "";
}

/** OpenAI's form, which Ollama has as well: what a tool is stands below its type. */
export function readChatTools(value: JsonValue | undefined): DeclaredTools {
  if (!isObject(value)) return noTools;
  const functions = toolsIn(value.functions, "/functions", (tool, at) => [
    declared(tool.name, at, tool.parameters),
  ]);
  return {
    tools: [...toolsIn(value.tools, "/tools", readNested), ...functions],
    choices: ["/tool_choice", "/parallel_tool_calls", "/function_call"],
  };
}

function readNested({ function: own, custom }: JsonObject, pointer: string): readonly DeclaredTool[] {
  if (isObject(own)) return [declared(own.name, pointer, own.parameters)];
  return isObject(custom) ? [declaredText(custom.name, pointer)] : [];
}
