// Owns the keywords that ajv decides wrongly, or in more than linear time, as they should be. Knows no
// schema.

import type { Ajv, ErrorObject, SchemaValidateFunction } from "ajv";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";
import { type EvaluationMeans, elementsLooked, type Looked, propertiesLooked } from "./evaluation.ts";
import { addLengthKeywords } from "./lengths.ts";
import { workKeyword } from "./normal-form.ts";

/** Thrown where a value is looked at too often: a recursive schema may double its work with each level. */
export class TooMuchWork extends Error {}

/** Schemas entered by reference in one check. */
const workMax = 100_000;

/** What one check has done; checks never overlap, as none of them waits. */
export class Work {
  #done = 0;

  begin(): void {
    this.#done = 0;
  }

  step(): true {
    this.#done += 1;
    if (this.#done > workMax) throw new TooMuchWork("the check takes too long");
    return true;
  }
}

export function addOwnKeywords(ajv: Ajv, work: Work, means: EvaluationMeans): void {
  ajv.addKeyword({ keyword: workKeyword, schemaType: "boolean", validate: () => work.step(), errors: false });
  addLengthKeywords(ajv);
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({ keyword: "uniqueItems", type: "array", schemaType: "boolean", validate: areUnique });
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({ keyword: "multipleOf", type: "number", schemaType: "number", validate: isMultiple });
  ajv.removeKeyword("unevaluatedProperties").removeKeyword("unevaluatedItems");
  ajv.addKeyword({
    keyword: "unevaluatedProperties",
    type: "object",
    validate: leftover((schema, value) => {
      if (!isObject(value)) return [];
      const looked = propertiesLooked(schema, value, means);
      return entriesLeft(looked, Object.entries(value));
    }, means),
  });
  ajv.addKeyword({
    keyword: "unevaluatedItems",
    type: "array",
    validate: leftover((schema, value) => {
      if (!Array.isArray(value)) return [];
      return entriesLeft(elementsLooked(schema, value, means), [...value.entries()]);
    }, means),
  });
}

type Left = readonly (readonly [string | number, JsonValue])[];

function entriesLeft<Key extends string | number>(
  looked: Looked<Key>,
  entries: readonly (readonly [Key, JsonValue])[],
): Left {
  return looked === "all" ? [] : entries.filter(([key]) => !looked.has(key));
}

/** Of one value: a list may have many. */
const errorsMax = 100;

/** What is left and does not fit. */
function leftover(
  leftOf: (schema: JsonObject, value: JsonValue) => Left,
  { find }: EvaluationMeans,
): SchemaValidateFunction {
  const validate: SchemaValidateFunction = (asked: JsonValue, value: JsonValue, schema) => {
    const fits = (each: JsonValue): boolean =>
      typeof asked === "boolean" ? asked : find(String((asked as JsonObject).$ref)).holds(each);
    const wrong = leftOf(schema as JsonObject, value).filter(([, each]) => !fits(each));
    if (wrong.length === 0) return true;
    const [keyword, param] = Array.isArray(value)
      ? ["unevaluatedItems", "index"]
      : ["unevaluatedProperties", "unevaluatedProperty"];
    validate.errors = wrong
      .slice(0, errorsMax)
      .map(([key]): Partial<ErrorObject> => ({ keyword, params: { [param]: key } }));
    return false;
  };
  return validate;
}

/** In decimals, as they are written: 19.99 is a multiple of 0.01, and 1e308 of 0.5. */
function isMultiple(of: number, value: number): boolean {
  const [divisor, dividend] = [decimalOf(of), decimalOf(value)];
  if (divisor === undefined || dividend === undefined || divisor.digits === 0n) return false;
  const exponent = Math.min(divisor.exponent, dividend.exponent);
  return scaled(dividend, exponent) % scaled(divisor, exponent) === 0n;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimalOf(value: number): Decimal | undefined {
  const [, whole = "", fraction = "", power = "0"] =
    /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (whole === "") return undefined;
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}

/** By their texts, so that the time is linear in the size. */
function areUnique(asked: JsonValue, list: readonly JsonValue[]): boolean {
  return asked !== true || new Set(list.map(canonical)).size === list.length;
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  const texts = members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as JsonValue)}`);
  return `{${texts.join()}}`;
}
