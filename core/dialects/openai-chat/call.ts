// Owns reading a chat completions request into a Call, and writing it back. Knows no policy.

import querystring from "node:querystring";
import type { Call, CallText, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseBody, refuseMediaType } from "../../text/json.ts";
import { isEncoded, isReadAsJson } from "../../text/media.ts";
import { textsBelow } from "../../text/pointer.ts";
import { splice } from "../../text/splice.ts";
import { openAiRoutes } from "../openai-routes.ts";
import { findRoute } from "../routes.ts";
import { hasDoubles } from "./doubles.ts";
import { Fields } from "./fields.ts";

/** OpenAI's own bound; what multiplies a budget has to have one. */
const choicesMax = 128;

const modelsPath = "/v1/models/";

const doubleMessage = "A field differs only by its case from one that is read here: write it in lower case.";

export function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  const route = findRoute(openAiRoutes, head.method, head.path);
  if (route?.coverage !== "inspected") return refuse("route_refused");
  if (isEncoded(head.headers)) return refuse("body_encoded");
  if (head.method === "GET") return readModelsCall(body, head.path);
  return isReadAsJson(head.headers) ? readChatCall(body) : refuseMediaType();
}

/** The very bytes that came, but for the edits and a model's other name; no body has none of them. */
export function writeCall({ body, value, model: asked, edits }: Call, model: string | undefined): Buffer {
  const isRenamed = model !== undefined && asked !== undefined && model !== asked;
  if (value === undefined || (edits.size === 0 && !isRenamed)) return body;
  return splice(body, isRenamed ? new Map([...edits, ["/model", model]]) : edits);
}

/** Of the list, or of the one model the path names. */
function readModelsCall(body: Buffer, path: string): Call | Refusal {
  if (body.length > 0) return refuse("request_malformed", { message: "A list of models takes no body." });
  return {
    kind: "call",
    operation: "models",
    model: path.startsWith(modelsPath) ? querystring.unescape(path.slice(modelsPath.length)) : undefined,
    isStream: false,
    body,
    value: undefined,
    texts: [],
    hostedTools: [],
    outputTokensMax: undefined,
    edits: new Map(),
  };
}

function readChatCall(body: Buffer): Call | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) return refuse("request_malformed", { message: "The body must be a JSON object." });
  if (hasDoubles(value)) return refuse("body_ambiguous", { message: doubleMessage });
  const fields = new Fields();
  const call: Call = {
    kind: "call",
    operation: "chat",
    model: readModel(value, fields),
    isStream: fields.flag(value.stream, "stream"),
    body,
    value,
    texts: new Texts(fields, value).found,
    hostedTools: readHostedTools(value, fields),
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
class Texts {
  readonly found: CallText[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields, { messages }: JsonObject) {
    this.#fields = fields;
    if (!Array.isArray(messages)) fields.wrong("messages", "a list of objects");
    for (const [at, message] of fields.objects(messages, "messages").entries()) this.#message(message, at);
  }

  #message(message: JsonObject, at: number): void {
    const { role } = message;
    const name = `messages.${at}`;
    if (typeof role !== "string") this.#fields.wrong(`${name}.role`, "a string");
    else {
      const speaker: Speaker = { role, name, pointer: `/messages/${at}` };
      this.#content(message.content, speaker);
      for (const said of ["refusal", "reasoning_content", "reasoning"]) this.#text(message, said, speaker);
      this.#details(message, step(speaker, "reasoning_details"));
      this.#calls(message, speaker);
    }
  }

  #content(content: JsonValue | undefined, speaker: Speaker): void {
    const inner = { ...speaker, name: `${speaker.name}.content`, pointer: `${speaker.pointer}/content` };
    if (typeof content === "string") this.#found(content, inner);
    else if (Array.isArray(content) && content.every(isObject)) {
      for (const [at, part] of content.entries()) this.#part(part, step(inner, at));
    } else if (content !== undefined && content !== null) {
      this.#fields.wrong(inner.name, "a string or a list of parts");
    }
  }

  /** Every string of a part but its media counts: a provider may read what is not read here. */
  #part(part: JsonObject, speaker: Speaker): void {
    const { type, image_url, input_audio, file, cache_control, ...rest } = part;
    if (typeof type !== "string") this.#fields.wrong(`${speaker.name}.type`, "a string");
    if (type === "text") this.#fields.text(part.text, `${speaker.name}.text`);
    for (const { pointer, text } of textsBelow(rest, speaker.pointer)) {
      this.#found(text, { ...speaker, pointer });
    }
  }

  #details({ reasoning_details }: JsonObject, speaker: Speaker): void {
    for (const [at, detail] of this.#fields.objects(reasoning_details, speaker.name).entries()) {
      for (const said of ["text", "summary"]) this.#text(detail, said, step(speaker, at));
    }
  }

  /** What the model is said to have called before. */
  #calls(message: JsonObject, speaker: Speaker): void {
    const old = this.#fields.object(message.function_call, `${speaker.name}.function_call`);
    if (old !== undefined) this.#text(old, "arguments", step(speaker, "function_call"));
    const calls = this.#fields.objects(message.tool_calls, `${speaker.name}.tool_calls`);
    for (const [at, call] of calls.entries()) {
      const called = step(step(speaker, "tool_calls"), at);
      const named = this.#fields.object(call.function, `${called.name}.function`);
      if (named !== undefined) this.#text(named, "arguments", step(called, "function"));
      const custom = this.#fields.object(call.custom, `${called.name}.custom`);
      if (custom !== undefined) this.#text(custom, "input", step(called, "custom"));
    }
  }

  #text(node: JsonObject, name: string, speaker: Speaker): void {
    const inner = step(speaker, name);
    const text = this.#fields.text(node[name], inner.name);
    if (text !== undefined) this.#found(text, inner);
  }

  #found(text: string, { pointer, role }: Speaker): void {
    if (text !== "") this.found.push({ pointer, role, text });
  }
}

interface Speaker {
  readonly role: string;
  /** For a refusal: `messages.3.content`. */
  readonly name: string;
  readonly pointer: string;
}

function step({ role, name, pointer }: Speaker, to: string | number): Speaker {
  return { role, name: `${name}.${to}`, pointer: `${pointer}/${to}` };
}
