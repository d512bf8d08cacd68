// Owns which names of a Messages request must not stand in it twice but for their case. Knows no use of
// them.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { hasNameDouble } from "../name-doubles.ts";

const namesRead = new Set([
  ...["model", "messages", "system", "tools", "stream", "max_tokens", "fallbacks"],
  ...["mcp_servers", "container", "thread"],
  ...["type", "role", "content", "text", "source", "input", "thinking", "tool"],
]);

/** `Model` beside `model`, or in its place, in a request, its messages, their blocks or its tools. */
export function hasDoubles(request: JsonObject): boolean {
  const { messages, tools, system } = request;
  return hasNameDouble(request, namesRead) || [messages, tools, system].some(isAnyDouble);
}

function isAnyDouble(list: JsonValue | undefined): boolean {
  if (!Array.isArray(list)) return false;
  return list.some(
    (value) => isObject(value) && (hasNameDouble(value, namesRead) || isAnyDouble(value.content)),
  );
}
