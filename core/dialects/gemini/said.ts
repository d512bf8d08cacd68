// Owns what somebody wrote or attached in a Gemini request: contents, instructions, tools. Knows no policy.

import type { CallMedia, CallText, CallTextKind, JsonValue } from "../../contracts/dialect.ts";
import { below, textsBelow } from "../../text/pointer.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
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

export class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  readonly hostedTools: string[] = [];
  readonly references: string[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** A generateContent request, wherever it stands. */
  request(request: Place): void {
    const instruction = this.#fields.place(request, "systemInstruction");
    if (instruction !== undefined) this.#parts(instruction, "system");
    for (const content of this.#fields.places(request, "contents")) this.content(content);
    for (const tool of this.#fields.places(request, "tools")) this.#tool(tool);
    const cached = this.#fields.text(request, "cachedContent");
    if (cached !== undefined && cached.text !== "") this.references.push(cached.pointer);
  }

  /** Without a role the user speaks. */
  content(content: Place): void {
    this.#parts(content, this.#fields.text(content, "role")?.text || "user");
  }

  text(place: Place, name: string, { role, kind }: Speaker): void {
    const found = this.#fields.text(place, name);
    if (found !== undefined && found.text !== "") this.texts.push({ ...found, role, kind });
  }

  #parts(content: Place, role: string): void {
    for (const part of this.#fields.places(content, "parts")) this.#part(part, role);
  }

  /** Every string of a part that is not known counts as well: the model may read what is not read here. */
  #part(part: Place, role: string): void {
    const isThought = find(part, "thought")?.value === true;
    this.#media(part);
    this.#called(part, role);
    for (const [name, value] of Object.entries(part.node)) {
      if (wordless.has(camelOf(name))) continue;
      if (name === "text") this.text(part, name, { role, kind: isThought ? "reasoning" : "text" });
      else this.#below(value, below(part.pointer, name), { role, kind: "text" });
    }
  }

  #media(part: Place): void {
    const [inline, file] = [this.#fields.place(part, "inlineData"), this.#fields.place(part, "fileData")];
    const { pointer } = part;
    if (inline !== undefined) this.media.push({ pointer, type: this.#mediaType(inline), source: "base64" });
    if (file === undefined) return;
    const uri = this.#fields.text(file, "fileUri")?.text ?? "";
    this.media.push({ pointer, type: this.#mediaType(file), source: isStored(uri) ? "id" : "url" });
    this.references.push(pointer);
  }

  #mediaType(media: Place): CallMedia["type"] {
    return mediaTypeOf(this.#fields.text(media, "mimeType")?.text);
  }

  /** Calls and their results, the client's and those that Google ran itself. */
  #called(part: Place, role: string): void {
    for (const name of ["functionCall", "toolCall"]) {
      const call = this.#fields.place(part, name);
      const args = call && find(call, "args");
      if (args !== undefined) this.#below(args.value, args.pointer, { role, kind: "tool.args" });
    }
    for (const name of ["functionResponse", "toolResponse"]) {
      const result = this.#fields.place(part, name);
      const response = result && find(result, "response");
      if (response !== undefined)
        this.#below(response.value, response.pointer, { role, kind: "tool.result" });
      if (result === undefined) continue;
      for (const attached of this.#fields.places(result, "parts")) this.#media(attached);
    }
    const code = this.#fields.place(part, "executableCode");
    if (code !== undefined) this.text(code, "code", { role, kind: "tool.args" });
    const output = this.#fields.place(part, "codeExecutionResult");
    if (output !== undefined) this.text(output, "output", { role, kind: "tool.result" });
  }

  /** All but declared functions are run by Google. */
  #tool(tool: Place): void {
    for (const [spelling, value] of Object.entries(tool.node)) {
      const name = camelOf(spelling);
      if (value === null) continue;
      if (name !== "functionDeclarations") this.hostedTools.push(name);
      else this.texts.push(...readDefinitions(value, `${tool.pointer}/${spelling}`));
    }
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
