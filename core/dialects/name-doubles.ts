// Owns finding names that readers blind to case (Go's encoding/json is one) take for names read here. Knows
// no format.

import type { JsonObject } from "../text/json.ts";

/** `Model` beside `model`, or in its place, in one object. */
export function hasNameDouble(node: JsonObject, namesRead: ReadonlySet<string>): boolean {
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
