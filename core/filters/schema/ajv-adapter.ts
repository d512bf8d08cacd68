// Owns compiling the schema of an agent's requests by ajv, which throws. Knows no exchanges.

import { Ajv, type ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonValue } from "../../contracts/dialect.ts";
import { declaredNames, type Schema, subschemas } from "./subschemas.ts";
import { tellViolations } from "./violations.ts";

export interface RequestSchema {
  readonly kind: "schema";
  /** What does not fit, in words; empty where all does. `bytes`: the size of the body. */
  violations(value: JsonValue, bytes: number): readonly string[];
}

export interface SchemaProblem {
  /** RFC 6901, into the schema; empty where ajv does not say. */
  readonly pointer: string;
  readonly problem: string;
}

export interface SchemaProblems {
  readonly kind: "problems";
  readonly problems: readonly SchemaProblem[];
}

/**
 * Up to here all violations are looked for, in a second pass. ajv warns of `allErrors`: it makes an error for
 * each bad element, so a long array of them costs far more than it took to send. A larger body is told its
 * first violation.
 */
const collectBytesMax = 4 * 1024;
/** Without a scalar type ajv compares every pair. */
const uniqueItemsMax = 1_000;
const scalarTypes = new Set<unknown>(["boolean", "integer", "null", "number", "string"]);

/** Unknown keywords and formats are errors, as they would check nothing. Data is never changed. */
const options = {
  strictSchema: true,
  strictNumbers: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  logger: false,
} as const;

const dialects = { "2020-12": Ajv2020, "draft-07": Ajv } as const;
type DialectName = keyof typeof dialects;
/** Compile each dialect's own schema once. */
const metaValidators = new Map<DialectName, Ajv>();

/** 2020-12, or draft-07 where `$schema` says so. A `$ref` must stay within the schema. */
export function compileRequestSchema(source: Schema): RequestSchema | SchemaProblems {
  const { $schema, ...schema } = source;
  const dialect = dialectOf($schema);
  if (dialect === undefined)
    return problems([{ pointer: "/$schema", problem: "is not 2020-12 or draft-07" }]);
  const found = [...checkForm(schema, dialect), ...checkBounds(schema)];
  if (found.length > 0) return problems(found);
  try {
    return compile(schema, dialect);
  } catch (error) {
    return problems([
      { pointer: "", problem: error instanceof Error ? error.message : "cannot be compiled" },
    ]);
  }
}

function compile(schema: Schema, dialect: DialectName): RequestSchema {
  const first = makeAjv(dialect, "first").compile(schema);
  const all = makeAjv(dialect, "all").compile(schema);
  const declared = declaredNames(schema);
  return {
    kind: "schema",
    violations(value, bytes) {
      if (first(value)) return [];
      const collects = bytes <= collectBytesMax && !all(value);
      return tellViolations((collects ? all.errors : first.errors) ?? [], value, declared);
    },
  };
}

/** One a schema: names of schemas (`$id`) must not meet those of other agents. */
function makeAjv(dialect: DialectName, errors: "first" | "all"): Ajv {
  const ajv = new dialects[dialect]({
    ...options,
    validateSchema: false,
    messages: false,
    allErrors: errors === "all",
    // ajv follows anchors but does not list the keyword among those it knows.
    keywords: dialect === "2020-12" ? ["$anchor"] : [],
  });
  addFormats.default(ajv);
  return ajv;
}

function dialectOf($schema: unknown): DialectName | undefined {
  if ($schema === undefined) return "2020-12";
  const [, name] =
    /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft-07)\/schema#?$/.exec(String($schema)) ?? [];
  if (name === "draft-07") return name;
  return name === undefined ? undefined : "2020-12";
}

/** Against the dialect's own schema; all mistakes at once. */
function checkForm(schema: Schema, dialect: DialectName): readonly SchemaProblem[] {
  const ajv = metaValidators.get(dialect) ?? new dialects[dialect]({ ...options, allErrors: true });
  metaValidators.set(dialect, ajv);
  if (ajv.validateSchema(schema) === true) return [];
  const errors: readonly ErrorObject[] = ajv.errors ?? [];
  const found = errors.map(({ instancePath, message = "does not fit" }): [string, SchemaProblem] => [
    instancePath + message,
    { pointer: instancePath, problem: message },
  ]);
  return [...new Map(found).values()];
}

/** What would make checking a body cost more than reading it, or not be done at all. */
function checkBounds(root: Schema): readonly SchemaProblem[] {
  return [...subschemas(root)].flatMap(({ pointer, schema }) => {
    if (schema.$async !== undefined) {
      return [{ pointer: `${pointer}/$async`, problem: "is not JSON Schema: it would let every body pass" }];
    }
    if (schema.uniqueItems !== true || isCheapToCompare(schema)) return [];
    const problem = `compares every pair: give items a scalar type, or maxItems of at most ${uniqueItemsMax}`;
    return [{ pointer: `${pointer}/uniqueItems`, problem }];
  });
}

function isCheapToCompare({ items, maxItems }: Schema): boolean {
  if (typeof maxItems === "number" && maxItems <= uniqueItemsMax) return true;
  const type = typeof items === "object" && items !== null && "type" in items ? items.type : undefined;
  return scalarTypes.has(type);
}

function problems(found: readonly SchemaProblem[]): SchemaProblems {
  return { kind: "problems", problems: found };
}
