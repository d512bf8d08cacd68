// Owns which tools a Responses request declares that the client runs, wherever it does. Knows no policy.

import type { DeclaredTool, DeclaredTools } from "../../contracts/dialect.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { below } from "../../text/pointer.ts";
import { declared, declaredText, noTools, toolsIn } from "../declared-tools.ts";

export function readDeclaredTools(value: JsonValue | undefined): DeclaredTools {
  if (!isObject(value)) return noTools;
  const { tools, input } = value;
  const brought = Array.isArray(input) ? input : [];
  return {
    tools: [
      ...toolsIn(tools, "/tools", readTool),
      ...brought.flatMap((item, at) => (isObject(item) ? readBrought(item, below("/input", at)) : [])),
    ],
    choices: ["/tool_choice", "/parallel_tool_calls", "/max_tool_calls"],
  };
}

/** Items may bring tools of their own. */
function readBrought({ type, tools }: JsonObject, pointer: string): readonly DeclaredTool[] {
  const brings = type === "additional_tools" || type === "tool_search_output";
  return brings ? toolsIn(tools, `${pointer}/tools`, readTool) : [];
}

function readTool(tool: JsonObject, pointer: string): readonly DeclaredTool[] {
  const { type, name, parameters, tools } = tool;
  if (type === "function") return [declared(name, pointer, parameters)];
  if (type === "custom") return [declaredText(name, pointer)];
  return type === "namespace" ? toolsIn(tools, `${pointer}/tools`, readTool) : [];
}
