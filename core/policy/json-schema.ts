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
  logger: false,
} as const;

/**
 * These compile their meta-schema once and never see a schema: two agents' schemas may have the same
 * `$id`.
 */
const meta7 = new Ajv(options);
const meta2020 = new Ajv2020(options);
const withoutMeta = { ...options, meta: false, validateSchema: false } as const;

const draft7Uri = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/;

/**
 * 2020-12, or draft-07 where `$schema` says so. Nothing is fetched: a reference must point into the
 * schema itself.
 */
export function compileJsonSchema(schema: Schema): CompiledSchema {
  // ajv's own extension: such a schema answers with a promise, which a caller would take for a yes
  if (schema.$async !== undefined) return { ok: false, problem: "$async is not part of JSON Schema" };
  const isDraft7 = draft7Uri.test(String(schema.$schema));
  const meta = isDraft7 ? meta7 : meta2020;
  const ajv = isDraft7 ? new Ajv(withoutMeta) : new Ajv2020(withoutMeta);
  addFormats.default(ajv);
  try {
    if (meta.validateSchema(schema) !== true) return { ok: false, problem: meta.errorsText(meta.errors) };
    return { ok: true, validate: ajv.compile(schema) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : "cannot be compiled" };
  }
}
