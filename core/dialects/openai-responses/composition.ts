// Owns what a response says, made out of what another vendor's answer does: its items in their order, its end
// and its usage. Must not know how they are sent.

import type {
  Delta,
  MediaDelta,
  SignatureDelta,
  StopReason,
  TextDelta,
  ToolDelta,
  Usage,
} from "../../contracts/frame.ts";
import type { JsonObject } from "../../text/json.ts";
import { CallItem, type ComposedItem, ImageItem, newId, type SayEvent, TextItem } from "./composed-items.ts";
import { writeUsage } from "./usage.ts";
import { newResponse, type PartKind } from "./written.ts";

/** Why a response is incomplete; the other ends are its own. */
const cuts: ReadonlyMap<StopReason, string> = new Map([
  ["length", "max_output_tokens"],
  ["content_filter", "content_filter"],
  ["refusal", "content_filter"],
]);

const partKinds: ReadonlyMap<TextDelta["kind"], PartKind> = new Map([
  ["text", "text"],
  ["refusal", "refusal"],
  ["reasoning", "summary"],
]);

/** Of all texts of an answer: they are held to its end. */
const textLengthMax = 8 * 1024 * 1024;

/** There is one choice, and log probabilities have no place. */
export class Composition {
  readonly #model: string;
  readonly #say: SayEvent;
  readonly #createdAtS = Math.floor(Date.now() / 1000);
  readonly #items: ComposedItem[] = [];
  #id: string | undefined = undefined;
  #stop: StopReason = "stop";
  #usage: Usage | undefined = undefined;
  /** What is being said or thought; closed before anything else begins. */
  #text: TextItem | undefined = undefined;
  /** The call that began there last; `undefined`: the vendor runs it. All stay open until the end. */
  readonly #calls = new Map<string, CallItem | undefined>();
  /** The one of which only a part of its name may be known. */
  #unnamed: CallItem | undefined = undefined;
  #textLength = 0;

  constructor(model: string, say: SayEvent) {
    this.#model = model;
    this.#say = say;
  }

  take(delta: Delta): void {
    if ("channel" in delta && Number.parseInt(delta.channel, 10) !== 0) return;
    if (delta.kind === "start") this.#id ??= delta.id;
    else if (delta.kind === "usage") this.#usage = delta.usage;
    else if (delta.kind === "end") this.#stop = delta.stop;
    else if (delta.kind === "tool") this.#begin(delta);
    else if (delta.kind === "media") this.#show(delta);
    else if (delta.kind === "signature") this.#seal(delta);
    else if ("text" in delta && delta.mode === "append" && delta.text !== "") this.#hear(delta);
  }

  /** More was said than its last events could say again. */
  get isTooLong(): boolean {
    return this.#textLength > textLengthMax;
  }

  /** The response as it begins. */
  begun(): JsonObject {
    this.#id ??= newId("resp");
    return newResponse(this.#id, this.#model, this.#createdAtS);
  }

  /** Says all that is left, calls included, so that nobody takes a call for whole that was cut off. */
  end(): JsonObject {
    const reason = cuts.get(this.#stop);
    for (const item of this.#items) item.close?.(reason === undefined ? "finished" : "cut");
    return {
      ...this.begun(),
      status: reason === undefined ? "completed" : "incomplete",
      incomplete_details: reason === undefined ? null : { reason },
      output: this.#items.map(({ value }) => value),
      usage: this.#usage === undefined ? null : writeUsage(this.#usage),
    };
  }

  #hear({ kind, channel, text }: TextDelta): void {
    const call = this.#calls.get(channel);
    this.#textLength += text.length;
    if (kind === "tool.name" && call !== undefined) call.name += text;
    else if (kind === "tool.args") call?.add(text);
    const part = partKinds.get(kind);
    if (part !== undefined) this.#textItem(part === "summary" ? "reasoning" : "message").add(part, text);
  }

  #textItem(kind: TextItem["kind"]): TextItem {
    if (this.#text?.kind === kind) return this.#text;
    const item = new TextItem(kind, this.#next());
    this.#text = item;
    this.#items.push(item);
    return item;
  }

  #seal({ signature, isRedacted }: SignatureDelta): void {
    if (isRedacted) this.#closeText();
    this.#textItem("reasoning").signature = signature;
    this.#closeText();
  }

  #closeText(): void {
    this.#text?.close("finished");
    this.#text = undefined;
  }

  #begin({ channel, id, isHosted }: ToolDelta): void {
    const call = isHosted ? undefined : new CallItem(id ?? newId("call"), this.#next());
    this.#calls.set(channel, call);
    this.#unnamed = call;
    if (call !== undefined) this.#items.push(call);
  }

  #show({ mediaType, data }: MediaDelta): void {
    if (data === undefined || mediaType?.startsWith("image/") !== true) return;
    const format = mediaType.slice("image/".length);
    this.#items.push(new ImageItem({ data, format }, this.#next()));
  }

  /** The place of an item that begins now. */
  #next(): { readonly index: number; readonly say: SayEvent } {
    this.#unnamed?.begin();
    this.#unnamed = undefined;
    this.#closeText();
    return { index: this.#items.length, say: this.#say };
  }
}
