// Owns which members of a value no schema knows, so that it fits once they are gone. Knows no text.

import type { ErrorObject } from "ajv";
import type { JsonValue } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";
import { below, compilePointer } from "../text/pointer.ts";

/** Values that are looked at: where several schemas would do, each knows other members. */
const triesMax = 128;

type FindErrors = (value: JsonValue) => readonly ErrorObject[] | undefined;

/**
 * The fewest that will do, as RFC 6901 pointers; empty: it fits as it is. Undefined: more is wrong than
 * members that nobody knows.
 */
export function unknownMembers(value: JsonValue, findErrors: FindErrors): readonly string[] | undefined {
  const waiting: (readonly string[])[] = [[]];
  const seen = new Set<string>([""]);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const gone = waiting.shift();
    if (gone === undefined) return undefined;
    const errors = findErrors(gone.length === 0 ? value : withoutMembers(value, gone));
    if (errors === undefined) return gone;
    const ways = waysOn(errors, gone).filter((way) => !seen.has(keyOf(way)));
    for (const way of ways) seen.add(keyOf(way));
    waiting.push(...ways);
  }
  return undefined;
}

/** What no schema knows goes at once; where another schema might know it, one after the other is tried. */
function waysOn(errors: readonly ErrorObject[], gone: readonly string[]): readonly (readonly string[])[] {
  const unknown = errors.flatMap(unknownMember);
  const sure = unknown.filter(({ isSure }) => isSure(errors)).map(({ pointer }) => pointer);
  const ways = sure.length > 0 ? [sure] : unknown.map(({ pointer }) => [pointer]);
  return ways.map((way) => [...new Set([...gone, ...way])]);
}

function keyOf(pointers: readonly string[]): string {
  return pointers.toSorted().join(" ");
}

interface UnknownMember {
  readonly pointer: string;
  /** Whether there is no other schema that the value may fit, and that might know it. */
  readonly isSure: (errors: readonly ErrorObject[]) => boolean;
}

function unknownMember({ keyword, params, instancePath }: ErrorObject): readonly UnknownMember[] {
  const isUnknown = keyword === "additionalProperties" || keyword === "unevaluatedProperties";
  const name = params.additionalProperty ?? params.unevaluatedProperty;
  if (!isUnknown || typeof name !== "string") return [];
  const isSure = (errors: readonly ErrorObject[]): boolean =>
    !errors.some((each) => alternatives.has(each.keyword) && isWithin(instancePath, each.instancePath));
  return [{ pointer: below(instancePath, name), isSure }];
}

const alternatives: ReadonlySet<string> = new Set(["anyOf", "oneOf"]);

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}

function withoutMembers(value: JsonValue, pointers: readonly string[]): JsonValue {
  const copy = structuredClone(value);
  for (const pointer of pointers) {
    const names = [...(compilePointer(pointer) ?? [])];
    const last = names.pop();
    let here: JsonValue | undefined = copy;
    for (const name of names) {
      here = Array.isArray(here) ? here[Number(name)] : isObject(here) ? here[name] : undefined;
    }
    if (isObject(here) && last !== undefined) delete here[last];
  }
  return copy;
}
