// Owns finding the ids by which a request brings in what a vendor keeps. Knows no vendor and no owner.

import type { JsonValue } from "../contracts/dialect.ts";

/**
 * Strings that stand under one of these names at any depth, or in a list there. A schema that has such a
 * property says an object there.
 */
export function idsBelow(value: JsonValue | undefined, names: ReadonlySet<string>): readonly string[] {
  const ids: string[] = [];
  if (value !== undefined) collect(value, names, ids);
  return ids;
}

function collect(value: JsonValue, names: ReadonlySet<string>, ids: string[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value) collect(element, names, ids);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (names.has(name)) ids.push(...stringsIn(member));
    collect(member, names, ids);
  }
}

export function stringsIn(value: JsonValue | undefined): readonly string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((element) => typeof element === "string");
}
