// Owns what one JSON Schema accepts that another does not, as far as their words tell. Validates nothing and
// knows no tool.

import { isDeepStrictEqual } from "node:util";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";
import { below, compilePointer, valueAt } from "../text/pointer.ts";
import { narrowedBounds } from "./narrowing/bounds.ts";
import { plainly, typesOf } from "./narrowing/words.ts";

export interface Narrowing {
  /** RFC 6901, into a value. `*` stands for every element or member. */
  readonly pointer: string;
  readonly what: string;
}

/** References are followed so deep. */
const depthMax = 24;

/**
 * What fits `from` and does not fit `to`; empty: whatever fitted fits. Where it cannot be told, it counts as
 * narrower.
 */
export function findNarrowings(from: JsonValue, to: JsonValue): readonly Narrowing[] {
  return compare({ from, to, place: { roots: { from, to }, pointer: "", depth: 0, told: new Map() } });
}

interface Place {
  readonly roots: { readonly from: JsonValue; readonly to: JsonValue };
  readonly pointer: string;
  readonly depth: number;
  /** What was found of two schemas: a reference leads to them again, perhaps while they are compared. */
  readonly told: Map<JsonValue, Map<JsonValue, readonly Narrowing[]>>;
}

interface Pair {
  readonly from: JsonValue;
  readonly to: JsonValue;
  readonly place: Place;
}

function compare({ from: written, to: next, place }: Pair): readonly Narrowing[] {
  const from = resolve(written, place.roots.from);
  const to = resolve(next, place.roots.to);
  const say = (what: string): readonly Narrowing[] => [{ pointer: place.pointer, what }];
  if (from === undefined || to === undefined || place.depth > depthMax) {
    return isDeepStrictEqual(plainly(written), plainly(next)) ? [] : say("changed, and cannot be followed");
  }
  if (isFree(to) || from === false) return [];
  if (to === false) return say("nothing is accepted any more");
  const [old, now] = [isObject(from) ? from : {}, isObject(to) ? to : {}];
  const isSame = isDeepStrictEqual(plainly(old), plainly(now));
  if (isSame && !hasReference(old)) return [];
  const known = place.told.get(from)?.get(to);
  if (known !== undefined) return known;
  const told = place.told.get(from) ?? new Map<JsonValue, readonly Narrowing[]>();
  place.told.set(from, told.set(to, []));
  const found = compareObjects(old, now, place);
  told.set(to, found);
  return found;
}

function compareObjects(old: JsonObject, now: JsonObject, place: Place): readonly Narrowing[] {
  const say = (what: string): readonly Narrowing[] => [{ pointer: place.pointer, what }];
  return [
    ...[...compareTypes(old, now), ...compareValues(old, now), ...narrowedBounds(old, now)].flatMap(say),
    ...compareMembers(old, now, place),
    ...compareItems(old, now, place),
    ...compareOthers(old, now, place),
  ];
}

function isFree(schema: JsonValue): boolean {
  return schema === true || (isObject(schema) && Object.keys(plainly(schema) as object).length === 0);
}

/** Undefined: it leads out of the schema, or nowhere. */
function resolve(schema: JsonValue, root: JsonValue): JsonValue | undefined {
  let here: JsonValue | undefined = schema;
  for (let steps = 0; steps < depthMax; steps += 1) {
    if (!isObject(here) || typeof here.$ref !== "string") return here;
    const { $ref, ...beside } = here;
    const pointer = $ref.startsWith("#") ? compilePointer($ref.slice(1)) : undefined;
    if (pointer === undefined || Object.keys(plainly(beside) as object).length > 0) return undefined;
    here = valueAt(root, pointer);
  }
  return undefined;
}

function hasReference(schema: JsonObject): boolean {
  return JSON.stringify(schema).includes('"$ref"');
}

function compareTypes(from: JsonObject, to: JsonObject): readonly string[] {
  const [old, now] = [typesOf(from), typesOf(to)];
  const gone = [...old].filter((type) => !now.has(type) && !(type === "integer" && now.has("number")));
  if (gone.length === 0 || to.type === undefined) return [];
  return [`type narrowed: no longer ${from.type === undefined ? "any" : gone.join(", ")}`];
}

