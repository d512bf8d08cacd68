// Owns headers that repeat a tool's arguments (`x-mcp-header`): which there are, and what they say. Knows no
// exchange.

import type { HeaderMap } from "../../contracts/dialect.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import type { Pointer } from "../../text/pointer.ts";

export interface ParamHeader {
  /** Lower case. */
  readonly header: string;
  /** Into the arguments. */
  readonly path: Pointer;
}

interface Declared {
  readonly definition: JsonObject;
}

const depthMax = 16;
const cached = new WeakMap<JsonObject, readonly ParamHeader[]>();

export function paramHeaders({ definition }: Declared): readonly ParamHeader[] {
  const known = cached.get(definition);
  if (known !== undefined) return known;
  const found = [...annotated(definition.inputSchema, [])];
  cached.set(definition, found);
  return found;
}

/** Properties of objects, and of objects in them: nothing else has one place. */
function* annotated(schema: JsonValue | undefined, path: Pointer): Generator<ParamHeader> {
  if (!isObject(schema) || path.length > depthMax) return;
  const name = schema["x-mcp-header"];
  if (path.length > 0 && typeof name === "string") {
    yield { header: `mcp-param-${name.toLowerCase()}`, path };
  }
  if (!isObject(schema.properties)) return;
  for (const [member, below] of Object.entries(schema.properties)) yield* annotated(below, [...path, member]);
}

const sentinel = /^=\?base64\?(.*)\?=$/s;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const visible = /^[\t\x20-\x7e]*$/;

/** Undefined: it cannot be what it says it is. */
export function decodeValue(value: NonNullable<HeaderMap[string]>): string | undefined {
  if (typeof value !== "string" || !visible.test(value)) return undefined;
  const trimmed = value.trim();
  const encoded = sentinel.exec(trimmed)?.[1];
  if (encoded === undefined) return trimmed;
  if (!base64.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** Whole numbers are compared as such: `42.0` says 42. */
export function sameValue(said: string, meant: JsonValue): boolean {
  if (typeof meant === "string") return said === meant;
  if (typeof meant === "boolean") return said === String(meant);
  return typeof meant === "number" && /^-?\d+(\.\d+)?$/.test(said) && Number(said) === meant;
}
