// Owns which members and elements of a value some schema has looked at: what `unevaluated…` asks for. Knows
// no validator but by asking it whether a schema holds.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";
import { isSchemaObject } from "./schema.ts";

/** Of a schema in normal form, by its reference. */
export interface Named {
  readonly schema: JsonValue;
  readonly holds: (value: JsonValue) => boolean;
}
export type FindNamed = (reference: string) => Named;
export type HasPattern = (pattern: string, name: string) => boolean;

export interface EvaluationMeans {
  readonly find: FindNamed;
  readonly hasPattern: HasPattern;
}

/** `all`: nothing is left. */
export type Looked<Key> = ReadonlySet<Key> | "all";

/** Of an object that the schema holds of, without its own word for what is left. */
export function propertiesLooked(
  schema: JsonObject,
  value: JsonObject,
  means: EvaluationMeans,
): Looked<string> {
  const looked = new Set<string>();
  const { properties, patternProperties, unevaluatedProperties: _, ...others } = schema;
  if (schema.additionalProperties !== undefined) return "all";
  const patterns = isSchemaObject(patternProperties) ? Object.keys(patternProperties) : [];
  for (const name of Object.keys(value)) {
    const isNamed = isSchemaObject(properties) && Object.hasOwn(properties, name);
    if (isNamed || patterns.some((pattern) => means.hasPattern(pattern, name))) looked.add(name);
  }
  return collect(others, value, {
    means,
    looked,
    within: (inner) => {
      if (inner.unevaluatedProperties !== undefined) return "all";
      return propertiesLooked(inner, value, means);
    },
  });
}

/** Of a list that the schema holds of, without its own word for what is left. */
export function elementsLooked(
  schema: JsonObject,
  value: readonly JsonValue[],
  means: EvaluationMeans,
): Looked<number> {
  const { items, contains, unevaluatedItems: _, ...others } = schema;
  const isTuple = Array.isArray(items);
  if ((items !== undefined && !isTuple) || (isTuple && schema.additionalItems !== undefined)) return "all";
  const looked = new Set<number>(isTuple ? value.slice(0, items.length).keys() : []);
  if (contains !== undefined) {
    for (const [at, element] of value.entries()) if (holds(contains, element, means)) looked.add(at);
  }
  return collect(others, value as JsonValue[], {
    means,
    looked,
    within: (inner) => (inner.unevaluatedItems !== undefined ? "all" : elementsLooked(inner, value, means)),
  });
}

interface Collecting<Key> {
  readonly means: EvaluationMeans;
  readonly looked: Set<Key>;
  readonly within: (schema: JsonObject) => Looked<Key>;
}

/** Adds what the schemas saw that hold of the same value. */
function collect<Key>(schema: JsonObject, value: JsonValue, collecting: Collecting<Key>): Looked<Key> {
  const { means, looked, within } = collecting;
  for (const inner of holding(schema, value, means)) {
    const { schema: named } = inner;
    const seen = isSchemaObject(named) ? within(named) : new Set<Key>();
    if (seen === "all") return "all";
    for (const key of seen) looked.add(key);
  }
  return looked;
}

/** All schemas beside one another here that hold of the value; a `not` has seen nothing that counts. */
function* holding(schema: JsonObject, value: JsonValue, { find }: EvaluationMeans): Generator<Named> {
  const among = (node: JsonValue | undefined): Named[] => {
    const named = isSchemaObject(node) && typeof node.$ref === "string" ? find(node.$ref) : undefined;
    return named?.holds(value) === true ? [named] : [];
  };
  if (typeof schema.$ref === "string") yield find(schema.$ref);
  for (const keyword of ["allOf", "anyOf", "oneOf"]) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const node of list) yield* among(node);
  }
  if (schema.if !== undefined) {
    const met = among(schema.if);
    yield* met;
    yield* among(met.length > 0 ? schema.then : schema.else);
  }
  if (!isObject(value)) return;
  for (const keyword of ["dependentSchemas", "dependencies"]) {
    const map = schema[keyword];
    if (!isSchemaObject(map)) continue;
    for (const [name, node] of Object.entries(map)) if (Object.hasOwn(value, name)) yield* among(node);
  }
}

function holds(node: JsonValue, value: JsonValue, { find }: EvaluationMeans): boolean {
  return isSchemaObject(node) && typeof node.$ref === "string" && find(node.$ref).holds(value);
}
