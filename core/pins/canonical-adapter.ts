// Owns the canonical form of JSON (RFC 8785) and its hash. Knows nothing of what is hashed.

import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { JsonValue } from "../contracts/json.ts";

/** Undefined: it has none, as with half of a surrogate pair. */
export function canonicalHash(value: JsonValue): string | undefined {
  try {
    const text = canonicalize(value);
    return text?.isWellFormed() === true
      ? `sha256-${createHash("sha256").update(text).digest("base64url")}`
      : undefined;
  } catch {
    return undefined;
  }
}
