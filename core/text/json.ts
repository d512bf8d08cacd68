// Owns the one strict reading of a JSON body, so that no two readers can differ on it. Knows no dialect.

import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { parseJson } from "./json-adapter.ts";
import * as scan from "./scan.ts";

/** Arrays and objects in one another, at most. */
export const jsonDepthMax = 128;

/** `{`, `[`, `:` and `,` outside strings, at most: parsing costs up to 1 µs each, and nothing else runs. */
export const jsonMarksMax = 500_000;

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
  if (!isUtf8(bytes)) return problems.malformed;
  const text = bytes.toString();
  const members = countMembers(text);
  if (members === isOpen) return problems.truncated;
  if (members === isDeep) return problems.deep;
  if (members === isBusy) return problems.busy;
  const value = parseJson(text);
  if (value === undefined) return problems.malformed;
  if (countKeys(value) !== members) return problems.ambiguous;
  // Well-formed UTF-8 has neither: only an escape can put one into a name.
  if (text.includes("\\u") && hasOddName(value)) return problems.ambiguous;
  return { kind: "json", value };
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

const space = 0x20;

const isOpen = -1;
const isDeep = -2;
const isBusy = -3;

/** Colons outside strings: one a member, before the parser drops the first of two with the same name. */
function countMembers(text: string): number {
  const end = text.length;
  let members = 0;
  let others = 0;
  let depth = 0;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code <= space) continue;
    if (code === scan.quote) {
      index = endOfString(text, index + 1);
      if (index === -1) return isOpen;
    } else if (code === scan.comma) others++;
    else if (code === scan.colon) members++;
    else if (code === scan.openBrace || code === scan.openBracket) {
      others++;
      if (++depth > jsonDepthMax) return isDeep;
    } else if (code === scan.closeBrace || code === scan.closeBracket) depth--;
  }
  if (members + others > jsonMarksMax) return isBusy;
  return depth > 0 ? isOpen : members;
}

/** `at` stands after the opening quote. The closing quote's index; -1 where there is none. */
function endOfString(text: string, at: number): number {
  let index = at;
  for (;;) {
    const found = text.indexOf('"', index);
    if (found === -1) return -1;
    let slashes = found;
    while (slashes > index && text.charCodeAt(slashes - 1) === scan.backslash) slashes--;
    if ((found - slashes) % 2 === 0) return found;
    index = found + 1;
    // Escapes come in runs, and a search for each would cost more than the run.
    while (text.charCodeAt(index) === scan.backslash) index += 2;
  }
}

/** Names left after parsing; -1 where one of them is `__proto__`. Recursion is bounded by `jsonDepthMax`. */
function countKeys(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const element of value) {
      if (typeof element !== "object" || element === null) continue;
      const below = countKeys(element);
      if (below === -1) return -1;
      keys += below;
    }
    return keys;
  }
  for (const name in value) {
    if (name === "__proto__") return -1;
    keys++;
    const member = value[name];
    if (typeof member !== "object" || member === null) continue;
    const below = countKeys(member);
    if (below === -1) return -1;
    keys += below;
  }
  return keys;
}

/** Readers cut a name off at NUL, or put the same sign in place of any surrogate that stands alone. */
function hasOddName(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasOddName);
  return Object.entries(value).some(
    ([name, member]) => name.includes("\0") || !name.isWellFormed() || hasOddName(member),
  );
}