function compareValues(from: JsonObject, to: JsonObject): readonly string[] {
  const [old, now] = [valuesOf(from), valuesOf(to)];
  if (now === undefined) return [];
  if (old === undefined) return [`restricted to ${now.map((value) => JSON.stringify(value)).join(", ")}`];
  const gone = old.filter((value) => !now.some((each) => isDeepStrictEqual(each, value)));
  if (gone.length === 0) return [];
  return [`enum shrunk: no longer ${gone.map((value) => JSON.stringify(value)).join(", ")}`];
}

function valuesOf({ enum: values, const: value }: JsonObject): readonly JsonValue[] | undefined {
  if (value !== undefined) return [value];
  return Array.isArray(values) ? values : undefined;
}

function compareMembers(from: JsonObject, to: JsonObject, place: Place): readonly Narrowing[] {
  const [old, now] = [membersOf(from), membersOf(to)];
  const { additionalProperties: others = true } = to;
  const { additionalProperties: before = true } = from;
  const added = namesIn(to.required).filter((name) => !namesIn(from.required).includes(name));
  const found: Narrowing[] = added.map((name) => ({
    pointer: below(place.pointer, name),
    what: "is required now",
  }));
  for (const [name, schema] of Object.entries(old)) {
    const here = inside(place, name);
    const next = Object.hasOwn(now, name) ? now[name] : others;
    if (next === false) found.push({ pointer: here.pointer, what: "is gone" });
    else if (next !== undefined) found.push(...compare({ from: schema, to: next, place: here }));
  }
  // Of what nobody named before nobody has sent any, unless there was a rule for it.
  for (const [name, schema] of Object.entries(now)) {
    if (Object.hasOwn(old, name) || !isObject(before)) continue;
    found.push(...compare({ from: before, to: schema, place: inside(place, name) }));
  }
  if (before === false || isFree(others)) return found;
  if (others === false)
    return [...found, { pointer: place.pointer, what: "unknown members are refused now" }];
  return [...found, ...compare({ from: before, to: others, place: inside(place, "*") })];
}

function membersOf({ properties }: JsonObject): JsonObject {
  return isObject(properties) ? properties : {};
}

function namesIn(required: JsonValue | undefined): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
}

function compareItems(from: JsonObject, to: JsonObject, place: Place): readonly Narrowing[] {
  const { items: now = true } = to;
  const { items: old = true } = from;
  if (Array.isArray(now) || Array.isArray(old)) return differing(from, to, place, ["items"]);
  return compare({ from: old, to: now, place: inside(place, "*") });
}

/** Each alternative of before has to fit one of now; of all else only that it is the same can be told. */
function compareOthers(from: JsonObject, to: JsonObject, place: Place): readonly Narrowing[] {
  const names = opaque.filter((name) => to[name] !== undefined);
  const [old, now] = [from.anyOf, to.anyOf];
  if (!Array.isArray(now)) return differing(from, to, place, names);
  const alternatives = Array.isArray(old) ? old : [withoutAnyOf(from)];
  const unmet = alternatives.filter((each) => {
    return now.every((next) => compare({ from: each, to: next, place: inside(place, "") }).length > 0);
  });
  const what = "`anyOf`: not everything that fitted fits one of them now";
  return [
    ...(unmet.length === 0 ? [] : [{ pointer: place.pointer, what }]),
    ...differing(from, to, place, names),
  ];
}

function withoutAnyOf({ anyOf: _, ...schema }: JsonObject): JsonObject {
  return schema;
}

const opaque = [
  ...["oneOf", "allOf", "not", "if", "then", "else", "prefixItems", "contains", "patternProperties"],
  ...["propertyNames", "dependentRequired", "dependentSchemas", "dependencies", "$dynamicRef"],
  ...["unevaluatedProperties", "unevaluatedItems", "additionalItems", "contentEncoding"],
];

function differing(
  from: JsonObject,
  to: JsonObject,
  { pointer }: Place,
  names: readonly string[],
): readonly Narrowing[] {
  return names
    .filter((name) => !isDeepStrictEqual(plainly(from[name] ?? null), plainly(to[name] ?? null)))
    .map((name) => ({ pointer, what: `\`${name}\` changed: it cannot be told that what fitted still fits` }));
}

function inside(place: Place, name: string): Place {
  const pointer = name === "" ? place.pointer : below(place.pointer, name);
  return { ...place, pointer, depth: place.depth + 1 };
}
