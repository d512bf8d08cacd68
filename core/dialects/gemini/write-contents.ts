// Owns a conversation's messages as a Gemini request has them. Knows no other member of it.

import type { Message, Part, ToolCallPart, ToolResultPart, Uncarried } from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { parseJson } from "../../text/json-adapter.ts";
import { objectText } from "./args.ts";
import { signFirstCall } from "./unsigned-calls.ts";
import { writeMedia } from "./write-media.ts";

interface Content {
  readonly role: "user" | "model";
  readonly parts: JsonObject[];
}

export interface WrittenContents {
  readonly kind: "contents";
  readonly instruction: readonly JsonObject[];
  readonly contents: readonly Content[];
  /** RFC 6901 pointer into the request → the call's arguments as JSON text. */
  readonly args: ReadonlyMap<string, string>;
}

export function writeContents(messages: readonly Message[], model: string): WrittenContents | Uncarried {
  const writing = new ContentWriting(model);
  for (const [at, message] of messages.entries()) {
    const field = writing.add(message);
    if (field !== undefined) return { kind: "uncarried", field: `messages.${at}.${field}` };
  }
  const { instruction, contents, args } = writing;
  if (contents.length === 0) return { kind: "uncarried", field: "messages" };
  return { kind: "contents", instruction, contents, args };
}

class ContentWriting {
  readonly instruction: JsonObject[] = [];
  readonly contents: Content[] = [];
  readonly args = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** Then calls have to be signed, and results may hold media. */
  readonly #isThirdOrLater: boolean;

  constructor(model: string) {
    this.#isThirdOrLater = /gemini-(?:[3-9]|\d\d)/.test(model);
  }

  /** The field that Google has no word for. */
  add({ role, parts }: Message): string | undefined {
    if (role === "system" || role === "developer") return this.#instruct(parts);
    const content = this.#content(role === "assistant" ? "model" : "user");
    const start = content.parts.length;
    for (const [at, part] of parts.entries()) {
      const written = part.kind === "tool_call" ? this.#call(part, content) : this.#part(part);
      if (typeof written === "string") return `parts.${at}.${written}`;
      if (written !== undefined) content.parts.push(written);
    }
    if (this.#isThirdOrLater) signFirstCall(content.parts.slice(start));
    if (content.parts.length === 0) this.contents.pop();
    return undefined;
  }

  /** There is one place for all of it. */
  #instruct(parts: readonly Part[]): string | undefined {
    for (const part of parts) {
      if (part.kind !== "text") return part.kind;
      if (part.text !== "") this.instruction.push({ text: part.text });
    }
    return undefined;
  }

  /** Turns alternate: what one side says in several messages is one. */
  #content(role: Content["role"]): Content {
    const last = this.contents.at(-1);
    if (last?.role === role) return last;
    const content: Content = { role, parts: [] };
    this.contents.push(content);
    return content;
  }

  /** A thought is good only with a signature of Google's own, so none goes back. */
  #part(part: Exclude<Part, ToolCallPart>): JsonObject | string | undefined {
    switch (part.kind) {
      case "text":
      case "refusal":
        return part.text === "" ? undefined : { text: part.text };
      case "media":
        return writeMedia(part);
      case "tool_result":
        return this.#result(part);
      default:
        return undefined;
    }
  }

  /** The part that comes next in `parts`. */
  #call({ id, name, args }: ToolCallPart, { parts }: Content): JsonObject | string {
    const text = objectText(args);
    if (text === undefined) return "args";
    this.#names.set(id, name);
    const place = `/contents/${this.contents.length - 1}/parts/${parts.length}/functionCall/args`;
    this.args.set(place, text);
    return { functionCall: { ...(id !== "" && { id }), name, args: {} } };
  }

  /** Google wants the tool's name beside the result, and an object for it. */
  #result({ id, name, content, isError }: ToolResultPart): JsonObject | string {
    const called = name ?? this.#names.get(id);
    if (called === undefined) return "tool_result.name";
    const texts = content.flatMap((part) => (part.kind === "text" ? [part.text] : []));
    const media = content.flatMap((part) => (part.kind === "media" ? [writeMedia(part)] : []));
    if (media.length > 0 && !this.#isThirdOrLater) return "tool_result.content";
    const field = media.find((written) => typeof written === "string");
    if (field !== undefined) return field;
    const functionResponse: JsonObject = {
      ...(id !== "" && { id }),
      name: called,
      response: isError ? { error: texts.join("\n") } : responseOf(texts.join("\n")),
      ...(media.length > 0 && { parts: media as JsonObject[] }),
    };
    return { functionResponse };
  }
}

function responseOf(text: string): JsonObject {
  const object = text.trimStart().startsWith("{") ? objectText(text) : undefined;
  return object === undefined ? { output: text } : (parseJson(object) as JsonObject);
}
