// Owns how a violation is told: the place and the rule, never the client's data. Knows no validator.

import type { ErrorObject } from "ajv";
import type { JsonValue } from "../contracts/dialect.ts";
import { isObject } from "../text/json.ts";
import { compilePointer } from "../text/pointer.ts";

export const violationsMax = 5;
const segmentsMax = 12;
const detailLengthMax = 80;

/** What ajv tells of a rule that stands in the schema; others may hold names the client made up. */
const ruleDetails = [
  "type",
  "limit",
  "format",
  "pattern",
  "multipleOf",
  "allowedValue",
  "allowedValues",
] as const;

/** Which names of members may be told: any, or those that the schema declares. */
export type ToldNames = ReadonlySet<string> | "any";

/** At most `violationsMax`, none twice, such as `/prompt: type string` and `/items/3/n: maximum 10`. */
export function tellViolations(
  errors: readonly ErrorObject[],
  value: JsonValue,
  names: ToldNames,
): readonly string[] {
  const told = new Set<string>();
  for (const error of errors) {
    if (told.size === violationsMax) break;
    told.add(`${tellPlace(error, value, names)}: ${tellRule(error, names)}`);
  }
  return [...told];
}

function tellPlace({ instancePath, keyword, params }: ErrorObject, value: JsonValue, names: ToldNames) {
  const missing = keyword === "required" ? [String(params.missingProperty)] : [];
  const segments = [...(compilePointer(instancePath) ?? []), ...missing];
  if (segments.length === 0) return "body";
  const told: string[] = [];
  let here: JsonValue | undefined = value;
  for (const segment of segments.slice(0, segmentsMax)) {
    const isIndex = Array.isArray(here);
    told.push(isIndex || names === "any" || names.has(segment) ? segment : "*");
    here = Array.isArray(here) ? here[Number(segment)] : isObject(here) ? here[segment] : undefined;
  }
  return `/${told.join("/")}${segments.length > segmentsMax ? "/…" : ""}`;
}

function tellRule({ keyword, params }: ErrorObject, names: ToldNames): string {
  const unknown = params.additionalProperty ?? params.unevaluatedProperty;
  if (names === "any" && typeof unknown === "string")
    return `no member "${unknown.slice(0, detailLengthMax)}"`;
  const name = ruleDetails.find((each) => params[each] !== undefined);
  if (name === undefined) return keyword;
  const detail = params[name];
  const text = typeof detail === "string" ? detail : JSON.stringify(detail);
  return `${keyword} ${text.length > detailLengthMax ? `${text.slice(0, detailLengthMax)}…` : text}`;
}
