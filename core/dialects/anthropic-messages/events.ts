// Owns what the events of a streamed message say, one after the other. Must not know how they are framed.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { unlistedTexts } from "../unlisted.ts";
import { BlockReading, blocksMax, isToolUse } from "./blocks.ts";
import { readError } from "./errors.ts";
import { readContent, readStart, readStop, toolChannelAt } from "./message.ts";
import { mergeUsage, readUsage } from "./usage.ts";

/** What an event does to the message, for whoever has to end it early. */
export type Step =
  | { readonly kind: "begin" }
  | { readonly kind: "open" | "close"; readonly index: number }
  | { readonly kind: "settle" | "end" };

export interface EventReading {
  readonly deltas: readonly Delta[];
  readonly step: Step | undefined;
  /** It says texts and changes nothing: another that differs in its texts alone needs no reading. */
  readonly isRepeatable: boolean;
}

const nothing: ReadonlySet<string> = new Set();
const silent: EventReading = { deltas: [], step: undefined, isRepeatable: false };

/** Stateful, one an answer; Bedrock frames the same events in its own way. */
export class MessageEvents {
  /** `message_stop` came, or an error: nothing more is owed. */
  isEnded = false;
  #hasStarted = false;
  #usage: JsonObject = {};
  #tools = 0;
  /** Block → its tool's channel; as many as `blocksMax`, at most. */
  readonly #toolChannels = new Map<number, string>();

  /** `undefined`: malformed. `data`: the text of `value`. */
  read(value: JsonValue, data: Buffer): EventReading | undefined {
    if (!isObject(value)) return undefined;
    switch (value.type) {
      case "message_start":
        return isObject(value.message) ? this.#begin(value.message, data) : undefined;
      case "content_block_start":
        return isObject(value.content_block) ? this.#open(value, value.content_block, data) : undefined;
      case "content_block_delta":
        return isObject(value.delta) ? this.#delta(value, value.delta, data) : undefined;
      case "content_block_stop":
        return isIndex(value.index) ? step({ kind: "close", index: value.index }) : undefined;
      case "message_delta":
        return isObject(value.delta) ? this.#settle(value, value.delta, data) : undefined;
      case "message_stop":
        this.isEnded = true;
        return step({ kind: "end" });
      case "error":
        this.isEnded = true;
        return { ...silent, deltas: [readError(value)] };
      default:
        return { ...silent, deltas: unlistedTexts(value, nothing, { pointer: "", channel: "0/event" }) };
    }
  }

  /** A second beginning takes the place of the first: what went before counts for nothing. */
  #begin(message: JsonObject, data: Buffer): EventReading | undefined {
    const reading = new BlockReading(data);
    if (!this.#hasStarted) reading.deltas.push(readStart(message));
    this.#hasStarted = true;
    this.#toolChannels.clear();
    const { content } = message;
    if (Array.isArray(content) && content.length > 0) {
      if (!readContent(message, "/message", reading)) return undefined;
      this.#tools += content.filter((block) => isObject(block) && isToolUse(block)).length;
    }
    readStop(message, "/message", reading);
    this.#usage = mergeUsage({}, message.usage);
    this.#account(reading, (usage) => ({ ...usage, isExact: false }));
    return finish(reading, { kind: "begin" });
  }

  #open({ index }: JsonObject, block: JsonObject, data: Buffer): EventReading | undefined {
    if (!isIndex(index)) return undefined;
    const toolChannel = toolChannelAt(this.#tools);
    if (isToolUse(block)) {
      this.#tools++;
      this.#toolChannels.set(index, toolChannel);
    } else this.#toolChannels.delete(index);
    const reading = new BlockReading(data);
    reading.block(block, { pointer: "/content_block", index, toolChannel });
    return finish(reading, { kind: "open", index });
  }

  #delta({ index }: JsonObject, delta: JsonObject, data: Buffer): EventReading | undefined {
    if (!isIndex(index)) return undefined;
    const reading = new BlockReading(data);
    const channel = this.#toolChannels.get(index);
    if (delta.type === "text_delta") reading.text("text", delta.text, "/delta/text");
    else if (delta.type === "thinking_delta") reading.text("reasoning", delta.thinking, "/delta/thinking");
    else if (delta.type === "signature_delta") reading.signature(delta.signature);
    else if (delta.type === "input_json_delta" && channel !== undefined) {
      const pointer = "/delta/partial_json";
      reading.said(delta.partial_json, { kind: "tool.args", channel, mode: "append", pointer });
    } else reading.held(delta, "/delta", index);
    return reading.isWellFormed ? { deltas: reading.deltas, step: undefined, isRepeatable: true } : undefined;
  }

  #settle({ usage }: JsonObject, delta: JsonObject, data: Buffer): EventReading | undefined {
    const reading = new BlockReading(data);
    readStop(delta, "/delta", reading);
    if (isObject(usage)) {
      this.#usage = mergeUsage(this.#usage, usage);
      this.#account(reading, (said) => said);
    }
    return finish(reading, typeof delta.stop_reason === "string" ? { kind: "settle" } : undefined);
  }

  /** The figures so far; those of the beginning know the input, but not yet what is said. */
  #account(reading: BlockReading, mark: (usage: Usage) => Usage): void {
    const usage = readUsage(this.#usage);
    if (usage !== undefined) reading.deltas.push({ kind: "usage", usage: mark(usage) });
  }
}

function step(made: Step): EventReading {
  return { deltas: [], step: made, isRepeatable: false };
}

function finish({ deltas, isWellFormed }: BlockReading, made: Step | undefined): EventReading | undefined {
  return isWellFormed ? { deltas, step: made, isRepeatable: false } : undefined;
}

function isIndex(index: JsonValue | undefined): index is number {
  return Number.isSafeInteger(index) && Number(index) >= 0 && Number(index) < blocksMax;
}
