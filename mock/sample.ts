// Owns making a value that fits a JSON Schema, for the arguments of tool calls; knows nothing of tools.

import { type Random, randomId } from "./prose.ts";

type Schema = Readonly<Record<string, unknown>>;

const depthMax = 8;
const itemsMax = 16;
const textCharactersMax = 1_000;

const textByFormat: Readonly<Record<string, string>> = {
  "date-time": "2026-01-15T09:30:00Z",
  date: "2026-01-15",
  time: "09:30:00Z",
  duration: "PT30M",
  email: "sam@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.7",
  ipv6: "2001:db8::7",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "3f2b8a54-6c1d-4e0f-9a7b-5d8c2e1f0a93",
};

/** A value that fits the usual words of JSON Schema; of `pattern`, `not` and `if` it knows nothing. */
export function sampleOf(schema: unknown, random: Random): unknown {
  return new Sampler(schema, random).sample(schema, 0);
}

class Sampler {
  readonly #root: unknown;
  readonly #random: Random;

  constructor(root: unknown, random: Random) {
    this.#root = root;
    this.#random = random;
  }

  sample(given: unknown, depth: number): unknown {
    const schema = this.#flatten(given, depth);
    if (Object.hasOwn(schema, "const")) return schema.const;
    const values = listOf(schema.enum);
    if (values !== undefined) return this.#oneOf(values);
    const branches = listOf(schema.anyOf) ?? listOf(schema.oneOf);
    if (branches !== undefined && depth < depthMax) {
      const { anyOf: _any, oneOf: _one, ...rest } = schema;
      return this.sample({ allOf: [rest, branches[0]] }, depth + 1);
    }
    return this.#sampleType(schema, depth);
  }

  #sampleType(schema: Schema, depth: number): unknown {
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#array(schema, depth);
      case "integer":
        return numberWithin(schema, 1);
      case "number":
        return numberWithin(schema, 0.5);
      case "boolean":
        return this.#random() < 0.5;
      case "null":
        return null;
      default:
        return this.#text(schema);
    }
  }

  /** `$ref` followed and `allOf` laid together; of two claims on one word the later wins. */
  #flatten(given: unknown, depth: number): Schema {
    let schema = recordOf(given);
    const reference = schema.$ref;
    if (typeof reference === "string" && depth < depthMax) {
      const { $ref: _reference, ...rest } = schema;
      schema = { ...this.#flatten(this.#resolve(reference), depth + 1), ...rest };
    }
    const parts = listOf(schema.allOf);
    if (parts === undefined || depth >= depthMax) return schema;
    const { allOf: _parts, ...rest } = schema;
    return parts.map((part) => this.#flatten(part, depth + 1)).reduce(joinSchemas, rest);
  }

  #resolve(reference: string): unknown {
    const steps = reference.startsWith("#/") ? reference.slice(2).split("/") : [];
    return steps
      .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>((place, step) => recordOf(place)[step], this.#root);
  }

  #object(schema: Schema, depth: number): Record<string, unknown> {
    const properties = recordOf(schema.properties);
    const required = listOf(schema.required) ?? [];
    // Optional members are left out below the top: a schema that holds itself has an end that way.
    const names = depth === 0 ? new Set([...Object.keys(properties), ...required]) : new Set(required);
    const members = [...names].map((name) => [
      String(name),
      this.sample(properties[String(name)], depth + 1),
    ]);
    return Object.fromEntries(members);
  }

  #array(schema: Schema, depth: number): unknown[] {
    const fixed = listOf(schema.prefixItems) ?? [];
    const length = Math.min(Math.max(numberOf(schema.minItems) ?? 1, fixed.length), itemsMax);
    const wanted = depth < depthMax ? Math.min(length, numberOf(schema.maxItems) ?? length) : 0;
    return Array.from({ length: wanted }, (_, index) => this.sample(fixed[index] ?? schema.items, depth + 1));
  }

  #text(schema: Schema): string {
    const known = textByFormat[String(schema.format)];
    if (known !== undefined) return known;
    const least = Math.min(numberOf(schema.minLength) ?? 0, textCharactersMax);
    const most = numberOf(schema.maxLength) ?? Math.max(least, textCharactersMax);
    return "sample".padEnd(least, randomId(this.#random, 16)).slice(0, most);
  }

  #oneOf(values: readonly unknown[]): unknown {
    return values[Math.floor(this.#random() * values.length)];
  }
}

function joinSchemas(left: Schema, right: Schema): Schema {
  return {
    ...left,
    ...right,
    properties: { ...recordOf(left.properties), ...recordOf(right.properties) },
    required: [...(listOf(left.required) ?? []), ...(listOf(right.required) ?? [])],
  };
}

function typeOf(schema: Schema): unknown {
  const type = schema.type;
  if (Array.isArray(type)) return type.find((name) => name !== "null") ?? "null";
  // Google writes its types in capitals.
  if (typeof type === "string") return type.toLowerCase();
  if (Object.hasOwn(schema, "properties") || Object.hasOwn(schema, "required")) return "object";
  return Object.hasOwn(schema, "items") ? "array" : "string";
}

function numberWithin(schema: Schema, step: number): number {
  const multiple = numberOf(schema.multipleOf) ?? step;
  const above = numberOf(schema.exclusiveMinimum);
  const least = above === undefined ? numberOf(schema.minimum) : above + multiple;
  const below = numberOf(schema.exclusiveMaximum);
  const most = below === undefined ? numberOf(schema.maximum) : below - multiple;
  const wanted = Math.min(Math.max(least ?? 1, 1), most ?? Number.POSITIVE_INFINITY);
  return wanted === least
    ? Math.ceil(wanted / multiple) * multiple
    : Math.floor(wanted / multiple) * multiple;
}

function recordOf(value: unknown): Schema {
  return typeof value === "object" && value !== null ? (value as Schema) : {};
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
