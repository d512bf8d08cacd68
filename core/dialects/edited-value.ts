// Owns what a call says after its edits, for those that write it anew. Knows no format.

import type { Call } from "../contracts/dialect.ts";
import type { JsonValue } from "../contracts/json.ts";
import { readJson } from "../text/json.ts";
import { splice } from "../text/splice.ts";

/** `value` itself where nothing was edited. */
export function editedValue({ body, value, edits }: Call): JsonValue | undefined {
  if (edits.size === 0) return value;
  const reading = readJson(splice(body, edits));
  if (reading.kind === "problem") throw new TypeError(`an edit left a body that is ${reading.problem}`);
  return reading.value;
}
