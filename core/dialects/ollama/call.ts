// Owns reading requests of Ollama's own API into a Call. Must not know how the answers look.

import type {
  Call,
  CallMedia,
  CallText,
  CallTextKind,
  JsonValue,
  RequestHead,
} from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import { mediaIn } from "../media-in.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
import { Fields } from "../openai-chat/fields.ts";
import { modelInBody, readRequest } from "../openai-chat/request.ts";
import { isOneWord } from "../openai-responses/one-word.ts";
import { outputBound } from "../output-bound.ts";

/** POST /api/chat. */
export function readChatCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readWith(body, head, (value, fields) => {
    if (!Array.isArray(value.messages)) fields.wrong("messages", "a list of objects");
    const said = new Said(fields);
    for (const [at, message] of fields.objects(value.messages, "messages").entries())
      said.message(message, at);
    return {
      ...said,
      operation: "chat",
      texts: [...said.texts, ...readDefinitions(value.tools, "/tools"), ...readFormat(value)],
      hostedTools: readHostedTools(value, fields),
    };
  });
}

/** POST /api/generate. `context` is an earlier conversation as token ids: nobody here reads it. */
export function readGenerateCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readWith(body, head, (value, fields) => {
    const said = new Said(fields);
    for (const [name, role] of [
      ["system", "system"],
      ["template", "system"],
      ["prompt", "user"],
      ["suffix", "user"],
    ] as const) {
      said.text(value[name], { pointer: `/${name}`, role, kind: "text" });
    }
    said.images(value.images, "/images");
    const context = Array.isArray(value.context) && value.context.length > 0;
    if (context) said.media.push({ pointer: "/context", type: "file", source: "base64" });
    return {
      ...said,
      operation: "completion",
      texts: [...said.texts, ...readFormat(value)],
      hostedTools: [],
    };
  });
}

type Read = Pick<Call, "operation" | "texts" | "media" | "hostedTools">;

function readWith(
  body: Buffer,
  head: RequestHead,
  read: (value: JsonObject, fields: Fields) => Read,
): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value } = request;
  const fields = new Fields();
  const { operation, texts, media, hostedTools } = read(value, fields);
  const call: Call = {
    kind: "call",
    operation,
    model: modelInBody.read(value, head, fields),
    isStream: fields.flag(value.stream ?? true, "stream"),
    body,
    value,
    texts,
    media,
    hostedTools,
    references: [],
    outputTokensMax: readOutputTokensMax(value, fields),
    edits: new Map(),
  };
  return fields.refusal ?? call;
}

/** -1 and -2 ask for no end and for as much as fits. */
function readOutputTokensMax(value: JsonObject, fields: Fields): number | undefined {
  const asked = fields.object(value.options, "options")?.num_predict;
  if (typeof asked === "number" && asked < 0) return undefined;
  return outputBound([fields.count(asked, "options.num_predict")]);
}

/** A JSON Schema, or the word `json`. */
function readFormat({ format }: JsonObject): readonly CallText[] {
  return isObject(format) ? readDefinitions(format, "/format") : [];
}

function readHostedTools(value: JsonObject, fields: Fields): readonly string[] {
  return fields.objects(value.tools, "tools").flatMap(({ type, function: own }) => {
    if (type === "function" || (type === undefined && isObject(own))) return [];
    return [typeof type === "string" ? type : ""];
  });
}

interface Place {
  readonly pointer: string;
  readonly role: string;
  readonly kind: CallTextKind;
}

class Said {
  readonly texts: CallText[] = [];
  readonly media: CallMedia[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  message(message: JsonObject, at: number): void {
    const pointer = `/messages/${at}`;
    const { role, content, thinking, images, tool_calls, tool_call_id, ...others } = message;
    if (typeof role !== "string") {
      this.#fields.wrong(`messages.${at}.role`, "a string");
      return;
    }
    this.text(thinking, { pointer: `${pointer}/thinking`, role, kind: "reasoning" });
    const kind = role === "tool" ? "tool.result" : "text";
    this.text(content, { pointer: `${pointer}/content`, role, kind });
    this.images(images, `${pointer}/images`, kind);
    // The name of a tool, where it is one, is no text.
    const { tool_name: name = "" } = message;
    const isNamed = typeof name === "string" && isOneWord(name);
    const isSilent = (member: string): boolean => isNamed && member === "tool_name";
    for (const found of textsBelow(others, pointer, isSilent)) {
      if (found.text !== "") this.texts.push({ pointer: found.pointer, text: found.text, role, kind });
    }
    const calls = this.#fields.objects(tool_calls, `messages.${at}.tool_calls`);
    for (const [index, call] of calls.entries()) {
      const args = isObject(call.function) ? call.function.arguments : undefined;
      if (args === undefined) continue;
      const below = textsBelow(args, `${pointer}/tool_calls/${index}/function/arguments`);
      for (const found of below) this.texts.push({ ...found, role, kind: "tool.args" });
    }
  }

  text(value: JsonValue | undefined, { pointer, role, kind }: Place): void {
    const text = this.#fields.text(value, pointer.slice(1).replaceAll("/", "."));
    if (text !== undefined && text !== "") this.texts.push({ pointer, role, kind, text });
  }

  images(value: JsonValue | undefined, pointer: string, kind: CallTextKind = "text"): void {
    if (!Array.isArray(value)) return;
    for (const at of value.keys()) {
      this.media.push(mediaIn(kind, { pointer: `${pointer}/${at}`, type: "image", source: "base64" }));
    }
  }
}
