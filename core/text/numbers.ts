// Owns the strict reading of JSON that is mostly lists of numbers, without making those numbers. Knows no
// dialect.

import { isUtf8 } from "node:buffer";
import { type JsonReading, readJson } from "./json.ts";

/** A list of two numbers at least, inside a string as well: texts are not to be read. */
const numbers = /\[[-+.\deE\s]+,[-+.\deE\s,]+\]/g;

/** As `readJson`, but that lists of numbers read as empty and strings are not to be relied on. */
export function readJsonBeyondNumbers(bytes: Buffer): JsonReading {
  if (!isUtf8(bytes)) return { kind: "problem", problem: "malformed" };
  return readJson(Buffer.from(bytes.toString("latin1").replace(numbers, "[]"), "latin1"));
}
