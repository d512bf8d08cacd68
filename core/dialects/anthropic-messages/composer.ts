// Owns writing an answer as a message, whole or in events, out of what another vendor's says. Knows no
// vendor but Anthropic.

import type { Composer } from "../../contracts/dialect.ts";
import { type Delta, noUsage, type StopReason, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { writeVerbatim } from "../verbatim-json.ts";
import { BlockSequence, type BlockSink, newId } from "./block-sequence.ts";
import { writeUsage } from "./usage.ts";
import { writeMessageEvent } from "./writer.ts";

const reasons: Readonly<Record<StopReason, string>> = {
  stop: "end_turn",
  stop_sequence: "stop_sequence",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
  refusal: "refusal",
  pause: "pause_turn",
  other: "end_turn",
};

/**
 * What both ways of writing a message know of it. Media has no block here, and log probabilities no place.
 */
class Said {
  readonly blocks: BlockSequence;
  usage: Usage = noUsage;
  readonly #model: string;
  #id: string | undefined = undefined;
  #stop: StopReason = "stop";
  #hasRefused = false;

  constructor(model: string, sink: BlockSink) {
    this.#model = model;
    this.blocks = new BlockSequence(sink);
  }

  /** There is one choice. */
  take(delta: Delta): void {
    if ("channel" in delta && Number.parseInt(delta.channel, 10) !== 0) return;
    if (delta.kind === "start") this.#id ??= delta.id;
    else if (delta.kind === "usage") this.usage = delta.usage;
    else if (delta.kind === "end") this.#stop = delta.stop;
    else if (delta.kind === "tool") this.blocks.begin(delta);
    else if (delta.kind === "signature") this.blocks.seal(delta);
    else if ("text" in delta && delta.mode === "append" && delta.text !== "") {
      this.#hasRefused ||= delta.kind === "refusal";
      this.blocks.text(delta);
    }
  }

  /** Some vendors have no word of their own for a stop at calls, or for a refusal. */
  get reason(): string {
    if (this.#stop !== "stop") return reasons[this.#stop];
    if (this.blocks.hasCalls) return reasons.tool_calls;
    return this.#hasRefused ? reasons.refusal : reasons.stop;
  }

  message(): JsonObject {
    const about = { id: this.#id ?? newId("msg"), type: "message", role: "assistant", model: this.#model };
    return { ...about, content: [], stop_reason: null, stop_sequence: null, usage: writeUsage(this.usage) };
  }
}

class EventSink implements BlockSink {
  readonly events: JsonObject[] = [];

  open(index: number, block: JsonObject): void {
    this.events.push({ type: "content_block_start", index, content_block: block });
  }

  add(index: number, delta: JsonObject): void {
    this.events.push({ type: "content_block_delta", index, delta });
  }

  close(index: number): void {
    this.events.push({ type: "content_block_stop", index });
  }
}

export class EventComposer implements Composer {
  readonly headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  readonly #sink = new EventSink();
  readonly #said: Said;
  #hasBegun = false;

  constructor(model: string) {
    this.#said = new Said(model, this.#sink);
  }

  add(deltas: readonly Delta[]): Buffer {
    for (const delta of deltas) this.#said.take(delta);
    return deltas.length === 0 ? Buffer.alloc(0) : this.#taken();
  }

  /** Why it ended is said here, so that nobody takes a call for whole whose answer was cut off. */
  end(): Buffer {
    const { blocks, reason, usage } = this.#said;
    blocks.end();
    const delta = { stop_reason: reason, stop_sequence: null };
    this.#sink.events.push(
      { type: "message_delta", delta, usage: writeUsage(usage) },
      { type: "message_stop" },
    );
    return this.#taken();
  }

  #taken(): Buffer {
    const events = this.#sink.events.splice(0);
    if (!this.#hasBegun) events.unshift({ type: "message_start", message: this.#said.message() });
    this.#hasBegun = true;
    return Buffer.concat(events.map(writeMessageEvent));
  }
}

/** As long as the upstream's answer, whose length is bounded where it is read. */
class ContentSink implements BlockSink {
  readonly content: JsonObject[] = [];
  /** The calls' arguments, by their places in the message. */
  readonly args = new Map<string, string>();
  #args = "";

  open(_index: number, block: JsonObject): void {
    this.content.push(block);
    this.#args = "";
  }

  add(index: number, { type: _type, partial_json: args, ...said }: JsonObject): void {
    const block = this.content[index];
    if (typeof args === "string") this.#args += args;
    for (const name in said) if (block !== undefined) block[name] = `${block[name]}${said[name]}`;
  }

  /** Arguments that are broken stand there as a string: nobody takes that for a call to make. */
  close(index: number): void {
    if (this.#args === "") return;
    const reading = readJson(Buffer.from(this.#args));
    const isWhole = reading.kind === "json" && isObject(reading.value);
    this.args.set(`/content/${index}/input`, isWhole ? this.#args : JSON.stringify(this.#args));
    this.#args = "";
  }
}

export class MessageComposer implements Composer {
  readonly headers = { "content-type": "application/json" };
  readonly #sink = new ContentSink();
  readonly #said: Said;

  constructor(model: string) {
    this.#said = new Said(model, this.#sink);
  }

  add(deltas: readonly Delta[]): Buffer {
    for (const delta of deltas) this.#said.take(delta);
    return Buffer.alloc(0);
  }

  end(): Buffer {
    this.#said.blocks.end();
    const { content, args } = this.#sink;
    return writeVerbatim({ ...this.#said.message(), content, stop_reason: this.#said.reason }, args);
  }
}
