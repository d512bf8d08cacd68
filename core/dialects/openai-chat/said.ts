// Owns what a chat completions request says in words and media, place by place. Knows no policy.

import type { CallMedia, CallText, CallTextKind, JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { below, textsBelow } from "../../text/pointer.ts";
import { mediaIn } from "../media-in.ts";
import { isOneWord } from "../openai-responses/one-word.ts";
import { readTextFile } from "../text-file.ts";
import { readDefinitions } from "./definitions.ts";
import type { Fields } from "./fields.ts";

/** What is in a part beside its texts, by the member that holds it; servers other than OpenAI's take more. */
const mediaMembers: Readonly<Record<string, CallMedia["type"]>> = {
  image_url: "image",
  image_embeds: "image",
  input_audio: "audio",
  audio_url: "audio",
  audio_embeds: "audio",
  video_url: "video",
  input_video: "video",
  document_url: "file",
  file: "file",
  file_id: "file",
};

/** Of a file whose text is read: whoever finds it by anything else may find another. */
const fileMembers: ReadonlySet<string> = new Set(["file_data", "filename"]);

/** Of a message: what is read by its name, and what nobody says anything in. */
const messageMembers: ReadonlySet<string> = new Set([
  ...["role", "content", "refusal", "reasoning_content", "reasoning", "name", "reasoning_details"],
  ...["function_call", "tool_calls", "tool_call_id", "audio", "id", "type", "cache_control", "signature"],
]);

/** Beside the messages: words of others, and what some servers put before the model with them. */
const instructions = ["chat_template", "chat_template_kwargs", "system", "instructions"] as const;
const promptMembers = ["prompt", "suffix", "input"] as const;

/** `function` is the older word, which servers still take. */
const resultRoles: ReadonlySet<string> = new Set(["tool", "function"]);

/** All that somebody wrote, in its order: the messages, then what stands beside them. */
export class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  /** Answers of before that the vendor keeps, by their ids. */
  readonly kept: string[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields, value: JsonObject) {
    this.#fields = fields;
    const { messages, prediction, documents } = value;
    if (!Array.isArray(messages)) fields.wrong("messages", "a list of objects");
    for (const [at, message] of fields.objects(messages, "messages").entries()) this.#message(message, at);
    const expected: Speaker = { role: "assistant", kind: "text", pointer: "/prediction/content" };
    this.#content(fields.object(prediction, "prediction")?.content, expected);
    if (documents !== undefined) this.#below("/documents", documents, { role: "user", kind: "document" });
    fields.text(value.chat_template, "chat_template");
    for (const name of instructions) this.#below(`/${name}`, value[name] ?? null, system);
    for (const name of promptMembers) this.#below(`/${name}`, value[name] ?? null, user);
    this.#searches(value);
    for (const name of ["tools", "functions", "response_format"]) {
      this.texts.push(...readDefinitions(value[name], `/${name}`));
    }
  }

  /** What some servers take beside what OpenAI does: the model, or its template, may read any of it. */
  #below(place: string, value: JsonValue, speaker: Omit<Speaker, "pointer">): void {
    for (const { pointer, text } of textsBelow(value, place)) this.#found(text, { ...speaker, pointer });
  }

  /** How what was found is to be put: Azure's own data, OpenRouter's plugins. */
  #searches({ data_sources, plugins, web_search_options }: JsonObject): void {
    this.texts.push(...readDefinitions(web_search_options, "/web_search_options"));
    for (const [at, source] of this.#fields.objects(data_sources, "data_sources").entries()) {
      const said = isObject(source.parameters) ? (source.parameters.role_information ?? null) : null;
      this.#below(`/data_sources/${at}/parameters/role_information`, said, system);
    }
    for (const [at, { search_prompt }] of this.#fields.objects(plugins, "plugins").entries()) {
      this.#below(`/plugins/${at}/search_prompt`, search_prompt ?? null, system);
    }
  }

  #message(message: JsonObject, at: number): void {
    const { role } = message;
    const pointer = `/messages/${at}`;
    if (typeof role !== "string") this.#fields.wrong(`${nameOf(pointer)}.role`, "a string");
    else {
      const speaker: Speaker = { role, pointer, kind: resultRoles.has(role) ? "tool.result" : "text" };
      this.#content(message.content, step(speaker, "content"));
      this.#text(message, "refusal", { ...speaker, kind: "refusal" });
      for (const said of ["reasoning_content", "reasoning"]) {
        this.#text(message, said, { ...speaker, kind: "reasoning" });
      }
      this.#text(message, "name", speaker);
      const { tool_call_id: id } = message;
      if (typeof id === "string" && !isOneWord(id)) this.#text(message, "tool_call_id", speaker);
      this.#details(message, speaker);
      this.#calls(message, speaker);
      if (isObject(message.audio)) this.kept.push(`${pointer}/audio`);
      for (const [name, value] of Object.entries(message)) {
        if (!messageMembers.has(name)) this.#below(below(pointer, name), value, speaker);
      }
    }
  }

  #content(content: JsonValue | undefined, speaker: Speaker): void {
    if (typeof content === "string") this.#found(content, speaker);
    else if (Array.isArray(content) && content.every(isObject)) {
      for (const [at, part] of content.entries()) this.#part(part, step(speaker, at));
    } else if (content !== undefined && content !== null) {
      this.#fields.wrong(nameOf(speaker.pointer), "a string or a list of parts");
    }
  }

  /** Every string of a part but its media counts: a provider may read what is not read here. */
  #part(part: JsonObject, speaker: Speaker): void {
    const { type, cache_control, ...rest } = part;
    const name = nameOf(speaker.pointer);
    if (typeof type !== "string") this.#fields.wrong(`${name}.type`, "a string");
    if (type === "text") this.#fields.text(part.text, `${name}.text`);
    for (const [member, value] of Object.entries(rest)) {
      const held = mediaMembers[member];
      if (held === undefined) this.#below(below(speaker.pointer, member), value, speaker);
      else {
        if (held === "file") this.#file(value, member, speaker);
        else this.#holds(speaker, held, sourceOf(value));
        if (isObject(value)) this.#text(value, "filename", step(speaker, member));
      }
    }
  }

  #file(value: JsonValue, member: string, speaker: Speaker): void {
    const { pointer, kind, role } = speaker;
    const isAlone = isObject(value) && Object.keys(value).every((name) => fileMembers.has(name));
    const file = isAlone ? readTextFile(value.file_data) : undefined;
    if (file === undefined) {
      this.#holds(speaker, "file", member === "file_id" ? "id" : sourceOf(value));
      return;
    }
    this.media.push(mediaIn(kind, { pointer, type: "file", source: "base64", isText: true }));
    const document = kind === "tool.result" ? kind : "document";
    if (file.text === "") return;
    this.texts.push({ pointer: `${pointer}/${member}/file_data`, role, kind: document, ...file });
  }

  #holds({ pointer, kind }: Speaker, type: CallMedia["type"], source: CallMedia["source"]): void {
    this.media.push(mediaIn(kind, { pointer, type, source }));
  }

  #details(message: JsonObject, speaker: Speaker): void {
    for (const [detail, inner] of this.#objectsIn(message, "reasoning_details", speaker)) {
      for (const said of ["text", "summary"]) this.#text(detail, said, { ...inner, kind: "reasoning" });
    }
  }

  /** What the model is said to have called before. */
  #calls(message: JsonObject, speaker: Speaker): void {
    this.#called(message, "function_call", "arguments", speaker);
    for (const [call, inner] of this.#objectsIn(message, "tool_calls", speaker)) {
      this.#called(call, "function", "arguments", inner);
      this.#called(call, "custom", "input", inner);
    }
  }

  #called(node: JsonObject, name: string, said: string, speaker: Speaker): void {
    if (node[name] === undefined) return;
    const inner: Speaker = { ...step(speaker, name), kind: "tool.args" };
    const called = this.#fields.object(node[name], nameOf(inner.pointer));
    if (called !== undefined) this.#text(called, said, inner);
  }

  /** The objects of a list, each with its own place. */
  #objectsIn(node: JsonObject, name: string, speaker: Speaker): readonly (readonly [JsonObject, Speaker])[] {
    if (node[name] === undefined) return [];
    const list = step(speaker, name);
    const objects = this.#fields.objects(node[name], nameOf(list.pointer));
    return objects.map((object, at) => [object, step(list, at)] as const);
  }

  #text(node: JsonObject, name: string, speaker: Speaker): void {
    if (node[name] === undefined) return;
    const inner = step(speaker, name);
    const text = this.#fields.text(node[name], nameOf(inner.pointer));
    if (text !== undefined) this.#found(text, inner);
  }

  #found(text: string, { pointer, role, kind }: Speaker): void {
    if (text !== "") this.texts.push({ pointer, role, kind, text });
  }
}

const system = { role: "system", kind: "text" } as const;
const user = { role: "user", kind: "text" } as const;

/** `data:` URLs and `file_data` hold their bytes; all else is fetched or looked up by the vendor. */
function sourceOf(media: JsonValue): CallMedia["source"] {
  const place = isObject(media) ? (media.url ?? media.file_data ?? media.file_id) : media;
  if (isObject(media) && typeof media.file_id === "string") return "id";
  return typeof place === "string" && /^https?:/i.test(place) ? "url" : "base64";
}

interface Speaker {
  readonly role: string;
  readonly kind: CallTextKind;
  readonly pointer: string;
}

function step({ role, kind, pointer }: Speaker, to: string | number): Speaker {
  return { role, kind, pointer: `${pointer}/${to}` };
}

/** For a refusal: `/messages/3/content` → `messages.3.content`. */
function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll("/", ".");
}
