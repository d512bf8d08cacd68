// Owns what a schema is here: as it was written, as it can be checked, and what is wrong with it. Knows no
// validator.

import type { JsonObject, JsonValue } from "../contracts/json.ts";

export type Schema = Readonly<Record<string, unknown>>;

export type DialectName = "2020-12" | "draft-07";

export interface SchemaProblem {
  /** RFC 6901, into the schema. */
  readonly pointer: string;
  readonly problem: string;
}

export interface SchemaProblems {
  readonly kind: "problems";
  readonly problems: readonly SchemaProblem[];
}

export interface CompileOptions {
  /**
   * Keywords and formats nobody here knows: `refuse` for who writes a policy, as they would check nothing;
   * `ignore` for what others wrote, as the standard says.
   */
  readonly unknown: "refuse" | "ignore";
  /** `annotate` is the standard's default: a format is a note, and checks nothing. */
  readonly formats: "assert" | "annotate";
  /** Schemas that a `$ref` may name beside the schema itself, by their URIs; left out: none. */
  readonly library?: ReadonlyMap<string, JsonValue>;
}

/** For the operator's own schemas: what is written is kept, or refused. */
export const strict: CompileOptions = { unknown: "refuse", formats: "assert" };
/** For schemas that came with a request: as the standard has it. */
export const lenient: CompileOptions = { unknown: "ignore", formats: "annotate" };

export function isSchemaObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function problemsOf(...found: readonly SchemaProblem[]): SchemaProblems {
  return { kind: "problems", problems: found };
}
