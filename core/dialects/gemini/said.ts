// Owns what somebody wrote or attached in a Gemini request: contents, instructions, tools. Knows no policy.

import type { CallMedia, CallText, CallTextKind, JsonValue } from "../../contracts/dialect.ts";
import { below, textsBelow } from "../../text/pointer.ts";
import { mediaIn } from "../media-in.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
import { readTextFile } from "../text-file.ts";
import { type Fields, find, type Place } from "./fields.ts";
import { camelOf } from "./spellings.ts";

interface Speaker {
  readonly role: string;
  readonly kind: CallTextKind;
}

/** Members of a part that hold no words of anybody. */
const wordless: ReadonlySet<string> = new Set([
  ...["thought", "thoughtSignature", "inlineData", "fileData", "functionCall", "functionResponse"],
  ...["toolCall", "toolResponse", "executableCode", "codeExecutionResult"],
  ...["videoMetadata", "mediaResolution", "mediaProcessing"],
]);

/** Of a call and of its result: names, and parts, which are read as such. */
const unspoken: ReadonlySet<string> = new Set(["id", "name", "toolType", "scheduling", "parts"]);

/** What an answer is to look like; a model reads it, too. */
const schemas = ["responseSchema", "responseJsonSchema", "_responseJsonSchema"] as const;

export class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  readonly hostedTools: string[] = [];
  readonly references: string[] = [];
  /** Files and cached contents of Google's. */
  readonly keptIds: string[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** A generateContent request, wherever it stands. */
  request(request: Place): void {
    const instruction = this.#fields.place(request, "systemInstruction");
    if (instruction !== undefined) this.#parts(instruction, { role: "system", kind: "text" });
    for (const content of this.#fields.places(request, "contents")) this.content(content);
    for (const tool of this.#fields.places(request, "tools")) this.#tool(tool);
    const config = this.#fields.place(request, "generationConfig");
    if (config !== undefined) for (const name of schemas) this.#definitions(config, name);
    const cached = this.#fields.text(request, "cachedContent");
    if (cached !== undefined && cached.text !== "") {
      this.references.push(cached.pointer);
      this.keptIds.push(cached.text);
    }
  }

  /** Without a role the user speaks. */
  content(content: Place): void {
    this.#parts(content, { role: this.#fields.text(content, "role")?.text || "user", kind: "text" });
  }

  text(place: Place, name: string, { role, kind }: Speaker): void {
    const found = this.#fields.text(place, name);
    if (found !== undefined && found.text !== "") this.texts.push({ ...found, role, kind });
  }

  #parts(content: Place, speaker: Speaker): void {
    for (const part of this.#fields.places(content, "parts")) this.#part(part, speaker);
  }

  /** Every string of a part that is not known counts as well: the model may read what is not read here. */
  #part(part: Place, speaker: Speaker): void {
    const isThought = find(part, "thought")?.value === true;
    this.#media(part, speaker);
    this.#called(part, speaker);
    for (const [name, value] of Object.entries(part.node)) {
      if (wordless.has(camelOf(name))) continue;
      if (name === "text") this.text(part, name, isThought ? { ...speaker, kind: "reasoning" } : speaker);
      else this.#below(value, below(part.pointer, name), speaker);
    }
  }

  #media(part: Place, speaker: Speaker): void {
    const [inline, file] = [this.#fields.place(part, "inlineData"), this.#fields.place(part, "fileData")];
    const { pointer } = part;
    for (const held of [inline, file]) if (held !== undefined) this.text(held, "displayName", speaker);
    const { kind } = speaker;
    if (inline !== undefined) this.#inline(inline, pointer, speaker);
    if (file === undefined) return;
    const uri = this.#fields.text(file, "fileUri")?.text ?? "";
    const source = isStored(uri) ? "id" : "url";
    this.media.push(mediaIn(kind, { pointer, type: this.#mediaType(file), source }));
    if (isStored(uri)) this.keptIds.push(uri);
    this.references.push(pointer);
  }

  #inline(inline: Place, pointer: string, { role, kind }: Speaker): void {
    const data = this.#fields.text(inline, "data");
    const file = data && readTextFile(data.text, this.#fields.text(inline, "mimeType")?.text);
    const held = { pointer, type: this.#mediaType(inline), source: "base64" } as const;
    this.media.push(mediaIn(kind, file === undefined ? held : { ...held, isText: true }));
    if (data === undefined || file === undefined || file.text === "") return;
    this.texts.push({
      pointer: data.pointer,
      role,
      kind: kind === "tool.result" ? kind : "document",
      ...file,
    });
  }

  #mediaType(media: Place): CallMedia["type"] {
    return mediaTypeOf(this.#fields.text(media, "mimeType")?.text);
  }

  /** Calls and their results, the client's and those that Google ran itself. */
  #called(part: Place, { role }: Speaker): void {
    const result = { role, kind: "tool.result" } as const;
    for (const name of ["functionCall", "toolCall"]) {
      const call = this.#fields.place(part, name);
      if (call !== undefined) this.#members(call, unspoken, { role, kind: "tool.args" });
    }
    for (const name of ["functionResponse", "toolResponse"]) {
      const place = this.#fields.place(part, name);
      if (place === undefined) continue;
      this.#members(place, unspoken, result);
      this.#parts(place, result);
    }
    const code = this.#fields.place(part, "executableCode");
    if (code !== undefined) this.text(code, "code", { role, kind: "tool.args" });
    const output = this.#fields.place(part, "codeExecutionResult");
    if (output !== undefined) this.text(output, "output", result);
  }

  #members({ node, pointer }: Place, but: ReadonlySet<string>, speaker: Speaker): void {
    for (const [name, value] of Object.entries(node)) {
      if (!but.has(camelOf(name))) this.#below(value, below(pointer, name), speaker);
    }
  }

  /** All but declared functions are run by Google. */
  #tool(tool: Place): void {
    for (const [spelling, value] of Object.entries(tool.node)) {
      const name = camelOf(spelling);
      if (value === null) continue;
      if (name === "functionDeclarations") this.#definitions(tool, name);
      else this.hostedTools.push(name);
    }
  }

  #definitions(place: Place, name: string): void {
    const found = find(place, name);
    if (found !== undefined) this.texts.push(...readDefinitions(found.value, found.pointer));
  }

  #below(value: JsonValue, pointer: string, speaker: Speaker): void {
    for (const found of textsBelow(value, pointer)) {
      if (found.text !== "") this.texts.push({ ...found, ...speaker });
    }
  }
}

/** Google holds it: its Files API, or Cloud Storage. */
export function isStored(uri: string): boolean {
  return !/^https?:/i.test(uri) || /^https:\/\/generativelanguage\.googleapis\.com\//i.test(uri);
}

export function mediaTypeOf(mimeType: string | undefined): CallMedia["type"] {
  const [type] = (mimeType ?? "").split("/");
  return type === "image" || type === "audio" || type === "video" ? type : "file";
}
