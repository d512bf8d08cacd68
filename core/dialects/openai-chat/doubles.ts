// Owns finding names that readers blind to case (Go's encoding/json is one) take for names read here. Knows
// no field's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
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
  ...["model", "messages", "tools", "stream", "n"],
  ...["max_tokens", "max_completion_tokens"],
  ...["type", "function", "role", "content", "refusal", "reasoning", "reasoning_content"],
  ...["reasoning_details", "function_call", "tool_calls"],
]);

/** `Model` beside `model`, or in its place, in a request, its messages or its tools. */
export function hasDoubles(request: JsonObject): boolean {
  return hasDouble(request) || isAnyDouble(request.messages) || isAnyDouble(request.tools);
}

function isAnyDouble(list: JsonValue | undefined): boolean {
  return Array.isArray(list) && list.some((value) => isObject(value) && hasDouble(value));
}

function hasDouble(node: JsonObject): boolean {
  for (const name in node) {
    // Most names are those that are read; the others are looked at closely.
    if (!namesRead.has(name) && /[^a-z0-9_]/.test(name) && namesRead.has(fold(name))) return true;
  }
  return false;
}

/** Upper case first: it is what brings back letters such as the long s. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}
