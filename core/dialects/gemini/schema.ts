// Owns Google's own schema language, a part of OpenAPI's, as JSON Schema. Knows not what is described.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { camelOf } from "./spellings.ts";

const counts: ReadonlySet<string> = new Set([
  ...["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"],
]);

/**
 * Types in lower case, `nullable` as a type beside, counts as numbers. Recursion is bounded by the reading.
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const made: JsonObject = {};
  let isNullable = false;
  for (const [spelling, value] of Object.entries(schema)) {
    const name = camelOf(spelling);
    if (name === "nullable") isNullable = value === true;
    else if (name !== "propertyOrdering") made[name] = keyword(name, value);
  }
  if (isNullable && typeof made.type === "string") made.type = [made.type, "null"];
  return made;
}

function keyword(name: string, value: JsonValue): JsonValue {
  if (name === "type" && typeof value === "string") return value.toLowerCase();
  if (counts.has(name) && typeof value === "string") return Number(value);
  if (name === "properties" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([property, inner]) => [property, nested(inner)]));
  }
  if (name === "items" || name === "additionalProperties") return nested(value);
  return name === "anyOf" && Array.isArray(value) ? value.map(nested) : value;
}

function nested(value: JsonValue): JsonValue {
  return isObject(value) ? toJsonSchema(value) : value;
}
