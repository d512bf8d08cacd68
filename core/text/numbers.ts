// Owns the strict reading of JSON that is mostly lists of numbers, without making those numbers. Knows no
// dialect.

import { isUtf8 } from "node:buffer";
import { type JsonReading, readJson } from "./json.ts";

const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const space = String.raw`[ \t\r\n]*`;

/**
 * Whole numbers with commas between them, inside a string as well: texts are not to be read. A run is taken
 * in pieces, since a match without an end would use up the stack.
 */
const run = new RegExp(String.raw`(?<=[[,\s])${number}(?:${space},${space}${number}){2,500}(?=[\],\s])`, "g");

/** As `readJson`, but that lists of numbers read as shorter ones and strings are not to be relied on. */
export function readJsonBeyondNumbers(bytes: Buffer): JsonReading {
  if (!isUtf8(bytes)) return { kind: "problem", problem: "malformed" };
  return readJson(Buffer.from(bytes.toString("latin1").replace(run, "0,0"), "latin1"));
}
