// Owns what of a Converse request is the thought of another vendor's model. Takes none
// out itself.

import type { Call, JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { compilePointer, valueAt } from "../../text/pointer.ts";
import { isMarked, mayHoldMark } from "../../text/proof-mark.ts";
import { type BlockKind, withoutForeignThoughts } from "../anthropic-messages/foreign-blocks.ts";
import { editedValue } from "../edited-value.ts";

/** `body`: the call as it would go out. `place`: the pointer in it to the request's own fields. */
export function withoutForeign(body: Buffer, call: Call, place = ""): Buffer {
  if (!mayHoldMark(body)) return body;
  const request = valueAt(editedValue(call), compilePointer(place) ?? []);
  if (!isObject(request)) return body;
  return withoutForeignThoughts(body, {
    messages: request.messages,
    place: `${place}/messages`,
    kindOf,
    silence: { text: "…" },
    fields: request.additionalModelRequestFields,
    fieldsPlace: `${place}/additionalModelRequestFields`,
  });
}

function kindOf({ reasoningContent: thought, toolUse, toolResult }: JsonObject): BlockKind {
  if (isSaid(thought)) return isForeign(thought) ? "foreign" : "thought";
  if (isSaid(toolUse)) return "call";
  return isSaid(toolResult) ? "result" : "other";
}

/** Some SDKs write the members that a block lacks. */
function isSaid(member: JsonValue | undefined): boolean {
  return member !== undefined && member !== null;
}

function isForeign(thought: JsonValue | undefined): boolean {
  if (!isObject(thought)) return false;
  const { reasoningText: shown, redactedContent: withheld } = thought;
  return isMarked(withheld) || (isObject(shown) && isMarked(shown.signature));
}
