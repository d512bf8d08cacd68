// Owns the early end of a streamed response: what is open is closed, then the response is incomplete. Knows
// only what the client was sent.

import type { Ending, Frame, Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import { writeUsage } from "./usage.ts";
import { eventBytes, eventFrame, type PartKind, partWords, wholeText, writePart } from "./written.ts";

interface Item {
  readonly value: JsonObject;
  readonly isDone: boolean;
}

interface OpenPart {
  readonly index: number;
  readonly kind: PartKind;
  readonly said: SaidText;
}

export interface SentEvent {
  readonly bytes: Buffer;
  /** Events that the client was sent before it. */
  readonly sentBefore: number;
}

/** A text that was said in pieces. */
export interface SaidText {
  text: string;
  /** How often it was said again as a whole. */
  repeats: number;
}

/** OpenAI's words for our reasons. */
const reasons = { length: "max_output_tokens" } as const satisfies Record<Ending["reason"], string>;

export class Closing {
  #response: JsonObject | undefined = undefined;
  #sequence: number;
  readonly #items = new Map<number, Item>();
  readonly #texts: ReadonlyMap<string, SaidText>;
  readonly #frames: Frame[] = [];

  /** `events`: those that began the response and its items. `sent`: all events, in number. */
  constructor(events: readonly SentEvent[], texts: ReadonlyMap<string, SaidText>, sent: number) {
    this.#texts = texts;
    this.#sequence = sent;
    for (const { bytes, sentBefore } of events) this.#learn(bytes, sent - sentBefore);
  }

  end(reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#response === undefined) return [];
    const output = [...this.#items].sort(([a], [b]) => a - b).map(([at, item]) => this.#close(at, item));
    const response: JsonObject = {
      ...this.#response,
      status: "incomplete",
      incomplete_details: { reason: reasons[reason] },
      output,
      usage: writeUsage(usage),
    };
    this.#say("response.incomplete", { response });
    const said = this.#frames.at(-1);
    if (said === undefined) return [];
    const end: Frame = {
      ...said,
      deltas: [
        { kind: "end", channel: "0", reason: reasons[reason], stop: reason },
        { kind: "usage", usage },
      ],
    };
    return [...this.#frames.slice(0, -1), end];
  }

  #learn(bytes: Buffer, sentSince: number): void {
    const { data } = readEvent(bytes, bomLength(bytes));
    const reading = data === undefined ? undefined : readJson(data);
    if (reading?.kind !== "json" || !isObject(reading.value)) return;
    const { type, response, item, output_index: index = 0, sequence_number: sequence } = reading.value;
    if (isObject(response)) this.#response ??= response;
    if (isObject(item) && typeof index === "number") {
      this.#items.set(index, { value: item, isDone: type === "response.output_item.done" });
    }
    // Whoever numbers events from another start, as a resumed stream does, is followed.
    if (typeof sequence === "number") this.#sequence = Math.max(this.#sequence, sequence + sentSince);
  }

  /** The item as it is left. */
  #close(at: number, { value, isDone }: Item): JsonObject {
    if (isDone) return value;
    const item = { ...value, ...this.#closeParts(at, value), status: "incomplete" };
    if (this.#isClosable(value)) this.#say("response.output_item.done", { output_index: at, item });
    return item;
  }

  /** A call that is closed would be taken for one to make. */
  #isClosable({ type }: JsonObject): boolean {
    return type === "message" || type === "reasoning";
  }

  #closeParts(at: number, { type, id = null }: JsonObject): JsonObject {
    const args = this.#texts.get(`tool.args 0/tool/${at}`)?.text;
    if (type === "function_call") return { arguments: args ?? "" };
    if (type === "custom_tool_call") return { input: args ?? "" };
    const parts = this.#partsOf(at);
    for (const part of parts) this.#closePart(part, { item_id: id, output_index: at });
    const written = (kinds: readonly string[]): JsonObject[] =>
      parts.filter(({ kind }) => kinds.includes(kind)).map(({ kind, said }) => writePart(kind, said.text));
    if (type === "message") return { content: written(["text", "refusal"]) };
    if (type !== "reasoning") return {};
    const shown = written(["reasoning"]);
    return { summary: written(["summary"]), ...(shown.length === 0 ? {} : { content: shown }) };
  }

  #partsOf(at: number): readonly OpenPart[] {
    const parts: OpenPart[] = [];
    for (const [key, said] of this.#texts) {
      const [kind = "", channel = ""] = key.split(" ");
      const [, item, ...place] = channel.split("/");
      if (item !== String(at) || (kind !== "text" && kind !== "refusal" && kind !== "reasoning")) continue;
      if (place.length === 1) parts.push({ index: Number(place[0]), kind, said });
      if (place.length === 2 && place[0] === "summary") {
        parts.push({ index: Number(place[1]), kind: "summary", said });
      }
    }
    return parts.filter(({ index }) => Number.isInteger(index)).sort((a, b) => a.index - b.index);
  }

  /** Said once as a whole, the text is done; said twice, the part is, too. */
  #closePart({ index, kind, said: { text, repeats } }: OpenPart, item: JsonObject): void {
    const words = partWords[kind];
    const place = { ...item, [words.index]: index };
    if (repeats < 1) this.#say(`${words.ofText}.done`, { ...place, ...wholeText(kind, text) });
    if (repeats < 2) this.#say(`${words.ofPart}.done`, { ...place, part: writePart(kind, text) });
  }

  #say(type: string, members: JsonObject): void {
    this.#frames.push(eventFrame(eventBytes(type, this.#sequence++, members)));
  }
}
