// Owns the messages of a chat completions request, free of its format. Knows no other member of it.

import type { MediaPart, Message, Part, Role, TextPart } from "../../contracts/conversation.ts";
import { isObject } from "../../text/json.ts";
import type { Members } from "../members.ts";
import { mediaAt, readAudio, readFile } from "./read-media.ts";

/** Who among several of a role spoke, what an answer sent back holds, where a cache ends. */
const silent = new Set([
  "role",
  "name",
  "annotations",
  "cache_control",
  "prompt_cache_breakpoint",
  "refusal",
]);

const roles: ReadonlyMap<string, Role> = new Map([
  ["system", "system"],
  ["developer", "developer"],
  ["user", "user"],
  ["assistant", "assistant"],
  ["tool", "user"],
  ["function", "user"],
]);

/** One message each, so that what is said of the third is said of the client's third. */
export class MessageReading {
  /** Of the call that a result without an id answers: those of before tools had ids. */
  #lastId = "";

  read(message: Members): Message {
    const asWritten = message.text("role") ?? "";
    const role = roles.get(asWritten);
    if (role === undefined) message.extra("role");
    const isResult = asWritten === "tool" || asWritten === "function";
    const parts = isResult ? [this.#result(message)] : this.#parts(message);
    message.rest(silent);
    return { role: role ?? "user", parts };
  }

  #result(message: Members): Part {
    const id = message.text("tool_call_id") ?? this.#lastId;
    const content: (TextPart | MediaPart)[] = [];
    for (const part of readContent(message)) {
      if (part.kind === "text" || part.kind === "media") content.push(part);
      else message.extra("content");
    }
    return { kind: "tool_result", id, name: message.text("name"), content, isError: false };
  }

  #parts(message: Members): readonly Part[] {
    const refusal = message.text("refusal") ?? "";
    const said: readonly Part[] = [...readReasoning(message), ...readContent(message)];
    const refused: readonly Part[] = refusal === "" ? [] : [{ kind: "refusal", text: refusal }];
    return [...said, ...refused, ...this.#calls(message)];
  }

  #calls(message: Members): readonly Part[] {
    const old = message.below("function_call");
    const calls = message.list("tool_calls").map((call): Part | undefined => {
      const node = call.below("function");
      if (node === undefined) call.extra();
      return node === undefined ? undefined : this.#call(node, call.text("id"));
    });
    const before = old === undefined ? [] : [this.#call(old, old.place.replaceAll(".", "_"))];
    return [...before, ...calls.filter((call) => call !== undefined)];
  }

  /** Arguments are JSON text; some servers take the object itself. */
  #call(node: Members, id: string | undefined): Part {
    const args = node.value("arguments");
    this.#lastId = id ?? "";
    return {
      kind: "tool_call",
      id: this.#lastId,
      name: node.text("name") ?? "",
      args: typeof args === "string" ? args : args === undefined ? "" : JSON.stringify(args),
    };
  }
}

function readContent(message: Members): readonly Part[] {
  const content = message.value("content");
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return message.list("content").flatMap((part) => {
    const read = readPart(part);
    if (read === undefined) part.extra();
    return read ?? [];
  });
}

/** Undefined: no part that others have. */
function readPart(part: Members): Part | undefined {
  const type = part.text("type") ?? "";
  switch (type) {
    case "text":
      return { kind: "text", text: part.text("text") ?? "" };
    case "refusal":
      return { kind: "refusal", text: part.text("refusal") ?? "" };
    case "thinking":
      return reasoning(readThinking(part));
    case "image_url":
      return readPlace(part, type, "image");
    case "video_url":
      return readPlace(part, type, "video");
    case "document_url":
    case "file_url":
      return readPlace(part, type, "file");
    case "input_audio":
      return readAudio(part);
    case "file":
      return readFile(part.below("file"));
    default:
      return undefined;
  }
}

/** Mistral's thoughts: a text, or texts in a list. */
function readThinking(part: Members): string {
  const thinking = part.value("thinking");
  if (typeof thinking === "string") return thinking;
  return part
    .list("thinking")
    .map((inner) => inner.text("text") ?? "")
    .join("");
}

/** `{"url": …}`, or the URL itself. */
function readPlace(part: Members, member: string, type: MediaPart["type"]): Part | undefined {
  const value = part.value(member);
  const url = isObject(value) ? value.url : value;
  return typeof url === "string" ? mediaAt(url, type, undefined) : undefined;
}

/** Imitators send back what the model thought under several names at once. */
function readReasoning(message: Members): readonly Part[] {
  const details = message.list("reasoning_details");
  const detailed = details.map((detail) => detail.text("text") ?? detail.text("summary") ?? "").join("");
  const texts = [message.text("reasoning_content"), message.text("reasoning"), detailed];
  const text = texts.find((said) => said !== undefined && said !== "");
  return text === undefined ? [] : [reasoning(text)];
}

function reasoning(text: string): Part {
  return { kind: "reasoning", text, signature: undefined, isRedacted: false };
}
