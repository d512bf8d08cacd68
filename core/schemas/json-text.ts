// Owns judging a JSON text by a schema: that it is one, that it fits, and what to leave out so that it does.
// Knows no call.

import type { JsonValue } from "../contracts/json.ts";
import { drop } from "../text/drop.ts";
import { type JsonProblem, readJson } from "../text/json.ts";
import type { CompiledSchema } from "./compile-adapter.ts";
import { neighboursOf } from "./exact-adapter.ts";
import { unknownMembers } from "./strip.ts";

const words: Readonly<Record<JsonProblem, string>> = {
  malformed: "not JSON",
  truncated: "JSON that ends before its end",
  ambiguous: "JSON that can be read in more than one way",
  deep: "nested too deep",
  busy: "too large",
};

export interface JudgedText {
  /** Undefined: it is no JSON. */
  readonly value: JsonValue | undefined;
  /** Empty: it fits. */
  readonly violations: readonly string[];
}

export function judgeText(text: string, schema: Pick<CompiledSchema, "violations"> | undefined): JudgedText {
  const reading = readJson(Buffer.from(text));
  if (reading.kind === "problem") {
    return { value: undefined, violations: [words[reading.problem]] };
  }
  const { value } = reading;
  return { value, violations: schema === undefined ? [] : judgeValue(value, text, schema) };
}

/** The same of a text that was read strictly before: `value` is what it says. */
export function judgeValue(
  value: JsonValue,
  text: string | Buffer,
  schema: Pick<CompiledSchema, "violations">,
): readonly string[] {
  const sides = neighboursOf(value, text);
  const found = schema.violations(sides?.below ?? value, text.length);
  return found.length > 0 || sides === undefined ? found : schema.violations(sides.above, text.length);
}

/** Whether it is JSON, and all of its numbers are what they seem. */
export function isExact(text: string): boolean {
  const reading = readJson(Buffer.from(text));
  return reading.kind === "json" && neighboursOf(reading.value, text) === undefined;
}

/** The text without members that the schema does not know; undefined: it does not fit even so. */
export function stripText(text: string, schema: CompiledSchema): string | undefined {
  const reading = readJson(Buffer.from(text));
  if (reading.kind === "problem") return undefined;
  const unknown = unknownMembers(reading.value, (value) => schema.errors(value));
  if (unknown === undefined) return undefined;
  const stripped = drop(Buffer.from(text), unknown).toString();
  return judgeText(stripped, schema).violations.length === 0 ? stripped : undefined;
}
