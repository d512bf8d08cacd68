// Owns RFC 6901 pointers and the policy's `*` for every element of a list. Must not know what they point at.

import type { JsonValue } from "../contracts/dialect.ts";
import { isObject, type JsonObject } from "./json.ts";

/** Compiled once: unescaped names. */
export type Pointer = readonly string[];

/** A place in a value and the text there. */
export interface FoundText {
  readonly pointer: string;
  readonly text: string;
  /** A member's name, or a number: nothing goes on with it. Undefined: a string. */
  readonly of?: "name" | "number";
}

/** Behind a pointer: not what stands there, but the name it stands under. No RFC 6901 pointer ends so. */
const nameMark = "~#";

/** The words a programmer gives a member; all else may be said to whoever reads the object. */
const plainName = /^[A-Za-z_$@][a-z0-9]*(?:[A-Z_-][a-z0-9]*)*$/;
const plainUnitsMax = 24;
const digitsPlain = /(?:\d[^\d]*){7}/;

/** The least number that can be somebody's: of a phone, a card, an account. */
const numberMin = 1_000_000;

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

/** Where a member's name stands, by the member's pointer. */
export function nameAt(pointer: string): string {
  return pointer + nameMark;
}

/** The member whose name stands there; undefined: the pointer leads to a value. */
export function memberNamedAt(pointer: string): string | undefined {
  return pointer.endsWith(nameMark) ? pointer.slice(0, -nameMark.length) : undefined;
}

/** The first value there is; what has no such place has no value. */
export function valueAt(value: JsonValue | undefined, pointer: Pointer): JsonValue | undefined {
  for (const [, found] of placesAt(value, pointer)) return found;
  return undefined;
}

/** Every text at or below the places, in the order of the body. */
export function* textsAt(value: JsonValue | undefined, pointer: Pointer): Generator<FoundText> {
  for (const [place, found] of placesAt(value, pointer)) yield* textsBelow(found, place);
}

/**
 * Every string of a value at `place`, every number that may be somebody's, and the names that say more than a
 * programmer's word does. `isSilent`: members nobody can say anything in. Recursion is bounded by the depth
 * of a strict reading.
 */
export function* textsBelow(value: JsonValue, place: string, isSilent?: IsSilent): Generator<FoundText> {
  if (typeof value === "string") yield { pointer: place, text: value };
  else if (typeof value === "number") {
    if (isSomebodys(value)) yield { pointer: place, text: String(value), of: "number" };
  } else if (typeof value !== "object" || value === null) return;
  else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* textsBelow(element, below(place, index), isSilent);
  } else {
    for (const name in value) {
      if (isSilent?.(name, value) === true) continue;
      const inner = below(place, name);
      if (!isPlain(name)) yield { pointer: nameAt(inner), text: name, of: "name" };
      yield* textsBelow(value[name] as JsonValue, inner, isSilent);
    }
  }
}

export type IsSilent = (name: string, holder: JsonObject) => boolean;

/** Beyond what a double holds nobody knows the digits that were written. */
function isSomebodys(value: number): boolean {
  return Number.isSafeInteger(value) && Math.abs(value) >= numberMin;
}

function isPlain(name: string): boolean {
  if (name.length > plainUnitsMax) return false;
  return name === "" || (plainName.test(name) && !digitsPlain.test(name));
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
