// Owns walking a JSON Schema: which objects in it are schemas, and what they declare. Checks no data.

export type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose value maps names to schemas. */
const maps = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
/** Keywords whose value is data and never a schema. */
const data = new Set(["const", "default", "enum", "examples"]);

export interface Subschema {
  /** RFC 6901, from the root schema. */
  readonly pointer: string;
  readonly schema: Schema;
}

/** The schema and every schema in it. */
export function* subschemas(schema: Schema, pointer = ""): Generator<Subschema> {
  yield { pointer, schema };
  for (const [keyword, value] of Object.entries(schema)) {
    if (data.has(keyword)) continue;
    const place = `${pointer}/${keyword}`;
    if (isSchema(value) && !maps.has(keyword)) yield* subschemas(value, place);
    else if (typeof value === "object" && value !== null) yield* schemasAmong(value, place);
  }
}

function* schemasAmong(values: object, place: string): Generator<Subschema> {
  for (const [name, value] of Object.entries(values)) {
    const segment = name.replaceAll("~", "~0").replaceAll("/", "~1");
    if (isSchema(value)) yield* subschemas(value, `${place}/${segment}`);
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names of properties that a schema declares anywhere: no data of any client. */
export function declaredNames(schema: Schema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { schema: each } of subschemas(schema)) {
    if (isSchema(each.properties)) for (const name of Object.keys(each.properties)) names.add(name);
    if (Array.isArray(each.required)) for (const name of each.required) names.add(String(name));
  }
  return names;
}
