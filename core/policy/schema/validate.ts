// Owns checking drafts against their kind's schema, and saying in plain words what does not fit.

import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Problem } from "../../contracts/policy.ts";
import { suggestName } from "../closest.ts";
import type { Draft, Finding, Kind } from "../draft.ts";
import { problemIn } from "../draft.ts";
import type { Path } from "../located.ts";
import { toPlain } from "../located.ts";
import { documentSchema } from "./documents.ts";
import type { Schema } from "./shared.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true, verbose: true, allowUnionTypes: true });
addFormats.default(ajv, ["date-time"]);

const validators = new Map<Kind, ValidateFunction>();

/** Compiled when the first of its kind is read: that takes longer than all else of a start. */
function validatorOf(kind: Kind): ValidateFunction {
  const known = validators.get(kind);
  if (known !== undefined) return known;
  const validate = ajv.compile(documentSchema(kind));
  validators.set(kind, validate);
  return validate;
}

export function validateDraft(draft: Draft): readonly Problem[] {
  const validate = validatorOf(draft.kind);
  if (validate(toPlain(draft.root))) return [];
  return describeErrors(validate.errors ?? []).map((finding) => problemIn(draft, finding));
}

export function describeErrors(errors: readonly ErrorObject[]): readonly Finding[] {
  return errors.flatMap((error) => describeError(error) ?? []);
}

function pathOf(error: ErrorObject): Path {
  const segments = error.instancePath.split("/").slice(1);
  return segments.map((segment) => {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    return /^[0-9]+$/.test(key) ? Number(key) : key;
  });
}

function describeError(error: ErrorObject): Finding | undefined {
  const path = pathOf(error);
  const schema = (error.parentSchema ?? {}) as Schema;
  const hint = typeof schema.description === "string" ? schema.description : "";
  // the key itself does not fit: the error inside says why, the one around it only that
  if (error.propertyName !== undefined) {
    return { path: [...path, error.propertyName], problem: "has a name that does not fit", hint };
  }
  switch (error.keyword) {
    case "propertyNames":
      return undefined;
    case "additionalProperties":
      return unknownField(path, String(error.params.additionalProperty), schema);
    case "required":
      return missingField(path, String(error.params.missingProperty), schema);
    case "type":
      return { path, problem: `must be ${wordsFor(error.params.type)}, not ${typeOf(error.data)}`, hint };
    case "enum":
      return notListed(path, error.data, error.params.allowedValues);
    case "const":
      return { path, problem: `must be ${JSON.stringify(error.params.allowedValue)}`, hint };
    case "pattern":
    case "format":
      return { path, problem: "is not well-formed", hint };
    case "minProperties":
      return { path, problem: "is empty", hint };
    case "maxProperties":
      return { path, problem: "holds too many at once", hint };
    default:
      return { path, problem: error.message ?? "does not fit", hint };
  }
}

function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
}

function unknownField(path: Path, field: string, schema: Schema): Finding {
  return {
    path: [...path, field],
    problem: "unknown field",
    hint: suggestName(field, Object.keys(propertiesOf(schema))),
  };
}

function missingField(path: Path, field: string, schema: Schema): Finding {
  const properties = propertiesOf(schema);
  const wanted = Object.hasOwn(properties, field) ? properties[field]?.description : undefined;
  return { path: [...path, field], problem: "is missing", hint: typeof wanted === "string" ? wanted : "" };
}

/** The value is never repeated: it may be a secret in the wrong place. */
function notListed(path: Path, value: unknown, allowed: readonly unknown[]): Finding {
  const names = allowed.map(String);
  const hint = typeof value === "string" ? suggestName(value, names) : "";
  return { path, problem: `must be one of ${names.join(", ")}`, hint: hint.startsWith("did") ? hint : "" };
}

const words: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "empty",
};

function wordsFor(types: unknown): string {
  return [types]
    .flat()
    .map((type) => words[String(type)] ?? String(type))
    .join(" or ");
}

function typeOf(value: unknown): string {
  if (value === null) return "empty";
  return wordsFor(Array.isArray(value) ? "array" : typeof value);
}
