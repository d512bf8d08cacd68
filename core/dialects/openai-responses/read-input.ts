// Owns the input items of a Responses request as messages, free of their format. Knows no other field of it.

import type { MediaPart, Message, Part, Role, TextPart } from "../../contracts/conversation.ts";
import type { Members } from "../members.ts";
import { mediaAt, readAudio, readFile } from "../openai-chat/read-media.ts";

/** Its number among the vendor's own, whether it was finished, and what an answer sent back says of it. */
const silent = new Set(["type", "id", "status", "phase", "role", "caller", "namespace"]);

const roles: ReadonlyMap<string, Role> = new Map([
  ["system", "system"],
  ["developer", "developer"],
  ["user", "user"],
  ["assistant", "assistant"],
]);

/** Items of one speaker in a row are one message: what is thought, said and called belongs together. */
export function readInput(asked: Members): readonly Message[] {
  const input = asked.value("input");
  if (typeof input === "string") return [{ role: "user", parts: [{ kind: "text", text: input }] }];
  const messages: ReadItem[] = [];
  for (const item of asked.list("input")) {
    const read = readItem(item);
    if (read === undefined) {
      item.extra();
      continue;
    }
    item.rest(silent);
    const last = messages.at(-1);
    if (last?.role === read.role && last.isJoined && read.isJoined) last.parts.push(...read.parts);
    else messages.push(read);
  }
  return messages.map(({ role, parts }) => ({ role, parts }));
}

interface ReadItem {
  readonly role: Role;
  readonly parts: Part[];
  /** Goes with its neighbours of the same role. */
  readonly isJoined: boolean;
}

/** Undefined: no item that others have. */
function readItem(item: Members): ReadItem | undefined {
  switch (item.text("type") ?? "message") {
    case "message":
      return readMessage(item);
    case "reasoning":
      return { role: "assistant", parts: readReasoning(item), isJoined: true };
    case "function_call":
      return { role: "assistant", parts: [readCall(item)], isJoined: true };
    case "function_call_output":
      return { role: "user", parts: [readResult(item)], isJoined: true };
    default:
      return undefined;
  }
}

function readMessage(item: Members): ReadItem | undefined {
  const role = roles.get(item.text("role") ?? "");
  if (role === undefined) return undefined;
  return { role, parts: readContent(item, "content"), isJoined: role === "assistant" };
}

function readCall(item: Members): Part {
  return {
    kind: "tool_call",
    id: item.text("call_id") ?? "",
    name: item.text("name") ?? "",
    args: item.text("arguments") ?? "",
  };
}

function readResult(item: Members): Part {
  const content: (TextPart | MediaPart)[] = [];
  for (const part of readContent(item, "output")) {
    if (part.kind === "text" || part.kind === "media") content.push(part);
    else item.extra("output");
  }
  return {
    kind: "tool_result",
    id: item.text("call_id") ?? "",
    name: undefined,
    content,
    isError: false,
  };
}

/** The thought itself where it is shown, else what is summed up of it. */
function readReasoning(item: Members): Part[] {
  const [content, summary] = [item.list("content"), item.list("summary")];
  const shown = content.length > 0 ? content : summary;
  const text = shown.map((part) => part.text("text") ?? "").join("\n\n");
  const signature = item.text("encrypted_content");
  if (text === "" && signature === undefined) return [];
  return [{ kind: "reasoning", text, signature, isRedacted: text === "" }];
}

function readContent(item: Members, member: string): Part[] {
  const content = item.value(member);
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return item.list(member).flatMap((part) => {
    const read = readPart(part);
    if (read === undefined) part.extra();
    return read ?? [];
  });
}

/** Undefined: no part that others have. */
function readPart(part: Members): Part | undefined {
  switch (part.text("type")) {
    case "input_text":
    case "output_text":
    case "text":
      return { kind: "text", text: part.text("text") ?? "" };
    case "refusal":
      return { kind: "refusal", text: part.text("refusal") ?? "" };
    case "input_image":
      return readImage(part);
    case "input_file":
      return readFile(part);
    case "input_audio":
      return readAudio(part);
    default:
      return undefined;
  }
}

function readImage(part: Members): Part | undefined {
  const [id, url] = [part.text("file_id"), part.text("image_url")];
  if (id === undefined) return url === undefined ? undefined : mediaAt(url, "image", undefined);
  return {
    kind: "media",
    type: "image",
    mediaType: undefined,
    source: { kind: "id", id },
    name: undefined,
  };
}
