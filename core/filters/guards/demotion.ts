// Owns taking a role from whoever speaks in a request: in the body's own words he is a user then. Knows no
// guard.

import type { Call } from "../../contracts/dialect.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { below, compilePointer } from "../../text/pointer.ts";

const user = "user";

/**
 * The nearest message around the text, one of a list, changes its role. `impossible`: none says a role, so it
 * is the place itself that gives it one.
 */
export function demote({ value, edits }: Call, pointer: string): "done" | "impossible" {
  let node: JsonValue | undefined = value;
  let place = "";
  let role: string | undefined;
  for (const name of compilePointer(pointer) ?? []) {
    const isInList = Array.isArray(node);
    node = childOf(node, name);
    place = below(place, name);
    if (isInList && isObject(node) && typeof node.role === "string") role = below(place, "role");
  }
  if (role === undefined) return "impossible";
  edits.set(role, user);
  return "done";
}

function childOf(node: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(node)) return node[Number(name)];
  return isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}
