// Owns finding all that somebody wrote in a request's system prompt and messages. Knows no policy.

import type { CallMedia, CallText, CallTextKind, JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import { mediaIn } from "../media-in.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
import type { Fields } from "../openai-chat/fields.ts";
import { readTextFile } from "../text-file.ts";
import { mediaBelow, saidBelow } from "./said-below.ts";
import { readTool } from "./tools.ts";

/** Who speaks, as what, and where. */
interface Speaker {
  readonly role: string;
  readonly kind: CallTextKind;
  readonly pointer: string;
}

export class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  readonly hostedTools: string[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields, value: JsonObject) {
    const { system, messages, tools } = value;
    this.#fields = fields;
    this.#content(system, { role: "system", kind: "text", pointer: "/system" });
    if (!Array.isArray(messages)) fields.wrong("messages", "a list of objects");
    for (const [at, message] of fields.objects(messages, "messages").entries()) {
      this.#message(message, `/messages/${at}`);
    }
    for (const [at, tool] of fields.objects(tools, "tools").entries()) this.#tool(tool, `/tools/${at}`);
    for (const name of ["output_config", "output_format"]) {
      this.texts.push(...readDefinitions(value[name], `/${name}`));
    }
    // How a long conversation is to be summed up is said in words.
    this.#below(value, "context_management", { role: "system", kind: "text", pointer: "" });
  }

  #message({ role, content }: JsonObject, pointer: string): void {
    if (typeof role !== "string") this.#fields.wrong(`${nameOf(pointer)}.role`, "a string");
    else this.#content(content, { role, kind: "text", pointer: `${pointer}/content` });
  }

  #tool(tool: JsonObject, pointer: string): void {
    const { texts, hosted } = readTool(tool, pointer, this.#fields);
    this.texts.push(...texts);
    if (hosted !== undefined) this.hostedTools.push(hosted);
  }

  #content(content: JsonValue | undefined, speaker: Speaker): void {
    if (typeof content === "string") this.#found(content, speaker);
    else if (Array.isArray(content) && content.every(isObject)) {
      for (const [at, block] of content.entries()) this.#block(block, step(speaker, at));
    } else if (content !== undefined && content !== null) {
      this.#fields.wrong(nameOf(speaker.pointer), "a string or a list of blocks");
    }
  }

  #block(block: JsonObject, speaker: Speaker): void {
    const { type } = block;
    if (typeof type !== "string") this.#fields.wrong(`${nameOf(speaker.pointer)}.type`, "a string");
    else if (type === "text") {
      this.#text(block, "text", speaker);
      this.#below(block, "citations", asDocument(speaker));
    } else if (type === "tool_result") {
      this.#content(block.content, { ...step(speaker, "content"), kind: "tool.result" });
    } else if (type === "thinking") this.#text(block, "thinking", { ...speaker, kind: "reasoning" });
    else if (type === "image" || type === "document") this.#document(block, speaker);
    else if (type === "container_upload") this.#holds(speaker, "file", "id");
    else if (type.endsWith("tool_use"))
      this.#every(block.input, { ...step(speaker, "input"), kind: "tool.args" });
    else if (type === "tool_addition") this.#addition(block.tool, step(speaker, "tool"));
    else if (type !== "redacted_thinking") this.#other(block, type, speaker);
  }

  /** What the vendor's tools found is in the vendor's own form; of what is not known every string counts. */
  #other({ type: _type, ...block }: JsonObject, type: string, speaker: Speaker): void {
    if (type.endsWith("_tool_result")) {
      const result: Speaker = { ...speaker, kind: "tool.result" };
      this.#below(block, "content", result);
      if (mediaBelow(block.content ?? null)) this.#holds(result, "file", "base64");
    } else if (type === "search_result") {
      const document = asDocument(speaker);
      for (const member of ["source", "title", "content"]) this.#below(block, member, document);
    } else if (type === "compaction") this.#below(block, "content", speaker);
    else this.#every(block, speaker);
  }

  #document(block: JsonObject, speaker: Speaker): void {
    const document = asDocument(speaker);
    this.#text(block, "title", document);
    this.#text(block, "context", document);
    const { source, type } = block;
    const media = type === "image" ? "image" : "file";
    if (!isObject(source)) this.#fields.wrong(`${nameOf(speaker.pointer)}.source`, "an object");
    else if (source.type === "base64") this.#file(source, document, media);
    else if (source.type === "url") this.#holds(speaker, media, "url");
    else if (source.type === "file") this.#holds(speaker, media, "id");
    else if (source.type === "text") this.#text(source, "data", step(document, "source"));
    else if (source.type === "content")
      this.#content(source.content, step(step(document, "source"), "content"));
    else this.#every(source, step(document, "source"));
  }

  /** A tool that is given in the middle of a conversation is one of the request's. */
  #addition(tool: JsonValue | undefined, speaker: Speaker): void {
    if (!isObject(tool)) this.#fields.wrong(nameOf(speaker.pointer), "an object");
    else if (isObject(tool.definition)) this.#tool(tool.definition, `${speaker.pointer}/definition`);
    else this.texts.push(...readDefinitions(tool.name, `${speaker.pointer}/name`));
  }

  /** `speaker`: of the document that `source` holds. */
  #file(source: JsonObject, speaker: Speaker, type: CallMedia["type"]): void {
    const { type: _type, data, media_type: mediaType, ...others } = source;
    const isAlone = type === "file" && Object.keys(others).length === 0;
    const file = isAlone ? readTextFile(data, mediaType) : undefined;
    const { pointer, kind, role } = speaker;
    if (file === undefined) {
      this.#holds(speaker, type, "base64");
      return;
    }
    this.media.push(mediaIn(kind, { pointer, type, source: "base64", isText: true }));
    if (file.text !== "") this.texts.push({ pointer: `${pointer}/source/data`, role, kind, ...file });
  }

  #holds({ pointer, kind }: Speaker, type: CallMedia["type"], source: CallMedia["source"]): void {
    this.media.push(mediaIn(kind, { pointer, type, source }));
  }

  #text(node: JsonObject, name: string, speaker: Speaker): void {
    if (node[name] === undefined) return;
    const inner = step(speaker, name);
    const text = this.#fields.text(node[name], nameOf(inner.pointer));
    if (text !== undefined) this.#found(text, inner);
  }

  #below(node: JsonObject, name: string, speaker: Speaker): void {
    const { pointer: place } = step(speaker, name);
    for (const { pointer, text } of saidBelow(node[name] ?? null, place)) {
      this.#found(text, { ...speaker, pointer });
    }
  }

  #every(value: JsonValue | undefined, speaker: Speaker): void {
    for (const { pointer, text } of textsBelow(value ?? null, speaker.pointer)) {
      this.#found(text, { ...speaker, pointer });
    }
  }

  #found(text: string, { pointer, role, kind }: Speaker): void {
    if (text !== "") this.texts.push({ pointer, role, kind, text });
  }
}

/** What a tool gives back stays that, be it a document. */
function asDocument(speaker: Speaker): Speaker {
  return speaker.kind === "tool.result" ? speaker : { ...speaker, kind: "document" };
}

function step(speaker: Speaker, to: string | number): Speaker {
  return { ...speaker, pointer: `${speaker.pointer}/${to}` };
}

/** For a refusal: `/messages/3/content` → `messages.3.content`. */
function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll("/", ".");
}
