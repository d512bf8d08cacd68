// Owns which tools a messages request declares that the client runs, those given amid a conversation
// included. Knows no policy.

import type { DeclaredTool, DeclaredTools } from "../../contracts/dialect.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { declared, noTools, toolsIn } from "../declared-tools.ts";
import { isRunByAgent } from "./tools.ts";

export function readDeclaredTools(value: JsonValue | undefined): DeclaredTools {
  if (!isObject(value)) return noTools;
  const added = toolsIn(value.messages, "/messages", (message, pointer) =>
    toolsIn(message.content, `${pointer}/content`, readAddition),
  );
  return { tools: [...toolsIn(value.tools, "/tools", readTool), ...added], choices: ["/tool_choice"] };
}

function readTool(tool: JsonObject, pointer: string): readonly DeclaredTool[] {
  return isRunByAgent(tool.type) ? [declared(tool.name, pointer, tool.input_schema)] : [];
}

function readAddition({ type, tool }: JsonObject, pointer: string): readonly DeclaredTool[] {
  if (type !== "tool_addition" || !isObject(tool) || !isObject(tool.definition)) return [];
  return readTool(tool.definition, pointer);
}
