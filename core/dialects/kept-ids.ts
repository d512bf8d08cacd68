// Owns finding the ids by which a request brings in what a vendor keeps. Knows no vendor and no owner.

import type { CallMedia, JsonValue } from "../contracts/dialect.ts";
import { compilePointer, valueAt } from "../text/pointer.ts";

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

const fileNames: ReadonlySet<string> = new Set(["file_id"]);

/** Files among the media of a request. */
export function fileIdsOf(value: JsonValue, media: readonly CallMedia[]): readonly string[] {
  return media
    .filter(({ source }) => source === "id")
    .flatMap(({ pointer }) => idsBelow(valueAt(value, compilePointer(pointer) ?? []), fileNames));
}
