// Owns the texts in what a request defines for the model: tools, answer formats, JSON Schemas. Knows no use
// of them.

import type { CallText, JsonValue } from "../../contracts/dialect.ts";
import { textsBelow } from "../../text/pointer.ts";

/** JSON Schema's own words, as Google writes them too, and the two kinds of tools: they say nothing. */
const schemaWords = new Set([
  ...["object", "array", "string", "number", "integer", "boolean", "null"],
  ...["function", "custom", "json_schema", "json_object", "text"],
]);

/** Names, descriptions, schemas: a model reads all of it. A bound of a number is nobody's. */
export function readDefinitions(value: JsonValue | undefined, place: string): readonly CallText[] {
  if (value === undefined || value === null) return [];
  const texts: CallText[] = [];
  for (const { pointer, text, of } of textsBelow(value, place)) {
    if (text !== "" && of !== "number" && !schemaWords.has(text.toLowerCase())) {
      texts.push({ pointer, role: "system", kind: "tool.definition", text });
    }
  }
  return texts;
}
