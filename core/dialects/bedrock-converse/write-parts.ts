// Owns writing a part of a conversation as a block of a Converse request. Knows no other field of it.

import type {
  MediaPart,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "../../contracts/conversation.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { formatOf, memberOf } from "./media-formats.ts";

export interface Block {
  readonly value: JsonObject;
  /** Of a call: the JSON text that takes the place of `value.toolUse.input`. */
  readonly args: string | undefined;
}

/** A string: the part's field that has no word here. `undefined`: there is nothing to say. */
export function writePart(part: Part): Block | string | undefined {
  switch (part.kind) {
    case "text":
    case "refusal":
      return part.text === "" ? undefined : plain({ text: part.text });
    case "media":
      return wrapped(writeMedia(part));
    case "tool_call":
      return writeCall(part);
    case "tool_result":
      return wrapped(writeResult(part));
    default:
      return part.signature === undefined ? undefined : plain(writeThought(part.text, part));
  }
}

function plain(value: JsonObject): Block {
  return { value, args: undefined };
}

function wrapped(value: JsonObject | string): Block | string {
  return typeof value === "string" ? value : plain(value);
}

/** Without its proof a thought is none for the models that think here, so it is left out. */
function writeThought(
  text: string,
  { signature = "", isRedacted }: { readonly signature: string | undefined; readonly isRedacted: boolean },
): JsonObject {
  if (isRedacted) return { reasoningContent: { redactedContent: signature } };
  return { reasoningContent: { reasoningText: { text, signature } } };
}

/** Bytes alone: Bedrock fetches from nowhere but AWS. */
function writeMedia({ type, mediaType, source, name }: MediaPart): JsonObject | string {
  const member = memberOf(type);
  if (source.kind !== "base64") return `${type}.${source.kind}`;
  const format = formatOf(member, mediaType);
  if (format === undefined) return `${type}.mediaType`;
  const node = { format, source: { bytes: source.data } };
  return { [member]: type === "file" ? { ...node, name: documentName(name) } : node };
}

/** What Bedrock takes there: letters, digits, single spaces, hyphens, underscores and brackets. */
function documentName(name = "document"): string {
  const plainName = name
    .replaceAll(/[^A-Za-z0-9_\s()[\]-]/g, "-")
    .replaceAll(/\s+/g, " ")
    .slice(0, 200);
  return plainName === "" ? "document" : plainName;
}

function writeCall({ id, name, args }: ToolCallPart): Block | string {
  const value = { toolUse: { toolUseId: idOf(id), name, input: {} } };
  if (args.trim() === "") return plain(value);
  const reading = readJson(Buffer.from(args));
  return reading.kind === "json" && isObject(reading.value) ? { value, args } : "tool_calls.arguments";
}

function writeResult({ id, content, isError }: ToolResultPart): JsonObject | string {
  const blocks = content.map(writeContent);
  const field = blocks.find((block) => typeof block === "string");
  if (field !== undefined) return field;
  const written = blocks.filter((block) => block !== undefined) as JsonObject[];
  return {
    toolResult: {
      toolUseId: idOf(id),
      content: written.length === 0 ? [{ text: " " }] : written,
      ...(isError ? { status: "error" } : {}),
    },
  };
}

function writeContent(part: TextPart | MediaPart): JsonObject | string | undefined {
  if (part.kind === "media") return writeMedia(part);
  return part.text === "" ? undefined : { text: part.text };
}

/** Of letters, digits, `_` and `-`, 64 at most. */
function idOf(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(-64);
}
