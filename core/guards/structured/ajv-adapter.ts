// Owns compiling the schema of an answer by ajv, which throws. Knows no exchange.

import { Ajv, type ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { RE2JS } from "re2js";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";

export interface AnswerSchema {
  /** What does not fit, in words for whoever asked; undefined: all does. */
  violation(value: JsonValue): string | undefined;
}

/** Below the schema. */
export interface SchemaProblem {
  readonly path: readonly string[];
  readonly problem: string;
}

/**
 * Patterns of the schema meet texts that nobody here wrote: a backtracking engine could be stopped by one.
 */
const linear = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.test(text), toString: () => `re2:${pattern}` };
  },
  { code: "re2" },
);

/** Unknown keywords and formats are errors, as they would check nothing. */
const options = {
  strictSchema: true,
  strictNumbers: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  logger: false,
  messages: true,
  code: { regExp: linear },
} as const;

const dialects = { "2020-12": Ajv2020, "draft-07": Ajv } as const;
type DialectName = keyof typeof dialects;

/** 2020-12, or draft-07 where `$schema` says so. */
export function compileAnswerSchema(source: JsonObject): AnswerSchema | SchemaProblem {
  const { $schema, ...schema } = source;
  const dialect = dialectOf($schema);
  if (dialect === undefined) return { path: ["$schema"], problem: "is not 2020-12 or draft-07" };
  const costly = costlyPath(schema, []);
  if (costly !== undefined) return { path: costly, problem: "compares every pair of items" };
  try {
    const ajv = new dialects[dialect]({ ...options, keywords: dialect === "2020-12" ? ["$anchor"] : [] });
    addFormats.default(ajv);
    if (ajv.validateSchema(schema) !== true) return tellSchemaError(ajv.errors?.[0]);
    const validate = ajv.compile(schema);
    if ("$async" in validate) return { path: ["$async"], problem: "is not JSON Schema" };
    return { violation: (value) => (validate(value) ? undefined : tell(validate.errors?.[0])) };
  } catch (error) {
    return { path: [], problem: error instanceof Error ? error.message : "cannot be compiled" };
  }
}

function dialectOf($schema: JsonValue | undefined): DialectName | undefined {
  if ($schema === undefined) return "2020-12";
  const [, name] =
    /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft-07)\/schema#?$/.exec(String($schema)) ?? [];
  if (name === "draft-07") return name;
  return name === undefined ? undefined : "2020-12";
}

function tellSchemaError(error: ErrorObject | undefined): SchemaProblem {
  const path = (error?.instancePath ?? "").split("/").slice(1);
  return { path, problem: error?.message ?? "is no schema" };
}

const itemsMax = 1_000;
const scalars: ReadonlySet<unknown> = new Set(["boolean", "integer", "null", "number", "string"]);

/** Where unique items have neither a scalar type nor a bound. */
function costlyPath(value: JsonValue, path: readonly string[]): readonly string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value) && value.uniqueItems === true && !isCheap(value)) return [...path, "uniqueItems"];
  for (const [name, inner] of Object.entries(value)) {
    const found = costlyPath(inner, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isCheap({ items, maxItems }: JsonObject): boolean {
  if (typeof maxItems === "number" && maxItems <= itemsMax) return true;
  return typeof items === "object" && items !== null && !Array.isArray(items) && scalars.has(items.type);
}

const placeMax = 120;
const ruleMax = 160;

function tell(error: ErrorObject | undefined): string {
  const place = error?.instancePath === "" ? "the answer" : (error?.instancePath ?? "").slice(0, placeMax);
  return `${place}: ${(error?.message ?? "does not fit").slice(0, ruleMax)}`;
}
