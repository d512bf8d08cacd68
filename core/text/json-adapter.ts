// Owns the one call of JSON.parse, which throws. Must not know what the text is for.

import type { JsonValue } from "../contracts/dialect.ts";

/** `undefined`: not one JSON text. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
