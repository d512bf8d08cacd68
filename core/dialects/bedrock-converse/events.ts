// Owns what the events of a Converse stream say, one after the other. Must not know how they are framed.

import type { Delta } from "../../contracts/frame.ts";
import type { JsonObject } from "../../text/json.ts";
import { Reading, toolChannelAt } from "./reading.ts";

/** What an event does to the message, for whoever has to end it early. */
export type Step =
  | { readonly kind: "begin" }
  | { readonly kind: "open" | "close"; readonly index: number }
  | { readonly kind: "settle" | "end" };

export interface EventReading {
  readonly deltas: readonly Delta[];
  readonly step: Step | undefined;
}

/** One event's value, and where it stands in the JSON it came in. */
interface Event {
  readonly value: JsonObject;
  readonly pointer: string;
}

const deltaMembers: ReadonlySet<string> = new Set([
  ...["text", "toolUse", "reasoningContent", "image", "citation", "toolResult"],
]);

export const silent: EventReading = { deltas: [], step: undefined };

const names: ReadonlySet<string> = new Set([
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
]);

/** Whether an event of this name is read: all others pass as they came. */
export function isEvent(name: string): boolean {
  return names.has(name);
}

/** Stateful, one an answer; Nova's own stream frames the same events in its own way. */
export class ConverseEvents {
  /** `messageStop` came: nothing more is owed. */
  isEnded = false;
  /** Of the block that is open: most begin with their first words. */
  #block: number | undefined = undefined;
  /** Block → its call's channel; as many as `blocksMax`, at most. */
  readonly #toolChannels = new Map<number, string>();

  /** `undefined`: something else stands where texts do. */
  read(name: string, event: Event): EventReading | undefined {
    const reading = new Reading();
    const step = this.#step(name, reading, event);
    return reading.isWellFormed ? { deltas: reading.deltas, step } : undefined;
  }

  #step(name: string, reading: Reading, event: Event): Step | undefined {
    switch (name) {
      case "messageStart":
        reading.start();
        return { kind: "begin" };
      case "contentBlockStart":
        return this.#start(reading, event);
      case "contentBlockDelta":
        return this.#delta(reading, event);
      case "contentBlockStop":
        this.#block = undefined;
        return { kind: "close", index: reading.block(event.value.contentBlockIndex) };
      case "messageStop":
        this.isEnded = true;
        readStop(reading, event);
        return { kind: "settle" };
      case "metadata":
        readMetadata(reading, event);
        return { kind: "end" };
      default:
        return undefined;
    }
  }

  #start(reading: Reading, { value, pointer }: Event): Step | undefined {
    const tool = reading.object(reading.object(value.start)?.toolUse);
    const index = reading.block(value.contentBlockIndex);
    if (tool !== undefined) {
      const on = this.#toolChannel(index);
      reading.tool(tool, on);
      reading.text("tool.name", tool.name, `${pointer}/start/toolUse/name`, on);
    }
    return this.#open(index);
  }

  #delta(reading: Reading, { value, pointer }: Event): Step | undefined {
    const index = reading.block(value.contentBlockIndex);
    const delta = reading.object(value.delta) ?? {};
    const place = `${pointer}/delta`;
    reading.text("text", delta.text, `${place}/text`);
    const tool = reading.object(delta.toolUse);
    if (tool !== undefined) {
      reading.text("tool.args", tool.input, `${place}/toolUse/input`, this.#toolChannel(index));
    }
    const thought = reading.object(delta.reasoningContent);
    if (thought !== undefined) readThought(reading, { value: thought, pointer: `${place}/reasoningContent` });
    const image = reading.object(delta.image);
    if (image !== undefined) reading.media("image", image);
    reading.found(delta.citation, `${place}/citation`, index);
    reading.found(delta.toolResult, `${place}/toolResult`, index);
    reading.unlisted(delta, deltaMembers, place);
    return this.#open(index);
  }

  #toolChannel(block: number): string {
    const on = this.#toolChannels.get(block) ?? toolChannelAt(this.#toolChannels.size);
    this.#toolChannels.set(block, on);
    return on;
  }

  #open(index: number): Step | undefined {
    if (index === this.#block) return undefined;
    this.#block = index;
    return { kind: "open", index };
  }
}

function readThought(reading: Reading, { value, pointer }: Event): void {
  reading.text("reasoning", value.text, `${pointer}/text`);
  reading.signature(value.signature, "shown");
  reading.signature(value.redactedContent, "redacted");
}

function readStop(reading: Reading, { value, pointer }: Event): void {
  reading.end(value.stopReason);
  readAdditional(reading, { value, pointer });
}

/** A guardrail's trace quotes what it has taken out of the answer. */
function readMetadata(reading: Reading, { value, pointer }: Event): void {
  reading.usage(value.usage);
  reading.repeated(value.trace, `${pointer}/trace`, "trace");
}

/** What the client asked to see of the model's own answer: it may be all of it. */
export function readAdditional(reading: Reading, { value, pointer }: Event): void {
  const { additionalModelResponseFields: fields } = value;
  reading.repeated(fields, `${pointer}/additionalModelResponseFields`, "additional");
}
