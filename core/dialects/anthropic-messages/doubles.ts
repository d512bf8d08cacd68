// Owns finding names that readers blind to case (Go's encoding/json is one) take for names read here. Knows
// no field's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

const namesRead = new Set([
  ...["model", "messages", "system", "tools", "stream", "max_tokens", "fallbacks"],
  ...["mcp_servers", "container", "thread"],
  ...["type", "role", "content", "text", "source", "input", "thinking", "tool"],
]);

/** `Model` beside `model`, or in its place, in a request, its messages, their blocks or its tools. */
export function hasDoubles(request: JsonObject): boolean {
  const { messages, tools, system } = request;
  return hasDouble(request) || [messages, tools, system].some(isAnyDouble);
}

function isAnyDouble(list: JsonValue | undefined): boolean {
  if (!Array.isArray(list)) return false;
  return list.some((value) => isObject(value) && (hasDouble(value) || isAnyDouble(value.content)));
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
