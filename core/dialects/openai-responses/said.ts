// Owns what a Responses request says in words and media, place by place. Knows no policy.

import type { CallMedia, CallText, CallTextKind, JsonValue } from "../../contracts/dialect.ts";
import { asText, isObject, type JsonObject } from "../../text/json.ts";
import { below } from "../../text/pointer.ts";
import { mediaIn } from "../media-in.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
import type { Fields } from "../openai-chat/fields.ts";
import { readTextFile, type TextFile } from "../text-file.ts";
import { isOneWord } from "./one-word.ts";

/** Names and proofs: nobody can say anything with them, as long as they are one word. */
const silent: ReadonlySet<string> = new Set([
  ...["type", "id", "call_id", "status", "role", "encrypted_content", "prompt_cache_breakpoint"],
]);

/** What is in a part of this type beside its texts. */
const mediaTypes: Readonly<Record<string, CallMedia["type"]>> = {
  input_image: "image",
  computer_screenshot: "image",
  image_generation_call: "image",
  input_file: "file",
  input_audio: "audio",
  input_video: "video",
};
const mediaMembers: Readonly<Record<string, CallMedia["source"]>> = {
  image_url: "url",
  video_url: "url",
  audio_url: "url",
  file_url: "url",
  file_id: "id",
  file_data: "base64",
  input_audio: "base64",
  result: "base64",
};

/** No text either, whatever the part that has one calls itself. */
const alwaysMedia: Readonly<Record<string, CallMedia["type"]>> = {
  image_url: "image",
  video_url: "video",
  audio_url: "audio",
  input_audio: "audio",
  file_url: "file",
  file_data: "file",
};
const mayHoldMedia: ReadonlySet<CallTextKind> = new Set(["text", "document", "tool.result"]);

/** Members of an item that are of another kind than the item. */
const memberKinds: Readonly<Record<string, CallTextKind>> = {
  refusal: "refusal",
  output: "tool.result",
  outputs: "tool.result",
  results: "tool.result",
  error: "tool.result",
  tools: "tool.definition",
};

interface Speaker {
  readonly role: string;
  readonly kind: CallTextKind;
  readonly pointer: string;
}

/** All that somebody wrote, in its order: instructions, input, then what stands beside them. */
export class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  /** What the vendor keeps and the request brings in by its id. */
  readonly kept: string[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields, value: JsonObject) {
    this.#fields = fields;
    const { instructions, input, prompt, tools, text } = value;
    fields.text(instructions, "instructions");
    this.#below(instructions, { role: "system", kind: "text", pointer: "/instructions" });
    this.#input(input);
    const variables = fields.object(fields.object(prompt, "prompt")?.variables, "prompt.variables") ?? {};
    for (const [name, value] of Object.entries(variables)) {
      const pointer = below("/prompt/variables", name);
      this.#below(value, { role: "user", kind: "text", pointer });
    }
    this.texts.push(...readDefinitions(tools, "/tools"));
    this.texts.push(...readDefinitions(fields.object(text, "text")?.format, "/text/format"));
    for (const name of ["previous_response_id", "conversation", "prompt"]) {
      if (value[name] !== undefined && value[name] !== null) this.kept.push(`/${name}`);
    }
    fields.text(value.previous_response_id, "previous_response_id");
  }

  #input(input: JsonValue | undefined): void {
    if (typeof input === "string") this.#found(input, { role: "user", kind: "text", pointer: "/input" });
    else for (const [at, item] of this.#fields.objects(input, "input").entries()) this.#item(item, at);
  }

  #item(item: JsonObject, at: number): void {
    const name = `input.${at}`;
    const pointer = `/input/${at}`;
    const type = this.#fields.text(item.type, `${name}.type`) ?? "message";
    if (type === "item_reference") this.kept.push(pointer);
    else if (type === "message") this.#message(item, name, pointer);
    else if (type === "reasoning") this.#below(item, { role: "assistant", kind: "reasoning", pointer });
    else {
      for (const member of ["arguments", "input", "code"]) {
        if (member in item && !isObject(item[member])) this.#fields.text(item[member], `${name}.${member}`);
      }
      this.#below(item, speakerOf(type, pointer));
    }
  }

  #message(item: JsonObject, name: string, pointer: string): void {
    const { role, content } = item;
    if (typeof role !== "string") this.#fields.wrong(`${name}.role`, "a string");
    else if (typeof content !== "string") {
      const place = `${name}.content`;
      for (const [at, part] of this.#fields.objects(content, place).entries()) {
        if (typeof part.type !== "string") this.#fields.wrong(`${place}.${at}.type`, "a string");
        this.#fields.text(part.text, `${place}.${at}.text`);
      }
    }
    this.#below(item, { role: asText(role), kind: "text", pointer });
  }

  /** Every string but names and media counts: a provider may read what is not read here. */
  #below(value: JsonValue | undefined, speaker: Speaker): void {
    if (typeof value === "string") this.#found(value, speaker);
    else if (Array.isArray(value)) {
      for (const [at, element] of value.entries()) this.#below(element, step(speaker, at));
    } else if (isObject(value)) this.#members(value, speaker);
  }

  #members(node: JsonObject, speaker: Speaker): void {
    const named = typeof node.type === "string" ? mediaTypes[node.type] : undefined;
    for (const [name, member] of Object.entries(node)) {
      const type = named ?? (mayHoldMedia.has(speaker.kind) ? alwaysMedia[name] : undefined);
      const source = type === undefined ? undefined : mediaMembers[name];
      if (silent.has(name) && typeof member === "string" && isOneWord(member)) continue;
      if (type === undefined || source === undefined) {
        this.#below(member, { ...step(speaker, name), kind: memberKinds[name] ?? speaker.kind });
      } else if (member !== null) {
        const held = { pointer: speaker.pointer, type, source: isData(member) ? "base64" : source } as const;
        const file = type === "file" ? readTextFile(member) : undefined;
        this.media.push(mediaIn(speaker.kind, file === undefined ? held : { ...held, isText: true }));
        if (file !== undefined) this.#file(file, step(speaker, name));
      }
    }
  }

  #file(file: TextFile, { pointer, role, kind }: Speaker): void {
    const document = kind === "tool.result" ? kind : "document";
    if (file.text !== "") this.texts.push({ pointer, role, kind: document, ...file });
  }

  #found(text: string, { pointer, role, kind }: Speaker): void {
    if (text !== "") this.texts.push({ pointer, role, kind, text });
  }
}

/** A `data:` URL holds its bytes. */
function isData(value: JsonValue): boolean {
  return typeof value === "string" && /^data:/i.test(value);
}

function speakerOf(type: string, pointer: string): Speaker {
  if (type.endsWith("_output") || type === "mcp_approval_response") {
    return { role: "tool", kind: "tool.result", pointer };
  }
  if (type === "mcp_list_tools" || type === "additional_tools" || type === "configuration_update") {
    return { role: "tool", kind: "tool.definition", pointer };
  }
  return { role: "assistant", kind: "tool.args", pointer };
}

function step({ role, kind, pointer }: Speaker, to: string | number): Speaker {
  return { role, kind, pointer: below(pointer, to) };
}
