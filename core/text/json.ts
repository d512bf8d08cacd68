// Owns the one strict reading of a JSON body, so that no two readers can differ on it. Knows no dialect.

import { isAscii, isUtf8 } from "node:buffer";
import type { JsonValue } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { parseJson } from "./json-adapter.ts";
import { countMembers, countMembersAtMost, jsonDepthMax, jsonMarksMax } from "./json-members.ts";

export { jsonDepthMax, jsonMarksMax } from "./json-members.ts";

export type JsonObject = { [name: string]: JsonValue };

/**
 * `truncated`: ends before its end. `ambiguous`: readers differ on it. `deep`: past `jsonDepthMax`.
 * `busy`: past `jsonMarksMax`.
 */
export type JsonProblem = "malformed" | "truncated" | "ambiguous" | "deep" | "busy";

export type JsonReading =
  | { readonly kind: "json"; readonly value: JsonValue }
  | { readonly kind: "problem"; readonly problem: JsonProblem };

const problems = {
  malformed: { kind: "problem", problem: "malformed" },
  truncated: { kind: "problem", problem: "truncated" },
  ambiguous: { kind: "problem", problem: "ambiguous" },
  deep: { kind: "problem", problem: "deep" },
  busy: { kind: "problem", problem: "busy" },
} as const satisfies Record<JsonProblem, JsonReading>;

/**
 * RFC 8259, and nothing that RFC 8259 leaves to the reader: no byte order mark, no name twice in an object,
 * however it is escaped, no `__proto__`, no name with NUL or half a surrogate pair. Linear in the length.
 */
export function readJson(bytes: Buffer): JsonReading {
  if (bytes.length === 0) return problems.truncated;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return problems.ambiguous;
  const text = readUtf8(bytes);
  if (text === undefined) return problems.malformed;
  const isShort = text.length <= jsonMarksMax;
  const value = isShort ? parseJson(text) : undefined;
  if (value !== undefined && countKeys(value, jsonDepthMax) === countMembersAtMost(text)) {
    return hasOddName(text, value) ? problems.ambiguous : { kind: "json", value };
  }
  return readDoubtful(text, value);
}

/** Undefined: it is none. Most bodies are ASCII, where nothing has to be decoded. */
function readUtf8(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString("latin1");
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Long, not JSON, deep, or perhaps with a name twice. `parsed`: where that is done. */
function readDoubtful(text: string, parsed: JsonValue | undefined): JsonReading {
  const members = countMembers(text);
  if (typeof members === "string") return problems[members];
  const value = parsed ?? parseJson(text);
  if (value === undefined) return problems.malformed;
  const isOdd = countKeys(value, jsonDepthMax) !== members || hasOddName(text, value);
  return isOdd ? problems.ambiguous : { kind: "json", value };
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text itself; of anything else its JSON: `String` would ask the value's own members how. */
export function asText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** For a request. */
export function refuseBody(problem: JsonProblem): Refusal {
  if (problem === "ambiguous") {
    const message =
      "The body repeats a name, has one that readers differ on, or starts with a byte order mark.";
    return refuse("body_ambiguous", { message });
  }
  if (problem === "deep") {
    return refuse("body_malformed", { message: `The body is nested deeper than ${jsonDepthMax} levels.` });
  }
  return refuse(problem === "busy" ? "body_too_large" : "body_malformed");
}

/** For a request whose media type would have others read its body differently. */
export function refuseMediaType(): Refusal {
  return refuse("body_encoded", { message: "The body has to be sent as application/json in UTF-8." });
}

/** For an answer, or a part of it. */
export function refuseAnswer(problem: JsonProblem): Refusal {
  if (problem === "truncated") return refuse("upstream_truncated");
  return refuse(problem === "busy" ? "upstream_too_large" : "upstream_malformed");
}

/** Below any count: what is too deep is not counted. */
const uncounted = -jsonMarksMax - 1;

/** Names left after parsing; less than none where values are in one another more than `levels` deep. */
function countKeys(value: JsonValue, levels: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (levels === 0) return uncounted;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const element of value) {
      if (typeof element === "object" && element !== null) keys += countKeys(element, levels - 1);
    }
    return keys;
  }
  for (const name in value) {
    const member = value[name];
    keys += typeof member === "object" && member !== null ? 1 + countKeys(member, levels - 1) : 1;
  }
  return keys;
}

/** Most texts cannot have one: what makes a name odd is in sight, or an escape in well-formed UTF-8. */
function hasOddName(text: string, value: JsonValue): boolean {
  return (text.includes("\\u") || text.includes("__proto__")) && hasOddNameBelow(value);
}

/** Readers cut a name off at NUL, or put the same sign in place of any surrogate that stands alone. */
function hasOddNameBelow(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasOddNameBelow);
  return Object.entries(value).some(
    ([name, member]) =>
      name === "__proto__" || name.includes("\0") || !name.isWellFormed() || hasOddNameBelow(member),
  );
}
