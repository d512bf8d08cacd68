// Owns which strings of a block somebody wrote, and which are the vendor's own marks and seals. Knows no
// block's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { JsonObject } from "../../text/json.ts";
import { type FoundText, textsBelow } from "../../text/pointer.ts";

/** Kinds, ids and sealed copies: the vendor made them and reads them, nobody can say anything in them. */
const marks = new Set([
  ...["type", "id", "tool_use_id", "file_id", "signature", "cache_control", "caller", "media_type"],
  ...["encrypted_content", "encrypted_index", "encrypted_stdout"],
]);

/** Every text of a value but marks and bytes in base64. */
export function* saidBelow(value: JsonValue, place: string): Generator<FoundText> {
  for (const found of textsBelow(value, place, isMark)) if (found.text !== "") yield found;
}

/** Whether some of it is bytes in base64: pages that were fetched, pictures of a screen. */
export function mediaBelow(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(mediaBelow);
  if (value.type === "base64" && typeof value.data === "string") return true;
  for (const name in value) if (mediaBelow(value[name] as JsonValue)) return true;
  return false;
}

function isMark(name: string, { type }: JsonObject): boolean {
  return marks.has(name) || (name === "data" && type === "base64");
}
