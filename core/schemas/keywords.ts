// Owns which words a schema may hold in each dialect, and where schemas stand below them. Knows no validator.

import type { DialectName } from "./schema.ts";

/**
 * What stands at a keyword. `map`: names to schemas. `either`: a schema, or a list of them. `mixed`: names to
 * schemas or to lists of names. `value`: what is compared with. `note`: checks nothing. `place`: names a
 * schema, or refers to one.
 */
export type Form = "schema" | "list" | "map" | "either" | "mixed" | "value" | "note" | "place";

type Words = Partial<Readonly<Record<Form, readonly string[]>>>;

const shared: Words = {
  schema: ["additionalProperties", "contains", "else", "if", "not", "propertyNames", "then"],
  list: ["allOf", "anyOf", "oneOf"],
  map: ["definitions", "patternProperties", "properties"],
  // 2020-12 has two words for it and lets the old one stand.
  mixed: ["dependencies"],
  value: [
    ...["const", "enum", "format", "pattern", "required", "type", "uniqueItems", "multipleOf"],
    ...["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"],
    ...["maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"],
  ],
  note: [
    ...["$comment", "contentEncoding", "contentMediaType", "default", "description", "examples"],
    ...["readOnly", "title", "writeOnly"],
  ],
  place: ["$id", "$ref", "$schema"],
};

const own: Readonly<Record<DialectName, Words>> = {
  "2020-12": {
    schema: ["items", "unevaluatedItems", "unevaluatedProperties"],
    list: ["prefixItems"],
    map: ["$defs", "dependentSchemas"],
    value: ["dependentRequired", "maxContains", "minContains"],
    note: ["$vocabulary", "contentSchema", "deprecated"],
    place: ["$anchor", "$dynamicAnchor", "$dynamicRef"],
  },
  "draft-07": {
    schema: ["additionalItems"],
    either: ["items"],
  },
};

function formsOf(dialect: DialectName): ReadonlyMap<string, Form> {
  const all = [...Object.entries(shared), ...Object.entries(own[dialect])] as [Form, readonly string[]][];
  return new Map(all.flatMap(([form, words]) => words.map((word) => [word, form] as const)));
}

const forms: Readonly<Record<DialectName, ReadonlyMap<string, Form>>> = {
  "2020-12": formsOf("2020-12"),
  "draft-07": formsOf("draft-07"),
};

/** Undefined: the dialect has no such word. */
export function formOf(dialect: DialectName, keyword: string): Form | undefined {
  return forms[dialect].get(keyword);
}

export function keywordsOf(dialect: DialectName): Iterable<string> {
  return forms[dialect].keys();
}
