// Owns what a chat completion, whole or a chunk of one, says. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, TextDelta, TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import type { PlacedLogprobs, PlacedText } from "../placed-text.ts";
import { type UnlistedPlace, unlistedTexts } from "../unlisted.ts";
import { type HeldData, readDataUrl } from "./data-url.ts";
import { stopOf } from "./stops.ts";
import { readUsage } from "./usage.ts";

/** Choices of an answer and tool calls of a choice, at most: OpenAI's own bound for both. */
export const indexMax = 128;

/** Which one only the request says. */
const anySound = "audio/*";

/** What is read of each, and what no one says anything in. */
const answerMembers: ReadonlySet<string> = new Set([
  ...[
    "choices",
    "error",
    "search_results",
    "citations",
    "usage",
    "usage_breakdown",
    "x_groq",
    "created",
    "model",
  ],
  ...["system_fingerprint", "service_tier", "provider", "obfuscation", "p", "prompt_filter_results"],
]);
const choiceMembers: ReadonlySet<string> = new Set([
  ...["index", "delta", "message", "text", "logprobs", "finish_reason", "native_finish_reason"],
  ...["content_filter_results", "content_filter_offsets"],
]);
const messageMembers: ReadonlySet<string> = new Set([
  ...["content", "refusal", "reasoning", "reasoning_content", "reasoning_details", "tool_calls"],
  ...["function_call", "annotations", "executed_tools", "context", "audio", "images"],
]);
const partMembers: ReadonlySet<string> = new Set(["text", "thinking", "image_url"]);

const error: Delta = { kind: "error", status: undefined };

/** Where a `message` stands: in a `whole` completion, or in a `chunk`, where it repeats all deltas so far. */
export type Form = "whole" | "chunk";

/** `undefined`: not a chat completion, or one with something else where texts stand. */
export function readDeltas(
  value: JsonValue,
  form: Form,
  announced = new Announced(),
): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  const reading = new Reading(form, value, announced);
  return reading.isWellFormed ? reading.deltas : undefined;
}

/** What an answer has said of itself and of its calls: some vendors say it with every chunk. */
export class Announced {
  #hasStarted = false;
  /** Channel → id, empty for none; at most `indexMax` times `indexMax`. */
  readonly #tools = new Map<string, string>();

  start({ id, model }: JsonObject): readonly Delta[] {
    if (this.#hasStarted || (id === undefined && model === undefined)) return [];
    this.#hasStarted = true;
    return [{ kind: "start", id: textOf(id), model: textOf(model) }];
  }

  /** Another id is another call: some servers number no calls. */
  tool(channel: string, id: string | undefined): readonly Delta[] {
    const known = this.#tools.get(channel);
    if (known !== undefined && (id === undefined || id === known)) return [];
    this.#tools.set(channel, id ?? "");
    return [{ kind: "tool", channel, id, isHosted: false }];
  }
}

/** An object that holds texts, and what its texts are said on. */
interface Place {
  readonly node: JsonObject;
  readonly pointer: string;
  readonly channel: string;
  readonly mode: TextDelta["mode"];
}

class Reading {
  readonly deltas: Delta[] = [];
  isWellFormed = true;
  readonly #form: Form;
  readonly #announced: Announced;

  constructor(form: Form, value: JsonObject, announced: Announced) {
    this.#form = form;
    this.#announced = announced;
    this.deltas.push(...announced.start(value));
    if (isSomething(value.error)) this.deltas.push(error);
    for (const [at, choice] of this.#objects(value.choices).entries()) this.#choice(choice, at);
    for (const name of ["search_results", "citations"]) this.#found(value[name], `/${name}`, "0");
    // Of a failure every string is read as it is.
    if (!isSomething(value.error)) this.#unlisted(value, answerMembers, { pointer: "", channel: "0" });
    const usage = readUsage(value.usage) ?? readUsage(this.#object(value.x_groq)?.usage);
    if (usage !== undefined) this.deltas.push({ kind: "usage", usage });
  }

  #choice(node: JsonObject, at: number): void {
    const channel = this.#index(node.index, at);
    const pointer = `/choices/${at}`;
    const [delta, message] = [this.#object(node.delta), this.#object(node.message)];
    if (delta !== undefined) {
      this.#message({ node: delta, pointer: `${pointer}/delta`, channel, mode: "append" });
    }
    if (message !== undefined) {
      const mode = this.#form === "chunk" ? "snapshot" : "append";
      this.#message({ node: message, pointer: `${pointer}/message`, channel, mode });
    }
    this.#text("text", "text", { node, pointer, channel: `${channel}/text`, mode: "append" });
    this.#unlisted(node, choiceMembers, { pointer, channel });
    if (isObject(node.logprobs)) this.deltas.push(logprobsAt(pointer, channel, node.logprobs));
    const reason = node.finish_reason;
    if (typeof reason === "string" && reason !== "") {
      this.deltas.push({ kind: "end", channel, reason, stop: stopOf(reason) });
    }
  }

  #message(place: Place): void {
    const { node, pointer, channel } = place;
    this.#reasoning(place);
    if (Array.isArray(node.content)) this.#parts("content", "text", place);
    else this.#text("text", "content", place);
    this.#text("refusal", "refusal", place);
    this.#tools(place);
    for (const name of ["annotations", "executed_tools", "context"]) {
      this.#found(node[name], `${pointer}/${name}`, channel);
    }
    this.#unlisted(node, messageMembers, place);
    const audio = this.#object(node.audio);
    if (audio !== undefined) {
      const spoken = { ...place, node: audio, pointer: `${pointer}/audio`, channel: `${channel}/audio` };
      this.#text("text", "transcript", spoken);
      const data = textOf(audio.data);
      if (data !== undefined) this.#media(spoken, { mediaType: anySound, data });
    }
    for (const { image_url } of this.#objects(node.images)) {
      const url = this.#object(image_url)?.url;
      if (typeof url === "string") this.#media(place, readDataUrl(url) ?? url);
    }
  }

  #unlisted(node: JsonObject, listed: ReadonlySet<string>, place: UnlistedPlace): void {
    for (const text of unlistedTexts(node, listed, place)) this.deltas.push(text);
  }

