// Owns the content blocks of a request as parts of a conversation. Knows no field outside of messages.

import type {
  MediaPart,
  Message,
  Part,
  Role,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "../../contracts/conversation.ts";
import type { JsonValue } from "../../contracts/dialect.ts";
import { asText, isObject, type JsonObject } from "../../text/json.ts";
import { locate } from "../../text/splice.ts";

type Content = TextPart | MediaPart;

export class PartReading {
  /** What no part can say, by its place: `messages.3.server_tool_use`. */
  readonly extras: string[] = [];
  readonly #args: ReadonlyMap<string, string>;

  /** `body`: the text of a request with these messages. */
  constructor(body: Buffer, messages: readonly JsonObject[]) {
    this.#args = argsOf(body, messages);
  }

  message(role: Role, content: JsonValue, pointer: string): Message {
    if (typeof content === "string") return { role, parts: [{ kind: "text", text: content }] };
    return { role, parts: blocksOf(content).flatMap((block, at) => this.#part(block, `${pointer}/${at}`)) };
  }

  #part(block: JsonObject, pointer: string): readonly Part[] {
    switch (block.type) {
      case "thinking":
      case "redacted_thinking":
        return [reasoningOf(block)];
      case "tool_use":
        return [callOf(block, this.#args.get(`${pointer}/input`) ?? "")];
      case "tool_result":
        return [this.#result(block, pointer)];
      default:
        return this.#content(block, pointer);
    }
  }

  #content(block: JsonObject, pointer: string): readonly Content[] {
    switch (block.type) {
      case "text":
        return [{ kind: "text", text: asText(block.text) }];
      case "image":
        return this.#media(block, { type: "image", pointer });
      case "document":
        return this.#document(block, pointer);
      case "search_result": {
        const head = `${asText(block.title)}\n${asText(block.source)}`;
        const texts = blocksOf(block.content ?? null).map(({ text }) => asText(text));
        return [{ kind: "text", text: [head, ...texts].join("\n") }];
      }
      default:
        return this.#extra(asText(block.type), pointer);
    }
  }

  /** One whose text is at hand is said as text, under its title. */
  #document(block: JsonObject, pointer: string): readonly Content[] {
    const { source, title, context } = block;
    const heads = [title, context].filter((text) => typeof text === "string" && text !== "");
    const above: readonly Content[] = heads.length === 0 ? [] : [{ kind: "text", text: heads.join("\n") }];
    if (!isObject(source)) return this.#extra("document", pointer);
    if (source.type === "text") return [...above, { kind: "text", text: asText(source.data) }];
    if (source.type === "content") {
      if (typeof source.content === "string") return [...above, { kind: "text", text: source.content }];
      const inner = blocksOf(source.content ?? null);
      return [...above, ...inner.flatMap((each) => this.#content(each, pointer))];
    }
    const under = typeof context === "string" && context !== "" ? above : [];
    return [...under, ...this.#media(block, { type: "file", pointer })];
  }

  #media(
    { source, title }: JsonObject,
    { type, pointer }: { readonly type: "image" | "file"; readonly pointer: string },
  ): readonly Content[] {
    if (!isObject(source)) return this.#extra(type, pointer);
    const name = typeof title === "string" ? title : undefined;
    const { media_type: mediaType } = source;
    const part = { kind: "media", type, name } as const;
    if (source.type === "base64") {
      const data = asText(source.data);
      return [{ ...part, mediaType: asText(mediaType), source: { kind: "base64", data } }];
    }
    const fetched = type === "file" ? "application/pdf" : undefined;
    if (source.type === "url") {
      return [{ ...part, mediaType: fetched, source: { kind: "url", url: asText(source.url) } }];
    }
    if (source.type !== "file") return this.#extra(type, pointer);
    return [{ ...part, mediaType: undefined, source: { kind: "id", id: asText(source.file_id) } }];
  }

  #result(block: JsonObject, pointer: string): ToolResultPart {
    const { tool_use_id: id, content = null, is_error: isError } = block;
    const said: readonly Content[] =
      typeof content === "string"
        ? [{ kind: "text", text: content }]
        : blocksOf(content).flatMap((each) => this.#content(each, pointer));
    return {
      kind: "tool_result",
      id: asText(id),
      name: undefined,
      content: said,
      isError: isError === true,
    };
  }

  /** `/messages/3/content/0` → `messages.3.server_tool_use`. */
  #extra(type: string, pointer: string): readonly [] {
    const [, list = "", at = ""] = pointer.split("/");
    this.extras.push(list === "messages" ? `${list}.${at}.${type}` : `${list}.${type}`);
    return [];
  }
}

function callOf({ id, name }: JsonObject, args: string): ToolCallPart {
  return { kind: "tool_call", id: asText(id), name: asText(name), args };
}

/** The arguments of all calls, byte for byte, by their places. */
function argsOf(body: Buffer, messages: readonly JsonObject[]): ReadonlyMap<string, string> {
  const pointers = messages.flatMap(({ content = null }, message) =>
    blocksOf(content).flatMap(({ type, input }, block) =>
      type === "tool_use" && isObject(input) && Object.keys(input).length > 0
        ? [`/messages/${message}/content/${block}/input`]
        : [],
    ),
  );
  const spans = locate(body, pointers);
  return new Map(
    pointers.map((pointer, at) => [pointer, body.toString("utf8", spans[at]?.start, spans[at]?.end)]),
  );
}

function reasoningOf({ type, thinking, signature, data }: JsonObject): Part {
  if (type === "redacted_thinking") {
    return { kind: "reasoning", text: "", signature: asText(data), isRedacted: true };
  }
  const proof = typeof signature === "string" && signature !== "" ? signature : undefined;
  return { kind: "reasoning", text: asText(thinking), signature: proof, isRedacted: false };
}

function blocksOf(content: JsonValue): readonly JsonObject[] {
  return Array.isArray(content) ? content.filter(isObject) : [];
}
