// Owns reading the events of a streamed completion. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { quote } from "../../text/scan.ts";
import { locate, type Span } from "../../text/splice.ts";
import { bomLength, readEvent, type SseEvent } from "../../text/sse-event.ts";
import { type Slot, Template } from "../../text/template.ts";
import { isPlaced, type PlacedText } from "../placed-text.ts";

const doneMark = /^\[DONE\]\s*$/;
const nothing: readonly Delta[] = [];
const error: Delta = { kind: "error", status: undefined };

/** Padding that hides how long a word is; new in each chunk (OpenAI, Azure). */
const paddings = ["/obfuscation", "/p"];

/** Templates made in a row of which none ever matched: a stream that changes all the time is not for them. */
const triesMax = 4;

/** What an event's JSON says; `undefined`: it is none of this format. */
export type ReadDeltas = (value: JsonValue) => readonly Delta[] | undefined;

export class ChatStream implements UnitDecoder {
  readonly #readDeltas: ReadDeltas;
  #isFirst = true;
  /** `[DONE]` came, or an error: nothing more is owed. */
  #isEnded = false;
  #template: Template | undefined = undefined;
  /** What the template's event says. */
  #model: readonly PlacedText[] = [];
  #triesLeft = triesMax;

  constructor(readDeltas: ReadDeltas) {
    this.#readDeltas = readDeltas;
  }

  decode(unit: Buffer): Frame | Refusal {
    return this.#repeat(unit) ?? this.#read(unit);
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const wasEnded = this.#isEnded;
    const frame = rest === undefined ? undefined : this.#read(rest);
    if (!this.#isEnded) return refuse("upstream_truncated");
    if (frame === undefined) return [];
    if (frame.kind === "refusal") return wasEnded ? frame : refuse("upstream_truncated");
    return [frame];
  }

  #repeat(unit: Buffer): Frame | undefined {
    const texts = this.#template?.match(unit);
    if (texts === undefined || texts.includes("")) return undefined;
    this.#triesLeft = triesMax;
    const deltas = this.#model.map(({ kind, channel, mode, pointer }, at) => {
      const text: PlacedText = { kind, channel, text: texts[at] as string, mode, pointer };
      return text;
    });
    return { kind: "frame", bytes: unit, deltas };
  }

  #read(unit: Buffer): Frame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const event = readEvent(unit, start);
    const deltas = event.data === undefined ? nothing : this.#readData(event.data, event.name);
    if ("kind" in deltas) return deltas;
    if (start === 0) this.#learn(unit, event, deltas);
    return { kind: "frame", bytes: unit, deltas };
  }

  #readData(data: Buffer, name: string): readonly Delta[] | Refusal {
    if (data[1] === 0x44 && doneMark.test(data.toString())) {
      this.#isEnded = true;
      return nothing;
    }
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const deltas = this.#readDeltas(reading.value);
    if (deltas === undefined) return refuse("upstream_malformed");
    const hasError = deltas.some(({ kind }) => kind === "error");
    if (name !== "error" && !hasError) return deltas;
    this.#isEnded = true;
    return hasError ? deltas : [error, ...deltas];
  }

  /** Makes a template of an event that says nothing but texts. */
  #learn(unit: Buffer, { data, lines }: SseEvent, deltas: readonly Delta[]): void {
    const [line, ...others] = lines;
    if (line === undefined || data === undefined || others.length > 0) return;
    if (deltas.length === 0 || !deltas.every(isPlaced)) return;
    this.#template = undefined;
    if (this.#triesLeft === 0) return;
    this.#triesLeft--;
    const spans = locate(data, [...deltas.map(({ pointer }) => pointer), ...paddings]);
    const slots = spans
      .map((span, at) => slotOf(span, { line, data, index: at < deltas.length ? at : undefined }))
      .filter((slot) => slot !== undefined)
      .sort((a, b) => a.start - b.start);
    this.#template = new Template(unit, slots);
    this.#model = deltas;
  }
}

interface SlotPlace {
  readonly line: Span;
  readonly data: Buffer;
  readonly index: number | undefined;
}

function slotOf(span: Span | undefined, { line, data, index }: SlotPlace): Slot | undefined {
  if (span === undefined || data[span.start] !== quote) return undefined;
  return { start: line.start + span.start, end: line.start + span.end, index };
}
