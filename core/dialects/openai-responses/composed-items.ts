// Owns the output items of a response while it is written: what each has said so far, and the events that say
// it. Must not know what they are made of.

import { randomUUID } from "node:crypto";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { unproven } from "../../text/proof-mark.ts";
import { type PartKind, partWords, wholeText, writePart } from "./written.ts";

/** Hears events in their order. */
export type SayEvent = (type: string, members: JsonObject) => void;

/** `cut`: something stopped the model before it came to its end. */
export type AnswerEnd = "finished" | "cut";

export interface ComposedItem {
  /** As it stands in the response. */
  readonly value: JsonObject;
  /** Says what is still to be said of it; undefined where it came whole. */
  close?(end: AnswerEnd): void;
}

export interface ItemPlace {
  readonly index: number;
  readonly say: SayEvent;
}

/** As OpenAI's own: `resp_…`, `msg_…`, `rs_…`, `fc_…`, `call_…`. */
export function newId(kind: string): string {
  return `${kind}_${randomUUID().replaceAll("-", "")}`;
}

/** A message, or what was thought: parts, one after another. */
export class TextItem implements ComposedItem {
  readonly kind: "message" | "reasoning";
  /** Proof of what was thought. */
  signature: string | undefined = undefined;
  readonly #id: string;
  readonly #index: number;
  readonly #say: SayEvent;
  readonly #parts: { readonly kind: PartKind; text: string }[] = [];
  #status = "in_progress";

  constructor(kind: "message" | "reasoning", { index, say }: ItemPlace) {
    this.kind = kind;
    this.#id = newId(kind === "message" ? "msg" : "rs");
    this.#index = index;
    this.#say = say;
    say("response.output_item.added", { output_index: index, item: this.value });
  }

  get isOpen(): boolean {
    return this.#status === "in_progress";
  }

  get value(): JsonObject {
    const parts = this.#parts.map(({ kind, text }) => writePart(kind, text));
    const about = { id: this.#id, type: this.kind };
    if (this.kind === "message") {
      return { ...about, status: this.#status, role: "assistant", content: parts };
    }
    return { ...about, summary: parts, encrypted_content: this.signature ?? null };
  }

  add(kind: PartKind, text: string): void {
    let part = this.#parts.at(-1);
    if (part?.kind !== kind) {
      this.#closePart();
      part = { kind, text: "" };
      this.#parts.push(part);
      this.#say(`${partWords[kind].ofPart}.added`, { ...this.#place(kind), part: writePart(kind, "") });
    }
    part.text += text;
    const logprobs = kind === "text" ? { logprobs: [] } : {};
    this.#say(`${partWords[kind].ofText}.delta`, { ...this.#place(kind), delta: text, ...logprobs });
  }

  close(end: AnswerEnd): void {
    if (!this.isOpen) return;
    this.#closePart();
    // Without any, the vendor would look the item up among its own.
    this.signature ??= unproven;
    this.#status = end === "finished" ? "completed" : "incomplete";
    this.#say("response.output_item.done", { output_index: this.#index, item: this.value });
  }

  #closePart(): void {
    const part = this.#parts.at(-1);
    if (part === undefined) return;
    const { kind, text } = part;
    this.#say(`${partWords[kind].ofText}.done`, { ...this.#place(kind), ...wholeText(kind, text) });
    this.#say(`${partWords[kind].ofPart}.done`, { ...this.#place(kind), part: writePart(kind, text) });
  }

  /** Of the last part. */
  #place(kind: PartKind): JsonObject {
    const index = this.#parts.length - 1;
    return { item_id: this.#id, output_index: this.#index, [partWords[kind].index]: index };
  }
}

/** A call to a tool of the client's. */
export class CallItem implements ComposedItem {
  name = "";
  readonly #id = newId("fc");
  readonly #callId: string;
  readonly #index: number;
  readonly #say: SayEvent;
  #args = "";
  #status = "in_progress";
  #hasBegun = false;

  constructor(callId: string, { index, say }: ItemPlace) {
    this.#callId = callId;
    this.#index = index;
    this.#say = say;
  }

  get value(): JsonObject {
    const about = { id: this.#id, type: "function_call", status: this.#status };
    return { ...about, arguments: this.#args, call_id: this.#callId, name: this.name };
  }

  /** Its name is known by now. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#say("response.output_item.added", { output_index: this.#index, item: this.value });
  }

  add(args: string): void {
    this.begin();
    this.#args += args;
    this.#say("response.function_call_arguments.delta", { ...this.#place, delta: args });
  }

  /** One that is said to be done would be made, so what was cut within its arguments never is. */
  close(end: AnswerEnd): void {
    this.begin();
    this.#status = end === "finished" || isWhole(this.#args) ? "completed" : "incomplete";
    if (this.#status === "incomplete") return;
    // Arguments that were never said are none, in JSON.
    if (this.#args === "") this.add("{}");
    const { name } = this;
    const whole = { ...this.#place, name, arguments: this.#args };
    this.#say("response.function_call_arguments.done", whole);
    this.#say("response.output_item.done", { output_index: this.#index, item: this.value });
  }

  get #place(): JsonObject {
    return { item_id: this.#id, output_index: this.#index };
  }
}

function isWhole(args: string): boolean {
  const reading = readJson(Buffer.from(args));
  return reading.kind === "json" && isObject(reading.value);
}

/** An image the model made, as OpenAI's own tool gives it. */
export class ImageItem implements ComposedItem {
  readonly value: JsonObject;

  constructor(image: { readonly data: string; readonly format: string }, { index, say }: ItemPlace) {
    const about = { id: newId("ig"), type: "image_generation_call" };
    this.value = { ...about, status: "completed", output_format: image.format, result: image.data };
    const begun = { ...about, status: "in_progress", result: null };
    say("response.output_item.added", { output_index: index, item: begun });
    say("response.output_item.done", { output_index: index, item: this.value });
  }
}
