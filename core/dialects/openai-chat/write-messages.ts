// Owns a conversation's messages as a chat completions request has them. Knows no other member of it.

import type {
  MediaPart,
  Message,
  Part,
  ToolCallPart,
  ToolResultPart,
  Uncarried,
} from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { writeDataUrl } from "./data-url.ts";

export interface MessageOptions {
  /** Whether what the model thought goes back to it. */
  readonly hasReasoning: boolean;
}

/** In their order; a message with tool results becomes several. */
export function writeMessages(
  messages: readonly Message[],
  options: MessageOptions,
): JsonObject[] | Uncarried {
  const written: JsonObject[] = [];
  for (const [at, message] of messages.entries()) {
    const place = `messages.${at}`;
    const made =
      message.role === "assistant" ? writeAssistant(message, place, options) : writeOther(message, place);
    if (!Array.isArray(made)) return made;
    written.push(...made);
  }
  return written;
}

/** Results come first: they have to follow the calls at once. */
function writeOther({ role, parts }: Message, place: string): JsonObject[] | Uncarried {
  const results: JsonObject[] = [];
  const content: JsonObject[] = [];
  for (const [at, part] of parts.entries()) {
    const written = part.kind === "tool_result" ? writeResult(part) : writePart(part);
    if (written === undefined) return uncarried(`${place}.parts.${at}`);
    (part.kind === "tool_result" ? results : content).push(written);
  }
  if (results.length > 0 && content.length === 0) return results;
  // Imitators know no developer.
  return [...results, { role: role === "developer" ? "system" : role, content: plain(content) ?? "" }];
}

function writeAssistant(
  { parts }: Message,
  place: string,
  { hasReasoning }: MessageOptions,
): JsonObject[] | Uncarried {
  const message: JsonObject = { role: "assistant" };
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  for (const [at, part] of parts.entries()) {
    if (part.kind === "text") content.push({ type: "text", text: part.text });
    else if (part.kind === "tool_call") calls.push(writeCall(part));
    else if (part.kind === "refusal") message.refusal = `${message.refusal ?? ""}${part.text}`;
    else if (part.kind !== "reasoning") return uncarried(`${place}.parts.${at}`);
    else if (hasReasoning && part.text !== "")
      message.reasoning_content = `${message.reasoning_content ?? ""}${part.text}`;
  }
  message.content = plain(content);
  if (calls.length > 0) message.tool_calls = calls;
  return [message];
}

/** One text as a string: not every server takes a list. */
function plain(content: JsonObject[]): string | JsonObject[] | null {
  const [first, ...others] = content;
  if (first === undefined) return null;
  return others.length === 0 && typeof first.text === "string" ? first.text : content;
}

function writeCall({ id, name, args }: ToolCallPart): JsonObject {
  return { id, type: "function", function: { name, arguments: args === "" ? "{}" : args } };
}

/** Texts only; there is no word for an error but the text itself. */
function writeResult({ id, content }: ToolResultPart): JsonObject | undefined {
  const texts = content.flatMap((part) => (part.kind === "text" ? [{ type: "text", text: part.text }] : []));
  if (texts.length < content.length) return undefined;
  return { role: "tool", tool_call_id: id, content: plain(texts) ?? "" };
}

function writePart(part: Part): JsonObject | undefined {
  if (part.kind === "text") return { type: "text", text: part.text };
  return part.kind === "media" ? writeMedia(part) : undefined;
}

const formats: ReadonlyMap<string, string> = new Map([
  ["audio/wav", "wav"],
  ["audio/x-wav", "wav"],
  ["audio/wave", "wav"],
  ["audio/mpeg", "mp3"],
  ["audio/mp3", "mp3"],
]);

/** A file's id is good only for the vendor that gave it, and bytes only with their type. */
function writeMedia({ type, mediaType, source, name }: MediaPart): JsonObject | undefined {
  if (type === "image" && source.kind === "url") return { type: "image_url", image_url: { url: source.url } };
  if (source.kind !== "base64" || mediaType === undefined) return undefined;
  const { data } = source;
  const url = writeDataUrl(mediaType, data);
  if (type === "image") return { type: "image_url", image_url: { url } };
  if (type === "file") return { type: "file", file: { filename: name ?? "file", file_data: url } };
  const format = formats.get(mediaType);
  return type === "audio" && format !== undefined
    ? { type: "input_audio", input_audio: { data, format } }
    : undefined;
}

function uncarried(field: string): Uncarried {
  return { kind: "uncarried", field };
}
