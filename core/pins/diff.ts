// Owns what has changed between two sets of definitions, in words for people. Knows no file and no server.

import type { JsonValue } from "../contracts/json.ts";
import { type McpLock, type Pin, type PinnedKind, pinned } from "../contracts/mcp-spec.ts";
import { isObject } from "../text/json.ts";
import { below } from "../text/pointer.ts";

export interface PinChange {
  readonly kind: PinnedKind;
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Of what changed: RFC 6901 into the definition, and both values. */
  readonly places: readonly ChangedPlace[];
}

export interface ChangedPlace {
  readonly pointer: string;
  /** Undefined: nothing stood, or stands there. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

export function diffLocks(before: McpLock, after: McpLock): readonly PinChange[] {
  return pinned.flatMap((kind) => {
    const names = [...new Set([...before[kind].keys(), ...after[kind].keys()])].sort();
    return names.flatMap((name) => diffPin(kind, name, [before[kind].get(name), after[kind].get(name)]));
  });
}

function diffPin(
  kind: PinnedKind,
  name: string,
  [was, is]: readonly [Pin | undefined, Pin | undefined],
): readonly PinChange[] {
  if (was?.hash === is?.hash) return [];
  const change = was === undefined ? "added" : is === undefined ? "removed" : "changed";
  const places = change === "changed" ? [...placesOf(was?.definition, is?.definition, "")] : [];
  return [{ kind, name, change, places }];
}

/** Down to where one of them is no object; a list is looked at as a whole unless it has kept its length. */
function* placesOf(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  pointer: string,
): Generator<ChangedPlace> {
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* placesOf(before[name], after[name], below(pointer, name));
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [at, element] of before.entries()) yield* placesOf(element, after[at], below(pointer, at));
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    yield { pointer, before, after };
  }
}
