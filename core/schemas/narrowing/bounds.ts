// Owns bounds, patterns and formats of one schema that are tighter than another's. Knows no place.

import type { JsonObject, JsonValue } from "../../contracts/json.ts";

const least = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
const most = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
const exact = ["pattern", "format", "contentMediaType"];

/** In words, one for each. */
export function narrowedBounds(from: JsonObject, to: JsonObject): readonly string[] {
  return [
    ...least.flatMap((name) => tighter(name, from, to, (old, now) => now > old)),
    ...most.flatMap((name) => tighter(name, from, to, (old, now) => now < old)),
    ...exact.flatMap((name) => changed(name, from[name], to[name])),
    ...coarser(from.multipleOf, to.multipleOf),
    ...(to.uniqueItems === true && from.uniqueItems !== true ? ["elements have to differ now"] : []),
  ];
}

function tighter(
  name: string,
  from: JsonObject,
  to: JsonObject,
  isTighter: (old: number, now: number) => boolean,
): readonly string[] {
  const [old, now] = [from[name], to[name]];
  if (now === undefined || now === old) return [];
  if (typeof old === "number" && typeof now === "number") {
    return isTighter(old, now) ? [`${name} ${old} is ${now} now`] : [];
  }
  const isNothing = name.startsWith("min") && now === 0 && name !== "minimum";
  return isNothing ? [] : [`${name} ${JSON.stringify(now)} is new`];
}

function changed(name: string, old: JsonValue | undefined, now: JsonValue | undefined): readonly string[] {
  if (now === undefined || now === old) return [];
  const told = JSON.stringify(now);
  return [old === undefined ? `${name} ${told} is new` : `${name} ${JSON.stringify(old)} is ${told} now`];
}

function coarser(old: JsonValue | undefined, now: JsonValue | undefined): readonly string[] {
  if (typeof now !== "number" || now === old) return [];
  if (typeof old === "number" && Number.isInteger(old / now)) return [];
  return [`multipleOf ${now} is ${old === undefined ? "new" : "another"}`];
}
