// Owns which strings of a block somebody wrote, and which are the vendor's own marks and seals. Knows no
// block's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import { below, type FoundText } from "../../text/pointer.ts";

/** Kinds, ids and sealed copies: the vendor made them and reads them, nobody can say anything in them. */
const marks = new Set([
  ...["type", "id", "tool_use_id", "file_id", "signature", "cache_control", "caller", "media_type"],
  ...["encrypted_content", "encrypted_index", "encrypted_stdout"],
]);

/**
 * Every string of a value but marks and bytes in base64. Recursion is bounded by the depth of a strict
 * reading.
 */
export function* saidBelow(value: JsonValue, place: string): Generator<FoundText> {
  if (typeof value === "string") {
    if (value !== "") yield { pointer: place, text: value };
  } else if (Array.isArray(value)) {
    for (const [at, element] of value.entries()) yield* saidBelow(element, below(place, at));
  } else if (typeof value === "object" && value !== null) {
    for (const name in value) {
      const isBytes = name === "data" && value.type === "base64";
      if (!isBytes && !marks.has(name)) yield* saidBelow(value[name] as JsonValue, below(place, name));
    }
  }
}
