// Owns what of a messages request is the thought of another vendor's model. Takes none
// out itself.

import type { Call } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { isMarked, mayHoldMark } from "../../text/proof-mark.ts";
import { editedValue } from "../edited-value.ts";
import { type BlockKind, withoutForeignThoughts } from "./foreign-blocks.ts";

/** `body`: the call as it would go out. */
export function withoutForeign(body: Buffer, call: Call): Buffer {
  if (!mayHoldMark(body)) return body;
  const value = editedValue(call);
  if (!isObject(value)) return body;
  return withoutForeignThoughts(body, {
    messages: value.messages,
    place: "/messages",
    kindOf,
    silence: { type: "text", text: "…" },
    fields: value,
    fieldsPlace: "",
  });
}

function kindOf({ type, signature, data }: JsonObject): BlockKind {
  if (type === "thinking") return isMarked(signature) ? "foreign" : "thought";
  if (type === "redacted_thinking") return isMarked(data) ? "foreign" : "thought";
  if (type === "tool_use") return "call";
  return type === "tool_result" ? "result" : "other";
}
