// Owns the two spellings Google's APIs take for each name of a request: `maxOutputTokens`,
// `max_output_tokens`. Knows no field's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/** Below these a client names things as it likes: arguments, schemas, labels. */
const openBelow: ReadonlySet<string> = new Set([
  ...["args", "response", "parameters", "parametersJsonSchema"],
  ...[
    "responseSchema",
    "responseJsonSchema",
    "_responseJsonSchema",
    "labels",
    "metadata",
    "customMetadata",
    "partMetadata",
  ],
]);

const snakes = new Map<string, string>();

/** Of a name in camel case; only names that stand in the code are asked for, so few are kept. */
function snakeOf(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, snake);
  }
  return snake;
}

export function camelOf(name: string): string {
  return name.replace(/(?!^)_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export interface Member {
  /** As the client spells it. */
  readonly name: string;
  readonly value: JsonValue;
}

/** `name` in camel case. Null says nothing, as in all of proto3's JSON. */
export function memberOf(node: JsonObject, name: string): Member | undefined {
  for (const spelling of [name, snakeOf(name)]) {
    const value = node[spelling];
    if (value !== undefined && value !== null) return { name: spelling, value };
  }
  return undefined;
}

/** As the client spells it, be it null; in camel case where it is not there. */
export function spellingIn(node: JsonObject, name: string): string {
  const snake = snakeOf(name);
  return node[snake] === undefined ? name : snake;
}

/** Where one object stands for a list of one. */
const lists: ReadonlySet<string> = new Set([
  ...["contents", "parts", "tools", "functionDeclarations", "safetySettings"],
]);

/** A copy in camel case, its lists made lists: for those who write the request anew. */
export function inOneSpelling(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inOneSpelling);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([spelling, member]): [string, JsonValue] => {
    const name = camelOf(spelling);
    const plain = openBelow.has(name) ? member : inOneSpelling(member);
    return [name, lists.has(name) && isObject(plain) ? [plain] : plain];
  });
  return Object.fromEntries(members);
}

/**
 * Readers differ on which of two spellings of one name counts. Recursion is bounded by the strict reading.
 */
export function hasBothSpellings(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(hasBothSpellings);
  if (!isObject(value)) return false;
  const folded = new Set<string>();
  for (const name in value) {
    const camel = name.includes("_") ? camelOf(name) : name;
    if (folded.has(camel)) return true;
    folded.add(camel);
    const below = value[name];
    if (typeof below === "object" && below !== null && !openBelow.has(camel) && hasBothSpellings(below)) {
      return true;
    }
  }
  return false;
}
