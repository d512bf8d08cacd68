// Owns all that somebody wrote into a Converse request, with its place and who said it. Knows no policy.

import type { CallMedia, CallText, CallTextKind, JsonValue } from "../../contracts/dialect.ts";
import type { JsonObject } from "../../text/json.ts";
import { below, textsBelow } from "../../text/pointer.ts";
import { mediaIn } from "../media-in.ts";
import type { Fields } from "../openai-chat/fields.ts";
import { readTextFile } from "../text-file.ts";
import { mediaTypeOf } from "./media-formats.ts";

export interface Speaker {
  readonly role: string;
  readonly kind: CallTextKind;
  readonly pointer: string;
}

const mediaTypes: ReadonlyMap<string, CallMedia["type"]> = new Map([
  ["image", "image"],
  ["video", "video"],
  ["audio", "audio"],
  ["document", "file"],
]);

/** Blocks that are not just strings. */
const blocksRead: ReadonlySet<string> = new Set([
  "toolUse",
  "toolResult",
  "reasoningContent",
  "guardContent",
  "searchResult",
]);

const unspoken: ReadonlySet<string> = new Set(["type", "cachePoint"]);

export class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** A block has one member, whose name says what it is. */
  blocks(value: JsonValue | undefined, speaker: Speaker): void {
    for (const [at, block] of this.#fields.objects(value, nameOf(speaker.pointer)).entries()) {
      this.block(block, step(speaker, at));
    }
  }

  /** Every string: the vendor may read what is not read here. */
  strings(value: JsonValue | undefined, speaker: Speaker): void {
    if (value === undefined) return;
    for (const { pointer, text } of textsBelow(value, speaker.pointer)) this.#found(text, pointer, speaker);
  }

  block(block: JsonObject, speaker: Speaker): void {
    for (const [name, value] of Object.entries(block)) {
      const inner = step(speaker, name);
      if (name === "text") this.#text(value, inner);
      else if (!unspoken.has(name)) this.#member(name, value, inner);
    }
  }

  #member(name: string, value: JsonValue, speaker: Speaker): void {
    const type = mediaTypes.get(name);
    const isRead = type !== undefined || blocksRead.has(name);
    const node = isRead ? this.#fields.object(value, nameOf(speaker.pointer)) : undefined;
    if (node === undefined) this.strings(value, speaker);
    else if (type !== undefined) this.#medium(node, type, speaker);
    else if (name === "toolUse") this.#toolUse(node, { ...speaker, kind: "tool.args" });
    else if (name === "toolResult") this.#toolResult(node, { ...speaker, kind: "tool.result" });
    else if (name === "reasoningContent") this.#reasoning(node, { ...speaker, kind: "reasoning" });
    else if (name === "guardContent") this.#guarded(node, speaker);
    else this.strings(node, asDocument(speaker));
  }

  #toolUse({ toolUseId, name, type, ...rest }: JsonObject, speaker: Speaker): void {
    this.strings(rest, speaker);
  }

  #toolResult({ toolUseId, status, type, content, ...rest }: JsonObject, speaker: Speaker): void {
    this.blocks(content, step(speaker, "content"));
    this.strings(rest, speaker);
  }

  #medium(node: JsonObject, type: CallMedia["type"], speaker: Speaker): void {
    const { format, source, ...rest } = node;
    const { pointer } = speaker;
    const document = asDocument(speaker);
    this.strings(rest, document);
    const held = this.#fields.object(source, `${nameOf(pointer)}.source`);
    if (held === undefined) return;
    const { bytes, s3Location, ...written } = held;
    const { kind } = speaker;
    if (bytes !== undefined) {
      const mediaType = typeof format === "string" ? mediaTypeOf("document", format) : undefined;
      const file = type === "file" ? readTextFile(bytes, mediaType) : undefined;
      const one = { pointer, type, source: "base64" } as const;
      this.media.push(mediaIn(kind, file === undefined ? one : { ...one, isText: true }));
      const { role, kind: documentKind } = document;
      const place = `${pointer}/source/bytes`;
      if (file !== undefined && file.text !== "")
        this.texts.push({ pointer: place, role, kind: documentKind, ...file });
    }
    if (s3Location !== undefined) this.media.push(mediaIn(kind, { pointer, type, source: "url" }));
    this.strings(written, step(document, "source"));
  }

  /** Its proof and what is withheld are opaque. */
  #reasoning(node: JsonObject, speaker: Speaker): void {
    const { redactedContent, reasoningText, ...rest } = node;
    const said = this.#fields.object(reasoningText, `${nameOf(speaker.pointer)}.reasoningText`);
    if (said !== undefined) {
      const { signature, ...texts } = said;
      this.strings(texts, step(speaker, "reasoningText"));
    }
    this.strings(rest, speaker);
  }

  #guarded({ image, text, ...rest }: JsonObject, speaker: Speaker): void {
    const shown = this.#fields.object(image, `${nameOf(speaker.pointer)}.image`);
    if (shown !== undefined) this.#medium(shown, "image", step(speaker, "image"));
    const said = this.#fields.object(text, `${nameOf(speaker.pointer)}.text`);
    if (said !== undefined) this.#text(said.text, step(step(speaker, "text"), "text"));
    this.strings(rest, speaker);
  }

  #text(value: JsonValue | undefined, speaker: Speaker): void {
    const text = this.#fields.text(value, nameOf(speaker.pointer));
    if (text !== undefined) this.#found(text, speaker.pointer, speaker);
  }

  #found(text: string, pointer: string, { role, kind }: Speaker): void {
    if (text !== "") this.texts.push({ pointer, role, kind, text });
  }
}

/** What a tool gives back stays that, be it a document. */
function asDocument(speaker: Speaker): Speaker {
  return speaker.kind === "tool.result" ? speaker : { ...speaker, kind: "document" };
}

export function step({ role, kind, pointer }: Speaker, to: string | number): Speaker {
  return { role, kind, pointer: below(pointer, to) };
}

/** For a refusal: `/messages/3/content` → `messages.3.content`. */
export function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll("/", ".");
}
