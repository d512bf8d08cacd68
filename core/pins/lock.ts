// Owns the lock file of an MCP server: what was approved, as text for Git. Knows no server and no disk.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { type McpLock, type Pin, type PinnedKind, pinned } from "../contracts/mcp-spec.ts";
import { isObject, readJson } from "../text/json.ts";
import { pinOf } from "./definition.ts";

export const lockVersion = 1;

export type LockReading =
  | { readonly kind: "lock"; readonly lock: McpLock }
  | { readonly kind: "problem"; readonly problem: string };

/** Strict: what was edited by hand and does not hash to what it says was approved by nobody. */
export function readLock(bytes: Buffer): LockReading {
  const reading = readJson(bytes);
  if (reading.kind === "problem" || !isObject(reading.value)) return problem("is not a JSON object");
  const { version } = reading.value;
  if (version !== lockVersion) return problem(`is not version ${lockVersion} of a lock file`);
  const lock = {
    tools: new Map<string, Pin>(),
    prompts: new Map<string, Pin>(),
    resourceTemplates: new Map<string, Pin>(),
  };
  for (const kind of pinned) {
    const found = reading.value[kind] ?? {};
    if (!isObject(found)) return problem(`${kind} is not an object`);
    for (const [name, entry] of Object.entries(found)) {
      const pin = readPin(kind, name, entry);
      if (pin === undefined) return problem(`${kind} "${name}" does not hash to what it says: lock it again`);
      lock[kind].set(name, pin);
    }
  }
  return { kind: "lock", lock };
}

function readPin(kind: PinnedKind, name: string, entry: JsonValue): Pin | undefined {
  if (!isObject(entry) || entry.definition === undefined) return undefined;
  const pin = pinOf(kind, entry.definition);
  return pin?.name === name && pin.hash === entry.hash
    ? { hash: pin.hash, definition: pin.definition }
    : undefined;
}

/** Names in their order, so that a change is a change of its own lines. */
export function writeLock(lock: McpLock): string {
  const kinds = pinned.map((kind): [string, JsonObject] => [kind, written(lock[kind])]);
  return `${JSON.stringify({ version: lockVersion, ...Object.fromEntries(kinds) }, null, 2)}\n`;
}

function written(pins: ReadonlyMap<string, Pin>): JsonObject {
  const ordered = [...pins].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(ordered.map(([name, { hash, definition }]) => [name, { hash, definition }]));
}

export const emptyLock: McpLock = { tools: new Map(), prompts: new Map(), resourceTemplates: new Map() };

function problem(text: string): LockReading {
  return { kind: "problem", problem: text };
}
