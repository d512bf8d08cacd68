// Owns writing a part of a conversation as a content block. Knows no field outside of messages.

import type {
  MediaPart,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "../../contracts/conversation.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";

export interface Block {
  readonly value: JsonObject;
  /** Of a call: the JSON text that takes the place of `value.input`. */
  readonly args: string | undefined;
}

/** A string: the part's field that has no word here. `undefined`: there is nothing to say. */
export function writePart(part: Part): Block | string | undefined {
  switch (part.kind) {
    case "text":
    case "refusal":
      return part.text === "" ? undefined : plain({ type: "text", text: part.text });
    case "media":
      return wrapped(writeMedia(part));
    case "tool_call":
      return writeCall(part);
    case "tool_result":
      return wrapped(writeResult(part));
    default:
      return part.signature === undefined ? undefined : plain(writeReasoning(part.text, part));
  }
}

function plain(value: JsonObject): Block {
  return { value, args: undefined };
}

function wrapped(value: JsonObject | string): Block | string {
  return typeof value === "string" ? value : plain(value);
}

/** Without its proof a thought is none for Anthropic, so it is left out. */
function writeReasoning(
  text: string,
  { signature = "", isRedacted }: { readonly signature: string | undefined; readonly isRedacted: boolean },
): JsonObject {
  return isRedacted
    ? { type: "redacted_thinking", data: signature }
    : { type: "thinking", thinking: text, signature };
}

/** Anthropic takes images and documents; a file that another vendor holds is none here. */
function writeMedia({ type, mediaType, source, name }: MediaPart): JsonObject | string {
  if (type !== "image" && type !== "file") return type;
  if (source.kind === "id") return `${type}.file_id`;
  const block = type === "image" ? "image" : "document";
  const title = type === "file" && name !== undefined ? { title: name } : {};
  if (source.kind === "url") {
    return { type: block, source: { type: "url", url: source.url }, ...title };
  }
  const { data } = source;
  if (type === "file" && mediaType === "text/plain") {
    const text = Buffer.from(data, "base64").toString();
    return { type: block, source: { type: "text", media_type: mediaType, data: text }, ...title };
  }
  if (mediaType === undefined || (type === "file" && mediaType !== "application/pdf"))
    return `${type}.media_type`;
  return { type: block, source: { type: "base64", media_type: mediaType, data }, ...title };
}

/** Anthropic takes objects alone, and ids of letters, digits, `_` and `-`. */
function writeCall({ id, name, args }: ToolCallPart): Block | string {
  const value = { type: "tool_use", id: idOf(id), name, input: {} };
  if (args.trim() === "") return plain(value);
  const reading = readJson(Buffer.from(args));
  return reading.kind === "json" && isObject(reading.value) ? { value, args } : "tool_calls.arguments";
}

function writeResult({ id, content, isError }: ToolResultPart): JsonObject | string {
  const blocks = content.map(writeContent);
  const field = blocks.find((block) => typeof block === "string");
  if (field !== undefined) return field;
  return {
    type: "tool_result",
    tool_use_id: idOf(id),
    content: blocks.filter((block) => block !== undefined) as JsonObject[],
    ...(isError ? { is_error: true } : {}),
  };
}

function writeContent(part: TextPart | MediaPart): JsonObject | string | undefined {
  if (part.kind === "media") return writeMedia(part);
  return part.text === "" ? undefined : { type: "text", text: part.text };
}

function idOf(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, "_");
}
