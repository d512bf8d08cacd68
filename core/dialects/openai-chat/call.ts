// Owns reading a chat completions request into a Call, and writing it back. Knows no policy.

import type {
  Call,
  CallMedia,
  CallText,
  CallTextKind,
  JsonValue,
  RequestHead,
  WrittenCall,
} from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isReadAsJson } from "../../text/media.ts";
import { textsBelow } from "../../text/pointer.ts";
import { splice } from "../../text/splice.ts";
import { hasDoubles } from "./doubles.ts";
import { Fields } from "./fields.ts";

/** OpenAI's own bound; what multiplies a budget has to have one. */
const choicesMax = 128;

const doubleMessage = "A field differs only by its case from one that is read here: write it in lower case.";

export function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  if (isEncoded(head.headers)) return refuse("body_encoded");
  return isReadAsJson(head.headers) ? readChatCall(body) : refuseMediaType();
}

/** The very bytes that came, but for the edits and a model's other name. */
export function writeCall(call: Call, { path, query }: RequestHead, model: string | undefined): WrittenCall {
  return { path: path + query, body: writeBody(call, model) };
}

function writeBody({ body, model: asked, edits }: Call, model: string | undefined): Buffer {
  const isRenamed = model !== undefined && model !== asked;
  if (edits.size === 0 && !isRenamed) return body;
  return splice(body, isRenamed ? new Map([...edits, ["/model", model]]) : edits);
}

function readChatCall(body: Buffer): Call | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) return refuse("request_malformed", { message: "The body must be a JSON object." });
  if (hasDoubles(value)) return refuse("body_ambiguous", { message: doubleMessage });
  const fields = new Fields();
  const said = new Said(fields, value);
  const call: Call = {
    kind: "call",
    operation: "chat",
    model: readModel(value, fields),
    isStream: fields.flag(value.stream, "stream"),
    body,
    value,
    texts: said.texts,
    media: said.media,
    hostedTools: readHostedTools(value, fields),
    references: said.media.filter(({ source }) => source !== "base64").map(({ pointer }) => pointer),
    outputTokensMax: readOutputTokensMax(value, fields),
    edits: new Map(),
  };
  return fields.refusal ?? call;
}

function readModel({ model }: JsonObject, fields: Fields): string | undefined {
  return typeof model === "string" && model !== "" ? model : fields.wrong("model", "a non-empty string");
}

/** Providers differ on which of the two they heed, so the larger one counts, for each choice. */
function readOutputTokensMax(value: JsonObject, fields: Fields): number | undefined {
  const choices = fields.count(value.n, "n") ?? 1;
  if (choices < 1 || choices > choicesMax) fields.wrong("n", `a whole number from 1 to ${choicesMax}`);
  const now = fields.count(value.max_completion_tokens, "max_completion_tokens");
  const old = fields.count(value.max_tokens, "max_tokens");
  return now === undefined && old === undefined ? undefined : Math.max(now ?? 0, old ?? 0) * choices;
}

/**
 * `web_search_options` switches on the tool that is `web_search` where tools are listed. Some clients leave
 * the type of a function out.
 */
function readHostedTools(value: JsonObject, fields: Fields): readonly string[] {
  const hosted = fields.object(value.web_search_options, "web_search_options") ? ["web_search"] : [];
  for (const [at, tool] of fields.objects(value.tools, "tools").entries()) {
    const type = tool.type ?? (isObject(tool.function) ? "function" : undefined);
    if (typeof type !== "string") fields.wrong(`tools.${at}.type`, "a string");
    else if (type !== "function" && type !== "custom") hosted.push(type);
  }
  return hosted;
}

/** All that somebody wrote into the messages, in their order. */
class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields, { messages }: JsonObject) {
    this.#fields = fields;
    if (!Array.isArray(messages)) fields.wrong("messages", "a list of objects");
    for (const [at, message] of fields.objects(messages, "messages").entries()) this.#message(message, at);
  }

  #message(message: JsonObject, at: number): void {
    const { role } = message;
    const pointer = `/messages/${at}`;
    if (typeof role !== "string") this.#fields.wrong(`${nameOf(pointer)}.role`, "a string");
    else {
      const speaker: Speaker = { role, pointer, kind: role === "tool" ? "tool.result" : "text" };
      this.#content(message.content, step(speaker, "content"));
      this.#text(message, "refusal", { ...speaker, kind: "refusal" });
      for (const said of ["reasoning_content", "reasoning"]) {
        this.#text(message, said, { ...speaker, kind: "reasoning" });
      }
      this.#details(message, speaker);
      this.#calls(message, speaker);
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
    const { type, image_url, input_audio, file, cache_control, ...rest } = part;
    const name = nameOf(speaker.pointer);
    if (typeof type !== "string") this.#fields.wrong(`${name}.type`, "a string");
    if (type === "text") this.#fields.text(part.text, `${name}.text`);
    for (const { pointer, text } of textsBelow(rest, speaker.pointer)) {
      this.#found(text, { ...speaker, pointer });
    }
    const { pointer } = speaker;
    if (image_url !== undefined) this.media.push({ pointer, type: "image", source: sourceOf(image_url) });
    if (input_audio !== undefined) this.media.push({ pointer, type: "audio", source: "base64" });
    if (file !== undefined) this.media.push({ pointer, type: "file", source: sourceOf(file) });
  }

  #details(message: JsonObject, speaker: Speaker): void {
    for (const [detail, inner] of this.#below(message, "reasoning_details", speaker)) {
      for (const said of ["text", "summary"]) this.#text(detail, said, { ...inner, kind: "reasoning" });
    }
  }

  /** What the model is said to have called before. */
  #calls(message: JsonObject, speaker: Speaker): void {
    this.#called(message, "function_call", "arguments", speaker);
    for (const [call, inner] of this.#below(message, "tool_calls", speaker)) {
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
  #below(node: JsonObject, name: string, speaker: Speaker): readonly (readonly [JsonObject, Speaker])[] {
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
