// Owns which functions a Gemini request declares, in either spelling. Knows no policy.

import type { DeclaredTool, DeclaredTools } from "../../contracts/dialect.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { declared, noTools, toolsIn } from "../declared-tools.ts";
import { find, type Place } from "./fields.ts";
import { toJsonSchema } from "./schema.ts";

/** Of a request, and of one that stands in another. */
export function readDeclaredTools(value: JsonValue | undefined): DeclaredTools {
  if (!isObject(value)) return noTools;
  const root: Place = { node: value, pointer: "" };
  const inner = find(root, "generateContentRequest");
  const places = [root, ...(isObject(inner?.value) ? [{ node: inner.value, pointer: inner.pointer }] : [])];
  return {
    tools: places.flatMap(readTools),
    choices: places.flatMap((place) => find(place, "toolConfig")?.pointer ?? []),
  };
}

function readTools(request: Place): readonly DeclaredTool[] {
  const tools = find(request, "tools");
  return toolsIn(tools?.value, tools?.pointer ?? "", (node, pointer) => {
    const functions = find({ node, pointer }, "functionDeclarations");
    return toolsIn(functions?.value, functions?.pointer ?? "", (own, at) => [
      readFunction({ node: own, pointer: at }),
    ]);
  });
}

function readFunction(place: Place): DeclaredTool {
  const { node, pointer } = place;
  const schema = find(place, "parametersJsonSchema")?.value;
  const own = node.parameters;
  return declared(node.name, pointer, schema ?? (isObject(own) ? toJsonSchema(own) : undefined));
}
