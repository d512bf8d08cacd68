// Owns a conversation's messages as a Responses request has them: a list of items. Knows no other field.

import type {
  MediaPart,
  Message,
  Part,
  ReasoningPart,
  Role,
  ToolCallPart,
  ToolResultPart,
  Uncarried,
} from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { writeDataUrl } from "../openai-chat/data-url.ts";
import { writePart as writeSaid } from "./written.ts";

export interface InputOptions {
  /** A model of OpenAI's, which hears its own thoughts again as it sealed them; others hear the words. */
  readonly isOwn: boolean;
}

/** In their order: each call, result and thought is an item of its own. */
export function writeInput(messages: readonly Message[], options: InputOptions): JsonObject[] | Uncarried {
  const items: JsonObject[] = [];
  for (const [at, { role, parts }] of messages.entries()) {
    let content: JsonObject[] | undefined;
    for (const [index, part] of parts.entries()) {
      const written = writePart(part, role, options);
      if (written === undefined) return { kind: "uncarried", field: `messages.${at}.parts.${index}` };
      if (written.kind === "items") {
        items.push(...written.items);
        content = undefined;
      } else if (content === undefined) {
        content = [written.part];
        items.push({ type: "message", role, content });
      } else content.push(written.part);
    }
  }
  return items;
}

type Written =
  | { readonly kind: "items"; readonly items: readonly JsonObject[] }
  | { readonly kind: "part"; readonly part: JsonObject };

/** Undefined: there is no word for it. */
function writePart(part: Part, role: Role, options: InputOptions): Written | undefined {
  switch (part.kind) {
    case "tool_call":
      return { kind: "items", items: [writeCall(part)] };
    case "tool_result":
      return asItem(writeResult(part));
    case "reasoning":
      return { kind: "items", items: writeReasoning(part, options) };
    default:
      return asPart(writeContent(part, role));
  }
}

function asItem(item: JsonObject | undefined): Written | undefined {
  return item && { kind: "items", items: [item] };
}

function asPart(part: JsonObject | undefined): Written | undefined {
  return part && { kind: "part", part };
}

function writeCall({ id, name, args }: ToolCallPart): JsonObject {
  return { type: "function_call", call_id: id, name, arguments: args === "" ? "{}" : args };
}

/** There is no word for an error but the text itself. */
function writeResult({ id, content }: ToolResultPart): JsonObject | undefined {
  const parts = content.map((part) => writeContent(part, "user")).filter((part) => part !== undefined);
  if (parts.length < content.length) return undefined;
  const [first, ...others] = content;
  const isPlain = others.length === 0 && (first === undefined || first.kind === "text");
  return {
    type: "function_call_output",
    call_id: id,
    output: isPlain ? (first?.kind === "text" ? first.text : "") : parts,
  };
}

/** What nobody could prove or read is left out. */
function writeReasoning({ text, signature }: ReasoningPart, { isOwn }: InputOptions): readonly JsonObject[] {
  if (isOwn && signature !== undefined) {
    const summary = text === "" ? [] : [writeSaid("summary", text)];
    return [{ type: "reasoning", summary, encrypted_content: signature }];
  }
  if (isOwn || text === "") return [];
  return [{ type: "reasoning", summary: [], content: [writeSaid("reasoning", text)] }];
}

function writeContent(part: Part, role: Role): JsonObject | undefined {
  if (part.kind === "text") {
    return role === "assistant" ? writeSaid("text", part.text) : { type: "input_text", text: part.text };
  }
  if (part.kind === "refusal") return writeSaid("refusal", part.text);
  return part.kind === "media" && role !== "assistant" ? writeMedia(part) : undefined;
}

/** A file's id is good only for the vendor that gave it, and bytes only with their type. */
function writeMedia({ type, mediaType, source, name }: MediaPart): JsonObject | undefined {
  if (source.kind === "id" || (type !== "image" && type !== "file")) return undefined;
  if (source.kind === "base64" && mediaType === undefined) return undefined;
  const url = source.kind === "url" ? source.url : writeDataUrl(mediaType ?? "", source.data);
  if (type === "image") return { type: "input_image", image_url: url, detail: "auto" };
  if (source.kind === "url") return { type: "input_file", file_url: url };
  return { type: "input_file", filename: name ?? "file", file_data: url };
}
