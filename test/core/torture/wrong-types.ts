// Owns making of one good JSON many that have something else in a place. Knows no dialect.

import type { JsonObject, JsonValue } from "../../../core/contracts/json.ts";
import { below } from "../../../core/text/pointer.ts";

const others: readonly JsonValue[] = [
  ...[true, 0, -1, 1.5, 1e21, "", "x"],
  ...[[], [1], [[]], [{}], [null], ["x"], {}, { x: 1 }],
];
/** It has no way to become a text. */
const textless: JsonValue = { toString: 1, valueOf: 1, toJSON: 1 };
/** All of them at every place would take minutes: those that are left out here are tried elsewhere. */
const othersPerPlace = 1;

/** What stands in a place instead; `turn`: of the place. */
export function otherValues(turn: number): readonly JsonValue[] {
  const from = turn * othersPerPlace;
  const some = Array.from({ length: othersPerPlace }, (_, at) => others[(from + at) % others.length] ?? null);
  return [null, textless, ...some];
}

/** What stands deeper is somebody's schema, or arguments. */
const placeDepthMax = 8;

/** Places at which nobody has put anything else so far, by what they are called and what they stand in. */
export class NewPlaces {
  readonly #seen = new Set<string>();

  of(value: JsonValue): readonly (readonly string[])[] {
    return placesIn(value, []).filter((path) => {
      const key = keyOf(value, path);
      if (path.length > placeDepthMax || this.#seen.has(key)) return false;
      this.#seen.add(key);
      return true;
    });
  }
}

/** The same for all that differ in their texts and in the lengths of their lists alone. */
export function shapeOf(value: JsonValue): string {
  return [...new Set(placesIn(value, []).map((path) => keyOf(value, path)))].join();
}

function keyOf(value: JsonValue, path: readonly string[]): string {
  return `${kindOf(value)} ${path.map((name) => (/^\d+$/.test(name) ? "*" : name)).join("/")}`;
}

/** Of an event: its name, or what it is made of. */
function kindOf(value: JsonValue): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
  const inner = ["delta", "content_block", "item", "part"].map((name) => {
    const node = value[name];
    return typeof node === "object" && node !== null && "type" in node ? node.type : "";
  });
  return [value.type ?? "", ...inner].join();
}

function placesIn(value: JsonValue, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Object.entries(value).slice(0, 40);
  return [path, ...members.flatMap(([name, member]) => placesIn(member, [...path, name]))];
}

/** The value with another at a place; the rest is shared. */
export function replaced(value: JsonValue, [name, ...rest]: readonly string[], other: JsonValue): JsonValue {
  if (name === undefined) return other;
  if (Array.isArray(value))
    return value.with(Number(name), replaced(value[Number(name)] ?? null, rest, other));
  const node = value as JsonObject;
  return { ...node, [name]: replaced(node[name] ?? null, rest, other) };
}

export function nameOf(path: readonly string[]): string {
  return path.reduce((pointer, name) => below(pointer, name), "");
}
