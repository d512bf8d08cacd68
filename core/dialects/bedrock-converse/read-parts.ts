// Owns a Converse request's messages, free of its format. Knows no other field of it.

import type { MediaPart, Message, Part, TextPart } from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { locate } from "../../text/splice.ts";
import type { Members } from "../members.ts";
import { mediaTypeOf } from "./media-formats.ts";

const mediaMembers: ReadonlyMap<string, MediaPart["type"]> = new Map([
  ["image", "image"],
  ["audio", "audio"],
  ["video", "video"],
  ["document", "file"],
]);

/** Where a cache ends; what some clients call a block. */
const silent = new Set(["cachePoint", "type"]);

/** The arguments of all calls, byte for byte, in the order of the calls. */
export function argsOf(body: Buffer, messages: readonly JsonObject[]): Iterator<string> {
  const pointers = messages.flatMap(({ content }, message) =>
    (Array.isArray(content) ? content : []).flatMap((block, at) =>
      isObject(block) && isObject(block.toolUse) ? [`/messages/${message}/content/${at}/toolUse/input`] : [],
    ),
  );
  const spans = locate(body, pointers);
  return spans
    .map((span) => (span === undefined ? "" : body.toString("utf8", span.start, span.end)))
    .values();
}

export function readMessage(message: Members, args: Iterator<string>): Message {
  const role = message.text("role");
  if (role !== "user" && role !== "assistant") message.extra("role");
  const parts = message.list("content").flatMap((block) => readBlock(block, args));
  message.rest(silent);
  return { role: role === "assistant" ? "assistant" : "user", parts };
}

/** Instructions, which are texts alone. */
export function readSystem(asked: Members): readonly Message[] {
  const parts = asked.list("system").flatMap((block): TextPart[] => {
    const text = block.text("text") ?? block.below("guardContent")?.below("text")?.text("text");
    block.rest(silent);
    return text === undefined ? [] : [{ kind: "text", text }];
  });
  return parts.length === 0 ? [] : [{ role: "system", parts }];
}

function readBlock(block: Members, args: Iterator<string>): readonly Part[] {
  const parts: Part[] = [...readContent(block)];
  const call = block.below("toolUse");
  if (call !== undefined) parts.push(readCall(call, args.next().value ?? ""));
  const result = block.below("toolResult");
  if (result !== undefined) parts.push(readResult(result));
  const thought = block.below("reasoningContent");
  if (thought !== undefined) parts.push(readThought(thought));
  const cited = block.below("citationsContent");
  if (cited !== undefined) parts.push(...readCited(cited));
  block.rest(silent);
  return parts;
}

/** What stands in messages and in results alike. */
function readContent(block: Members): (TextPart | MediaPart)[] {
  const parts: (TextPart | MediaPart)[] = [];
  const text = block.text("text") ?? block.below("guardContent")?.below("text")?.text("text");
  if (text !== undefined) parts.push({ kind: "text", text });
  for (const [member, type] of mediaMembers) {
    const node = block.below(member);
    const part = node === undefined ? undefined : readMedia(node, member, type);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** What lies in a bucket only AWS can fetch. */
function readMedia(node: Members, member: string, type: MediaPart["type"]): MediaPart | undefined {
  const [source, name] = [node.below("source"), node.text("name")];
  const [bytes, text] = [source?.text("bytes"), source?.text("text")];
  const mediaType = mediaTypeOf(member, node.text("format"));
  if (node.below("citations")?.flag("enabled") === true) node.extra("citations");
  node.rest(silent);
  source?.rest(silent);
  const data = text === undefined ? bytes : Buffer.from(text).toString("base64");
  if (data === undefined) return undefined;
  const written = text === undefined ? mediaType : "text/plain";
  return { kind: "media", type, mediaType: written, source: { kind: "base64", data }, name };
}

function readCall(call: Members, args: string): Part {
  const [id = "", name = ""] = [call.text("toolUseId"), call.text("name")];
  call.value("input");
  call.rest(silent);
  return { kind: "tool_call", id, name, args };
}

function readResult(result: Members): Part {
  const content = result.list("content").flatMap((block): (TextPart | MediaPart)[] => {
    const parts = readContent(block);
    const json = block.value("json");
    if (json !== undefined) parts.push({ kind: "text", text: JSON.stringify(json) });
    block.rest(silent);
    return parts;
  });
  const id = result.text("toolUseId") ?? "";
  const isError = result.text("status") === "error";
  result.rest(silent);
  return { kind: "tool_result", id, name: undefined, content, isError };
}

function readThought(thought: Members): Part {
  const [said, redacted] = [thought.below("reasoningText"), thought.text("redactedContent")];
  const [text = "", signature] = [said?.text("text"), said?.text("signature")];
  return redacted === undefined
    ? { kind: "reasoning", text, signature, isRedacted: false }
    : { kind: "reasoning", text: "", signature: redacted, isRedacted: true };
}

/** Where an answer of before was taken from is in its own documents: its words stand for themselves. */
function readCited(cited: Members): TextPart[] {
  cited.value("citations");
  return cited.list("content").map((part) => ({ kind: "text", text: part.text("text") ?? "" }));
}
