// Owns adding a last word to what a model is told, in the forms that vendors share. Knows no vendor.

import type { Call, CallEdit, JsonValue } from "../contracts/dialect.ts";
import { isObject, type JsonObject } from "../text/json.ts";
import { compilePointer, valueAt } from "../text/pointer.ts";

/** As the text reads after the edits before; one that is not there is made. */
export function addToText({ value, edits }: Call, pointer: string, word: string): readonly CallEdit[] {
  const said = edits.get(pointer) ?? valueAt(value, compilePointer(pointer) ?? []);
  if (typeof said !== "string" || said === "") return [[pointer, word]];
  return said.endsWith(word) ? [] : [[pointer, `${said}\n\n${word}`]];
}

/** As a part of its own: what a vendor caches of those before it stays as it is. */
export function addToParts(
  pointer: string,
  parts: readonly JsonValue[],
  part: JsonObject,
): readonly CallEdit[] {
  const last = parts.at(-1);
  return isObject(last) && last.text === part.text ? [] : [[`${pointer}/-`, part]];
}

/**
 * To the last of the instructions that a list of messages begins with. Where there are none they are made in
 * front of all others: many models take them nowhere else.
 */
export function addToMessages(call: Call, word: string): readonly CallEdit[] {
  const messages = isObject(call.value) && Array.isArray(call.value.messages) ? call.value.messages : [];
  const after = messages.findIndex((message) => !isInstruction(message));
  const last = (after === -1 ? messages.length : after) - 1;
  if (last === -1) return [["/messages/-0", { role: "system", content: word }]];
  const [pointer, message] = [`/messages/${last}/content`, messages[last]];
  const content = isObject(message) ? message.content : undefined;
  if (Array.isArray(content)) return addToParts(pointer, content, { type: "text", text: word });
  return addToText(call, pointer, word);
}

function isInstruction(message: JsonValue): boolean {
  return isObject(message) && (message.role === "system" || message.role === "developer");
}