  /** By tools that the vendor runs. Perplexity says it all again with every chunk. */
  #found(value: JsonValue | undefined, pointer: string, channel: string): void {
    if (value === undefined || value === null) return;
    for (const { pointer: place, text } of textsBelow(value, pointer)) {
      if (text === "") continue;
      const found: PlacedText = {
        kind: "tool.result",
        channel: channel + place,
        text,
        mode: "snapshot",
        pointer: place,
      };
      this.deltas.push(found);
    }
  }

  /** Some say it in several ways at once. */
  #reasoning(place: Place): void {
    const { node, pointer, channel } = place;
    const again = place.mode === "append" ? "repeat" : place.mode;
    const hasContent = isSaid(node.reasoning_content);
    this.#text("reasoning", "reasoning_content", place);
    this.#text(
      "reasoning",
      "reasoning",
      hasContent ? { ...place, channel: `${channel}/reasoning`, mode: again } : place,
    );
    const mode = hasContent || isSaid(node.reasoning) ? again : place.mode;
    for (const [at, detail] of this.#objects(node.reasoning_details).entries()) {
      const base = `${pointer}/reasoning_details/${at}`;
      const detailed = { node: detail, pointer: base, channel: `${channel}/details/${at}`, mode };
      this.#text("reasoning", "text", detailed);
      this.#text("reasoning", "summary", detailed);
    }
  }

  #tools(place: Place): void {
    const { node, pointer, channel } = place;
    const old = this.#object(node.function_call);
    if (old !== undefined) {
      const called = { ...place, pointer: `${pointer}/function_call`, channel: `${channel}/tool/0` };
      this.#tool({ ...called, node: old }, undefined, "arguments");
    }
    for (const [at, call] of this.#objects(node.tool_calls).entries()) {
      const base = `${pointer}/tool_calls/${at}`;
      const called = { ...place, channel: `${channel}/tool/${this.#index(call.index, at)}` };
      const [named, custom] = [this.#object(call.function), this.#object(call.custom)];
      if (named !== undefined) {
        this.#tool({ ...called, node: named, pointer: `${base}/function` }, call.id, "arguments");
      }
      if (custom !== undefined) {
        this.#tool({ ...called, node: custom, pointer: `${base}/custom` }, call.id, "input");
      }
    }
  }

  #tool(place: Place, id: JsonValue | undefined, args: string): void {
    const { node, channel, mode } = place;
    const isBegin = mode === "append" && (isSaid(id) || isSaid(node.name));
    if (isBegin) this.deltas.push(...this.#announced.tool(channel, textOf(id)));
    this.#text("tool.name", "name", place);
    this.#text("tool.args", args, place);
  }

  #media({ channel, mode }: Place, made: HeldData | string): void {
    if (mode !== "append") return;
    const held =
      typeof made === "string"
        ? { mediaType: undefined, data: undefined, url: made }
        : { ...made, url: undefined };
    this.deltas.push({ kind: "media", channel, ...held });
  }

  /** Mistral writes content as a list: texts, and thoughts that are such a list again. */
  #parts(name: string, kind: TextKind, place: Place): void {
    const parts = this.#objects(place.node[name]);
    for (const [at, part] of parts.entries()) {
      const inner = { ...place, node: part, pointer: `${place.pointer}/${name}/${at}` };
      this.#text(kind, "text", inner);
      if (Array.isArray(part.thinking)) this.#parts("thinking", "reasoning", inner);
      else this.#text("reasoning", "thinking", inner);
      const url = isObject(part.image_url) ? part.image_url.url : part.image_url;
      if (typeof url === "string") this.#media(inner, readDataUrl(url) ?? url);
      this.#unlisted(part, partMembers, inner);
    }
  }

  #text(kind: TextKind, name: string, { node, pointer, channel, mode }: Place): void {
    const text = node[name];
    if (text === undefined || text === null || text === "") return;
    if (typeof text !== "string") this.isWellFormed = false;
    else {
      const placed: PlacedText = { kind, channel, text, mode, pointer: `${pointer}/${name}` };
      this.deltas.push(placed);
    }
  }

  #object(value: JsonValue | undefined): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    this.isWellFormed = false;
    return undefined;
  }

  #objects(value: JsonValue | undefined): readonly JsonObject[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every(isObject)) return value as JsonObject[];
    this.isWellFormed = false;
    return [];
  }

  #index(value: JsonValue | undefined, at: number): string {
    const index = value ?? at;
    if (Number.isSafeInteger(index) && Number(index) >= 0 && Number(index) < indexMax) return String(index);
    this.isWellFormed = false;
    return "0";
  }
}

/** `choice`: where the one stands that they belong to. */
export function logprobsAt(choice: string, channel: string, value: JsonValue): PlacedLogprobs {
  return { kind: "logprobs", channel, value, pointer: `${choice}/logprobs` };
}

function isSomething(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function isSaid(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value !== "";
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
