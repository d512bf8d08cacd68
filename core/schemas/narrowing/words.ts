// Owns which words of a schema check something, and which types it names. Compares nothing.

import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";

const notes: ReadonlySet<string> = new Set([
  ...["$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples"],
  ...["deprecated", "readOnly", "writeOnly"],
]);

/** Without what checks nothing; names of members stay, whatever they are. */
export function plainly(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(plainly);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([name]) => !notes.has(name) && !name.startsWith("x-"));
  return Object.fromEntries(kept.map(([name, value]) => [name, mapsNames(name, value)]));
}

function mapsNames(name: string, value: JsonValue): JsonValue {
  if (!isObject(value) || !maps.has(name)) return verbatim.has(name) ? value : plainly(value);
  return Object.fromEntries(Object.entries(value).map(([member, schema]) => [member, plainly(schema)]));
}

const maps: ReadonlySet<string> = new Set(["properties", "patternProperties", "dependentSchemas"]);
const verbatim: ReadonlySet<string> = new Set(["enum", "const", "required", "type"]);

const allTypes = ["null", "boolean", "object", "array", "number", "integer", "string"];

export function typesOf({ type }: JsonObject): ReadonlySet<string> {
  if (type === undefined) return new Set(allTypes);
  const named = [type].flat().filter((each) => typeof each === "string");
  return new Set(named.includes("number") ? [...named, "integer"] : named);
}
