// Owns what an upstream says of its own failure, in somebody's words: found in the frame, and written anew.
// Knows no vendor and no guard.

import { isUtf8 } from "node:buffer";
import type { AnswerHead } from "../../contracts/dialect.ts";
import type { Frame } from "../../contracts/frame.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { payloadOf, replacePayload } from "../../text/eventstream-message.ts";
import { isObject, readJson } from "../../text/json.ts";
import { mediaType } from "../../text/media.ts";
import { type FoundText, textsBelow } from "../../text/pointer.ts";
import { openBrace, skipSpace } from "../../text/scan.ts";
import { type Edits, splice } from "../../text/splice.ts";
import { bomLength, readEvent, replaceData, type SseEvent, spliceEvent } from "../../text/sse-event.ts";

/** How the words are wrapped. */
export type FailureForm = "event" | "message" | "body";

export function failureForm({ status, headers }: AnswerHead): FailureForm {
  if (status >= 400) return "body";
  const type = mediaType(headers);
  if (type === "text/event-stream") return "event";
  return type === "application/vnd.amazon.eventstream" ? "message" : "body";
}

/** Every string of it, or all of it where it is no JSON. Undefined: nobody here can read it. */
export function failureTexts({ bytes }: Frame, form: FailureForm): readonly FoundText[] | undefined {
  const words = unwrap(bytes, form);
  if (words === undefined) return [];
  const value = valueIn(words);
  if (value !== undefined) return isWrappedAgain(value) ? undefined : [...textsBelow(value, "")];
  return isUtf8(words) ? [{ pointer: "", text: words.toString() }] : undefined;
}

/** The same frame with other words: pointer → what stands there. */
export function rewriteFailure(frame: Frame, edits: Edits, form: FailureForm): Frame {
  const { bytes } = frame;
  if (form === "event") {
    const event = readEvent(bytes, bomLength(bytes));
    return { ...frame, bytes: rewriteEvent(bytes, event, edits) };
  }
  if (form === "message") {
    return { ...frame, bytes: replacePayload(bytes, rewriteWords(payloadOf(bytes), edits)) };
  }
  return { ...frame, bytes: rewriteWords(bytes, edits) };
}

function unwrap(bytes: Buffer, form: FailureForm): Buffer | undefined {
  if (form === "event") return readEvent(bytes, bomLength(bytes)).data;
  return form === "message" ? payloadOf(bytes) : bytes;
}

function rewriteEvent(bytes: Buffer, event: SseEvent, edits: Edits): Buffer {
  const plain = edits.get("");
  const isPlain = typeof plain === "string" && valueIn(event.data ?? bytes) === undefined;
  return isPlain ? replaceData(bytes, event, plain) : spliceEvent(bytes, event, edits);
}

function rewriteWords(words: Buffer, edits: Edits): Buffer {
  const plain = edits.get("");
  if (typeof plain === "string" && valueIn(words) === undefined) return Buffer.from(plain);
  const start = startOfJson(words);
  return Buffer.concat([words.subarray(0, start), splice(words.subarray(start), edits)]);
}

function valueIn(words: Buffer): JsonValue | undefined {
  const reading = readJson(words.subarray(startOfJson(words)));
  return reading.kind === "json" ? reading.value : undefined;
}

/** An element of a list that is streamed comes with the mark before it. */
function startOfJson(words: Buffer): number {
  const first = skipSpace(words, 0);
  const isElement = words[first] === 0x2c || (words[first] === 0x5b && readJson(words).kind === "problem");
  return isElement ? Math.max(words.indexOf(openBrace), 0) : 0;
}

/** An event within an event, its bytes in base64. */
function isWrappedAgain(value: JsonValue): boolean {
  return isObject(value) && typeof value.bytes === "string";
}
