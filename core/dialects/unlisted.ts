// Owns the texts in members of an answer that its dialect does not list: somebody may read there what nobody
// here expects. Knows no vendor.

import type { JsonValue } from "../contracts/json.ts";
import type { JsonObject } from "../text/json.ts";
import { below, textsBelow } from "../text/pointer.ts";
import { isOneWord } from "./openai-responses/one-word.ts";
import type { PlacedText } from "./placed-text.ts";

/** Names, kinds and seals, as long as they are one word. */
const marks: ReadonlySet<string> = new Set([
  ...["id", "item_id", "call_id", "response_id", "file_id", "container_id", "type", "object", "status"],
  ...["role", "phase", "format", "signature", "data", "encrypted_content", "mime_type", "media_type"],
]);

export interface UnlistedPlace {
  readonly pointer: string;
  readonly channel: string;
}

/** Guarded, and no part of the answer: nobody knows what it says again. */
export function unlistedTexts(
  node: JsonObject,
  listed: ReadonlySet<string>,
  { pointer, channel }: UnlistedPlace,
): readonly PlacedText[] {
  const texts: PlacedText[] = [];
  for (const name in node) {
    if (listed.has(name) || isMark(name, node)) continue;
    const start = below(pointer, name);
    for (const { pointer: place, text, of } of textsBelow(node[name] as JsonValue, start, isMark)) {
      // What members are called, and what is counted, is the vendor's own.
      if (text === "" || of !== undefined) continue;
      const said = { kind: "text", channel: `${channel}${place}`, text, mode: "repeat" } as const;
      texts.push({ ...said, pointer: place, reach: "either" });
    }
  }
  return texts;
}

function isMark(name: string, node: JsonObject): boolean {
  const value = node[name];
  return marks.has(name) && typeof value === "string" && isOneWord(value);
}
