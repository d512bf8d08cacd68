// Owns compiling the JSON Schemas that operators write. Knows nothing of what is checked against them.

import type { ValidateFunction } from "ajv";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Schema } from "./schema/shared.ts";

export type CompiledSchema =
  | { readonly ok: true; readonly validate: ValidateFunction }
  | { readonly ok: false; readonly problem: string };

/** A mistyped keyword is an error, as it would check nothing; the stylistic rules of strict mode are not. */
const options = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: false,
  logger: false,
} as const;

/** 2020-12, or draft-07 where `$schema` says so. Nothing is fetched: a reference must point into the schema itself. */
export function compileJsonSchema(schema: Schema): CompiledSchema {
  const isDraft7 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(String(schema.$schema));
  const ajv = isDraft7 ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(ajv);
  try {
    return { ok: true, validate: ajv.compile(schema) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : "cannot be compiled" };
  }
}
