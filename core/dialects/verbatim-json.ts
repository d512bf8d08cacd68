// Owns writing JSON in which some values stand as they were written before: digits beyond a double's
// survive. Knows no format.

import type { JsonObject } from "../contracts/json.ts";
import { locate, patch } from "../text/splice.ts";

/** `verbatim`: RFC 6901 pointer → the JSON text that takes the place of what stands there. */
export function writeVerbatim(value: JsonObject, verbatim: ReadonlyMap<string, string>): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const texts = [...verbatim.values()];
  const patches = locate(body, [...verbatim.keys()]).map((span, at) => {
    if (span === undefined) throw new RangeError("a verbatim text's pointer leads nowhere");
    return { ...span, bytes: Buffer.from(texts[at] ?? "") };
  });
  return patch(body, patches);
}
