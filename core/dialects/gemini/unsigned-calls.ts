// Owns Google's word for a call whose signature nobody has. Knows no other member of a part.

import type { JsonObject } from "../../contracts/json.ts";

/**
 * For calls that another model made, or whose signature a client could not keep: without it models from
 * Gemini 3 on refuse a call they are said to have made. Those before them ask for none.
 * ai.google.dev/gemini-api/docs/thought-signatures
 */
const unsigned = "skip_thought_signature_validator";

/** Of calls side by side Google signs the first alone. */
export function signFirstCall(parts: readonly JsonObject[]): void {
  const call = parts.find(({ functionCall }) => functionCall !== undefined);
  if (call !== undefined) call.thoughtSignature = unsigned;
}
