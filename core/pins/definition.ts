// Owns which part of a definition is pinned, and under which name. Knows no server and no file.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { Pin, PinnedKind } from "../contracts/mcp-spec.ts";
import { isObject } from "../text/json.ts";
import { canonicalHash } from "./canonical-adapter.ts";

/** Neither is said to a model: what a server notes for itself, and pictures. */
const unpinned = new Set(["_meta", "icons"]);
const naming: Readonly<Record<PinnedKind, string>> = {
  tools: "name",
  prompts: "name",
  resourceTemplates: "uriTemplate",
};

/** Undefined: it has no name, or no canonical form, so nobody can say it is the one that was approved. */
export function pinOf(kind: PinnedKind, value: JsonValue): (Pin & { readonly name: string }) | undefined {
  if (!isObject(value)) return undefined;
  const name = value[naming[kind]];
  if (typeof name !== "string") return undefined;
  const definition: JsonObject = Object.fromEntries(
    Object.entries(value).filter(([member]) => !unpinned.has(member)),
  );
  const hash = canonicalHash(definition);
  return hash === undefined ? undefined : { name, hash, definition };
}
