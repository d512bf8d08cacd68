// Owns what a chat completion, whole or a chunk of one, says. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, TextDelta, TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import type { PlacedText } from "../placed-text.ts";
import { stopOf } from "./stops.ts";
import { readUsage } from "./usage.ts";

/** Choices of an answer and tool calls of a choice, at most: OpenAI's own bound for both. */
export const indexMax = 128;

const error: Delta = { kind: "error", status: undefined };

/** Where a `message` stands: in a `whole` completion, or in a `chunk`, where it repeats all deltas so far. */
export type Form = "whole" | "chunk";

/** `undefined`: not a chat completion, or one with something else where texts stand. */
export function readDeltas(value: JsonValue, form: Form): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  const reading = new Reading(form, value);
  return reading.isWellFormed ? reading.deltas : undefined;
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

  constructor(form: Form, value: JsonObject) {
    this.#form = form;
    if (value.error !== undefined && value.error !== null) this.deltas.push(error);
    for (const [at, choice] of this.#objects(value.choices).entries()) this.#choice(choice, at);
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
    const reason = node.finish_reason;
    if (typeof reason === "string" && reason !== "") {
      this.deltas.push({ kind: "end", channel, reason, stop: stopOf(reason) });
    }
  }

  #message(place: Place): void {
    const { node, pointer, channel } = place;
    if (Array.isArray(node.content)) this.#parts("content", "text", place);
    else this.#text("text", "content", place);
    const hasBoth = typeof node.reasoning_content === "string" && typeof node.reasoning === "string";
    this.#text("reasoning", "reasoning_content", place);
    this.#text("reasoning", "reasoning", hasBoth ? { ...place, channel: `${channel}/reasoning` } : place);
    this.#text("refusal", "refusal", place);
    for (const [at, detail] of this.#objects(node.reasoning_details).entries()) {
      const detailed = { ...place, node: detail, channel: `${channel}/details/${at}` };
      this.#text("reasoning", "text", { ...detailed, pointer: `${pointer}/reasoning_details/${at}` });
      this.#text("reasoning", "summary", { ...detailed, pointer: `${pointer}/reasoning_details/${at}` });
    }
    this.#tools(place);
    const audio = this.#object(node.audio);
    if (audio !== undefined) {
      const spoken = { ...place, node: audio, pointer: `${pointer}/audio`, channel: `${channel}/audio` };
      this.#text("text", "transcript", spoken);
    }
  }

  #tools(place: Place): void {
    const { node, pointer, channel } = place;
    const old = this.#object(node.function_call);
    if (old !== undefined) {
      const called = {
        ...place,
        node: old,
        pointer: `${pointer}/function_call`,
        channel: `${channel}/tool/0`,
      };
      this.#text("tool.name", "name", called);
      this.#text("tool.args", "arguments", called);
    }
    for (const [at, call] of this.#objects(node.tool_calls).entries()) {
      const base = `${pointer}/tool_calls/${at}`;
      const tool = `${channel}/tool/${this.#index(call.index, at)}`;
      const [named, custom] = [this.#object(call.function), this.#object(call.custom)];
      if (named !== undefined) {
        const called = { ...place, node: named, pointer: `${base}/function`, channel: tool };
        this.#text("tool.name", "name", called);
        this.#text("tool.args", "arguments", called);
      }
      if (custom !== undefined) {
        const called = { ...place, node: custom, pointer: `${base}/custom`, channel: tool };
        this.#text("tool.name", "name", called);
        this.#text("tool.args", "input", called);
      }
    }
  }

  /** Mistral writes content as a list: texts, and thoughts that are such a list again. */
  #parts(name: string, kind: TextKind, place: Place): void {
    const parts = this.#objects(place.node[name]);
    for (const [at, part] of parts.entries()) {
      const inner = { ...place, node: part, pointer: `${place.pointer}/${name}/${at}` };
      this.#text(kind, "text", inner);
      if (Array.isArray(part.thinking)) this.#parts("thinking", "reasoning", inner);
      else this.#text("reasoning", "thinking", inner);
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
