// Owns walking a JSON Schema: which values in it are schemas, and what they declare. Checks no data.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { below } from "../text/pointer.ts";
import { formOf } from "./keywords.ts";
import { type DialectName, isSchemaObject } from "./schema.ts";

export interface Subschema {
  readonly node: JsonValue;
  /** RFC 6901, from where the walk began. */
  readonly pointer: string;
}

/** The schemas directly below one, at the words its dialect has for them. */
export function* subschemasOf(node: JsonObject, pointer: string, dialect: DialectName): Generator<Subschema> {
  for (const [keyword, value] of Object.entries(node)) {
    yield* schemasAt(value, below(pointer, keyword), formOf(dialect, keyword));
  }
}

function* schemasAt(value: JsonValue, place: string, form: ReturnType<typeof formOf>): Generator<Subschema> {
  switch (form) {
    case "schema":
      yield { node: value, pointer: place };
      return;
    case "list":
    case "either":
      if (Array.isArray(value)) {
        for (const [at, node] of value.entries()) yield { node, pointer: below(place, at) };
      } else if (form === "either") yield { node: value, pointer: place };
      return;
    case "map":
    case "mixed":
      if (!isSchemaObject(value)) return;
      for (const [name, node] of Object.entries(value)) {
        if (form === "map" || !Array.isArray(node)) yield { node, pointer: below(place, name) };
      }
  }
}

/** Names of properties that a schema declares anywhere: no data of any client. */
export function declaredNames(schema: JsonValue, dialect: DialectName): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: JsonValue[] = [schema];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isSchemaObject(node)) continue;
    if (isSchemaObject(node.properties)) for (const name of Object.keys(node.properties)) names.add(name);
    if (Array.isArray(node.required)) for (const name of node.required) names.add(String(name));
    for (const { node: inner } of subschemasOf(node, "", dialect)) waiting.push(inner);
  }
  return names;
}
