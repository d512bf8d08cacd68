// Owns which tools a request in Converse's format declares that the client runs. Knows no policy.

import type { DeclaredTool, DeclaredTools } from "../../contracts/dialect.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { declared, noTools, toolsIn } from "../declared-tools.ts";
import { isClientTool } from "./call.ts";

export function readDeclaredTools(value: JsonValue | undefined): DeclaredTools {
  if (!isObject(value)) return noTools;
  const { toolConfig, additionalModelRequestFields: more } = value;
  const own = isObject(toolConfig) ? toolsIn(toolConfig.tools, "/toolConfig/tools", readSpec) : [];
  const place = "/additionalModelRequestFields";
  const additional = isObject(more) ? toolsIn(more.tools, `${place}/tools`, readAdditional) : [];
  return {
    tools: [...own, ...additional],
    choices: ["/toolConfig/toolChoice", `${place}/tool_choice`],
  };
}

function readSpec({ toolSpec }: JsonObject, pointer: string): readonly DeclaredTool[] {
  if (!isObject(toolSpec)) return [];
  const { name, inputSchema } = toolSpec;
  return [declared(name, pointer, isObject(inputSchema) ? inputSchema.json : undefined)];
}

function readAdditional(tool: JsonObject, pointer: string): readonly DeclaredTool[] {
  return isClientTool(tool) ? [declared(tool.name, pointer, tool.input_schema)] : [];
}
