// Owns writing an answer as Converse's, whole or in events, out of what another vendor's says. Knows no
// vendor but AWS.

import type { Composer } from "../../contracts/dialect.ts";
import { type Delta, noUsage, type StopReason, type Usage } from "../../contracts/frame.ts";
import { writeMessage } from "../../text/eventstream-message.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { BlockSequence, type BlockSink } from "../anthropic-messages/block-sequence.ts";
import { writeVerbatim } from "../verbatim-json.ts";
import { writeUsage } from "./usage.ts";

const reasons: Readonly<Record<StopReason, string>> = {
  stop: "end_turn",
  stop_sequence: "stop_sequence",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "content_filtered",
  refusal: "content_filtered",
  pause: "end_turn",
  other: "end_turn",
};

/**
 * What both ways of writing an answer know of it. Media has no block here, and log probabilities no place.
 */
class Said {
  readonly blocks: BlockSequence;
  #usage: Usage = noUsage;
  #stop: StopReason = "stop";

  constructor(sink: BlockSink) {
    this.blocks = new BlockSequence(sink);
  }

  /** There is one choice. */
  take(delta: Delta): void {
    if ("channel" in delta && Number.parseInt(delta.channel, 10) !== 0) return;
    if (delta.kind === "usage") this.#usage = delta.usage;
    else if (delta.kind === "end") this.#stop = delta.stop;
    else if (delta.kind === "tool") this.blocks.begin(delta);
    else if (delta.kind === "signature") this.blocks.seal(delta);
    else if ("text" in delta && delta.mode === "append" && delta.text !== "") this.blocks.text(delta);
  }

  /** Some vendors call a call to a tool a stop like any other. */
  get reason(): string {
    return this.#stop === "stop" && this.blocks.hasCalls ? reasons.tool_calls : reasons[this.#stop];
  }

  get figures(): JsonObject {
    return { usage: writeUsage(this.#usage), metrics: { latencyMs: 0 } };
  }
}

class EventSink implements BlockSink {
  bytes: Buffer[] = [];

  /** Words need no beginning. */
  open(contentBlockIndex: number, { type, id, name, data }: JsonObject): void {
    if (type === "tool_use" && id !== undefined && name !== undefined) {
      this.event("contentBlockStart", { contentBlockIndex, start: { toolUse: { toolUseId: id, name } } });
    } else if (type === "redacted_thinking" && data !== undefined) {
      this.event("contentBlockDelta", {
        contentBlockIndex,
        delta: { reasoningContent: { redactedContent: data } },
      });
    }
  }

  add(contentBlockIndex: number, said: JsonObject): void {
    this.event("contentBlockDelta", { contentBlockIndex, delta: deltaOf(said) });
  }

  close(contentBlockIndex: number): void {
    this.event("contentBlockStop", { contentBlockIndex });
  }

  event(name: string, value: JsonObject): void {
    this.bytes.push(writeMessage({ type: "event", name }, JSON.stringify(value)));
  }

  taken(): Buffer {
    const bytes = Buffer.concat(this.bytes);
    this.bytes = [];
    return bytes;
  }
}

/** Out of the words of the sequence. */
function deltaOf({ text, thinking, signature, partial_json: input }: JsonObject): JsonObject {
  if (text !== undefined) return { text };
  if (input !== undefined) return { toolUse: { input } };
  return { reasoningContent: thinking === undefined ? { signature: signature ?? "" } : { text: thinking } };
}

export class EventComposer implements Composer {
  readonly headers = { "content-type": "application/vnd.amazon.eventstream" };
  readonly #sink = new EventSink();
  readonly #said = new Said(this.#sink);
  #hasBegun = false;

  add(deltas: readonly Delta[]): Buffer {
    if (deltas.length === 0) return Buffer.alloc(0);
    this.#begin();
    for (const delta of deltas) this.#said.take(delta);
    return this.#sink.taken();
  }

  /** Why it ended is said here, so that nobody takes a call for whole whose answer was cut off. */
  end(): Buffer {
    this.#begin();
    this.#said.blocks.end();
    this.#sink.event("messageStop", { stopReason: this.#said.reason });
    this.#sink.event("metadata", this.#said.figures);
    return this.#sink.taken();
  }

  #begin(): void {
    if (!this.#hasBegun) this.#sink.event("messageStart", { role: "assistant" });
    this.#hasBegun = true;
  }
}

/** As long as the upstream's answer, whose length is bounded where it is read. */
class ContentSink implements BlockSink {
  readonly content: JsonObject[] = [];
  /** The calls' arguments, by their places in the answer. */
  readonly args = new Map<string, string>();
  #said: Record<string, string> = {};
  #block: JsonObject = {};

  open(_index: number, block: JsonObject): void {
    this.#said = {};
    this.#block = block;
  }

  add(_index: number, { type: _type, ...said }: JsonObject): void {
    for (const name in said) this.#said[name] = `${this.#said[name] ?? ""}${said[name]}`;
  }

  close(index: number): void {
    const { type, id = "", name = "", data = "" } = this.#block;
    const { text = "", thinking = "", signature, partial_json: args } = this.#said;
    if (type === "tool_use") {
      this.content.push({ toolUse: { toolUseId: id, name, input: {} } });
      if (args !== undefined) this.args.set(`/output/message/content/${index}/toolUse/input`, whole(args));
    } else if (type === "redacted_thinking") {
      this.content.push({ reasoningContent: { redactedContent: data } });
    } else if (type === "thinking") {
      const proof = signature === undefined ? {} : { signature };
      this.content.push({ reasoningContent: { reasoningText: { text: thinking, ...proof } } });
    } else this.content.push({ text });
  }
}

/** Arguments that are broken stand there as a string: nobody takes that for a call to make. */
function whole(args: string): string {
  const reading = readJson(Buffer.from(args));
  return reading.kind === "json" && isObject(reading.value) ? args : JSON.stringify(args);
}

export class WholeComposer implements Composer {
  readonly headers = { "content-type": "application/json" };
  readonly #sink = new ContentSink();
  readonly #said = new Said(this.#sink);

  add(deltas: readonly Delta[]): Buffer {
    for (const delta of deltas) this.#said.take(delta);
    return Buffer.alloc(0);
  }

  end(): Buffer {
    this.#said.blocks.end();
    const { content, args } = this.#sink;
    const output = { message: { role: "assistant", content } };
    return writeVerbatim({ output, stopReason: this.#said.reason, ...this.#said.figures }, args);
  }
}
