// Owns RFC 6901 pointers and the policy's `*` for every element of a list. Must not know what they point at.

import type { JsonValue } from "../contracts/dialect.ts";
import { isObject } from "./json.ts";

/** Compiled once: unescaped names. */
export type Pointer = readonly string[];

/** A place in a value and the text there. */
export interface FoundText {
  readonly pointer: string;
  readonly text: string;
}

/** `undefined`: not RFC 6901. */
export function compilePointer(text: string): Pointer | undefined {
  if (text === "") return [];
  if (!text.startsWith("/") || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** `pointer` one name deeper. */
export function below(pointer: string, name: string | number): string {
  if (typeof name === "number") return `${pointer}/${name}`;
  return `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The first value there is; what has no such place has no value. */
export function valueAt(value: JsonValue | undefined, pointer: Pointer): JsonValue | undefined {
  for (const [, found] of placesAt(value, pointer)) return found;
  return undefined;
}

/** Every string at or below the places, in the order of the text. */
export function* textsAt(value: JsonValue | undefined, pointer: Pointer): Generator<FoundText> {
  for (const [place, found] of placesAt(value, pointer)) yield* textsBelow(found, place);
}

/** Every string of a value at `place`. Recursion is bounded by the depth of a strict reading. */
export function* textsBelow(value: JsonValue, place: string): Generator<FoundText> {
  if (typeof value === "string") yield { pointer: place, text: value };
  else if (typeof value !== "object" || value === null) return;
  else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* textsBelow(element, below(place, index));
  } else {
    for (const [name, member] of Object.entries(value)) yield* textsBelow(member, below(place, name));
  }
}

function* placesAt(
  value: JsonValue | undefined,
  [name, ...rest]: Pointer,
  place = "",
): Generator<[string, JsonValue]> {
  if (value === undefined) return;
  if (name === undefined) yield [place, value];
  else if (Array.isArray(value)) {
    for (const index of indexesOf(value, name)) yield* placesAt(value[index], rest, below(place, index));
  } else if (isObject(value) && Object.hasOwn(value, name)) {
    yield* placesAt(value[name], rest, below(place, name));
  }
}

function indexesOf(list: readonly JsonValue[], name: string): Iterable<number> {
  if (name === "*") return list.keys();
  return /^(0|[1-9][0-9]*)$/.test(name) && Number(name) < list.length ? [Number(name)] : [];
}
