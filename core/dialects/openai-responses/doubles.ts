// Owns which names of a Responses request must not stand in it twice but for their case. Knows no use of
// them.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { hasNameDouble } from "../name-doubles.ts";

const namesRead: ReadonlySet<string> = new Set([
  ...["model", "input", "instructions", "tools", "tool_choice", "stream", "background", "store", "prompt"],
  ...["max_output_tokens", "previous_response_id", "conversation", "text", "reasoning", "context_management"],
  ...["type", "role", "content", "arguments", "output", "summary", "code", "name", "variables", "mode"],
  ...["image_url", "file_id", "file_url", "file_data", "server_url", "id", "refusal", "format"],
]);

/** In a request, its items and their parts, its tools, and whatever these are made of in turn. */
export function hasDoubles(request: JsonObject): boolean {
  const { input, tools, prompt, tool_choice } = request;
  return hasNameDouble(request, namesRead) || [input, tools, prompt, tool_choice].some(isDoubledBelow);
}

/** Not below a function's parameters: a JSON Schema names what it likes. */
function isDoubledBelow(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(isDoubledBelow);
  if (!isObject(value)) return false;
  if (hasNameDouble(value, namesRead)) return true;
  return [value.content, value.output, value.tools].some(isDoubledBelow);
}
