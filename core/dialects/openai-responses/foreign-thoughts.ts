// Owns taking out of a Responses request what models of other vendors thought: OpenAI opens no seal but its
// own. Knows no other item.

import type { Call, RequestHead, WrittenCall } from "../../contracts/dialect.ts";
import { isObject } from "../../text/json.ts";
import { isMarked, mayHoldMark } from "../../text/proof-mark.ts";
import { keepElements } from "../../text/splice.ts";
import { editedValue } from "../edited-value.ts";
import { modelInBody } from "../openai-chat/request.ts";

/** The very bytes that came, but for the edits, a model's other name and such thoughts. */
export function writeCall(call: Call, head: RequestHead, model: string | undefined): WrittenCall {
  const written = modelInBody.write(call, head, model);
  return { ...written, body: withoutForeign(written.body, call) };
}

function withoutForeign(body: Buffer, call: Call): Buffer {
  if (!mayHoldMark(body)) return body;
  const value = editedValue(call);
  const input = isObject(value) ? value.input : undefined;
  if (!Array.isArray(input)) return body;
  const kept = input.map((item) => !(isObject(item) && isMarked(item.encrypted_content)));
  return kept.includes(false) ? keepElements(body, new Map([["/input", kept]])) : body;
}
