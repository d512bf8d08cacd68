// Owns which names of a chat completions request must not stand in it twice but for their case. Knows no use
// of them.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { hasNameDouble } from "../name-doubles.ts";
import { vendorNames } from "./vendors.ts";

const namesRead = new Set([
  ...vendorNames,
  ...[
    "prompt",
    "suffix",
    "best_of",
    "input",
    "system",
    "template",
    "context",
    "options",
    "images",
    "thinking",
  ],
  ...["functions", "response_format", "prediction", "documents", "chat_template", "stream_options"],
  "chat_template_kwargs",
  ...["model", "messages", "tools", "stream", "n"],
  ...["max_tokens", "max_completion_tokens"],
  ...["type", "function", "role", "content", "refusal", "reasoning", "reasoning_content"],
  ...["reasoning_details", "function_call", "tool_calls", "arguments", "format"],
]);

/** `Model` beside `model`, or in its place, in a request, its messages or its tools. */
export function hasDoubles(request: JsonObject): boolean {
  return hasNameDouble(request, namesRead) || isAnyDouble(request.messages) || isAnyDouble(request.tools);
}

function isAnyDouble(list: JsonValue | undefined): boolean {
  return Array.isArray(list) && list.some(isDouble);
}

/** A message, a tool, or a call of one, whose own arguments are named as the tool likes. */
function isDouble(value: JsonValue | undefined): boolean {
  if (!isObject(value)) return false;
  const { tool_calls, function: called, function_call } = value;
  if (hasNameDouble(value, namesRead) || isAnyDouble(tool_calls)) return true;
  return [called, function_call].some((node) => isObject(node) && hasNameDouble(node, namesRead));
}
