// Owns the messages of a Gemini request, free of its format. Knows no other member of it.

import type { MediaPart, Message, Part, TextPart, ToolResultPart } from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { Members } from "../members.ts";
import { isStored, mediaTypeOf } from "./said.ts";

const silent = new Set(["partMetadata", "thoughtSignature"]);

/** Calls may lack ids: then results belong to calls of their name, in their order. */
export class ContentReading {
  /** In the order of the calls. */
  readonly #args: readonly string[];
  #calls = 0;
  readonly #unanswered = new Map<string, string[]>();

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  read(content: Members): Message {
    const role = content.text("role") || "user";
    const isModel = role === "model";
    if (!isModel && role !== "user" && role !== "function") content.extra("role");
    const parts = content.list("parts").flatMap((part) => this.#part(part));
    content.rest(silent);
    return { role: isModel ? "assistant" : "user", parts };
  }

  /** A signature is good for Google alone, and so stays here. */
  #part(part: Members): readonly Part[] {
    const [text, isThought] = [part.text("text"), part.flag("thought")];
    const read: (Part | undefined)[] = [
      isThought === true ? reasoning(text ?? "") : text && { kind: "text" as const, text },
      readMedia(part),
      this.#call(part.below("functionCall")),
      this.#result(part.below("functionResponse")),
    ].map((found) => found || undefined);
    part.rest(silent);
    return read.filter((found) => found !== undefined);
  }

  #call(call: Members | undefined): Part | undefined {
    if (call === undefined) return undefined;
    const at = this.#calls++;
    call.value("args");
    const [name, id] = [call.text("name") ?? "", call.text("id") || `call_${at}`];
    call.rest(silent);
    this.#unanswered.set(name, [...(this.#unanswered.get(name) ?? []), id]);
    return { kind: "tool_call", id, name, args: this.#args[at] ?? "" };
  }

  #result(result: Members | undefined): ToolResultPart | undefined {
    if (result === undefined) return undefined;
    const name = result.text("name") ?? "";
    const asked = this.#unanswered.get(name)?.shift();
    const id = result.text("id") || (asked ?? `call_${name}`);
    const { text, isError } = readResponse(result.object("response") ?? {});
    const attached = result.list("parts").map((part) => {
      const media = readMedia(part);
      if (media === undefined) part.extra();
      return media;
    });
    result.rest(silent);
    const content: (TextPart | MediaPart | undefined)[] = [{ kind: "text", text }, ...attached];
    return { kind: "tool_result", id, name, content: content.filter((part) => part !== undefined), isError };
  }
}

export function readMedia(part: Members): MediaPart | undefined {
  const [inline, file] = [part.below("inlineData"), part.below("fileData")];
  const held = inline ?? file;
  if (held === undefined) return undefined;
  const [mediaType, name] = [held.text("mimeType"), held.text("displayName")];
  const [data, uri] = [held.text("data"), held.text("fileUri")];
  held.rest(silent);
  const about = { kind: "media", type: mediaTypeOf(mediaType), mediaType, name } as const;
  if (data !== undefined) return { ...about, source: { kind: "base64", data } };
  if (uri === undefined) return undefined;
  return { ...about, source: isStored(uri) ? { kind: "id", id: uri } : { kind: "url", url: uri } };
}

/** Google's own words for a result that is one text, and for one that is an error. */
function readResponse(response: JsonObject): { readonly text: string; readonly isError: boolean } {
  const [[name, value] = [], ...others] = Object.entries(response);
  const isAlone = others.length === 0 && typeof value === "string";
  if (isAlone && (name === "output" || name === "error")) return { text: value, isError: name === "error" };
  return { text: JSON.stringify(response), isError: false };
}

function reasoning(text: string): Part {
  return { kind: "reasoning", text, signature: undefined, isRedacted: false };
}
