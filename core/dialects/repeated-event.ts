// Owns knowing a stream's event again that differs from the one before in its texts alone. Knows no format.

import type { Delta } from "../contracts/frame.ts";
import { quote } from "../text/scan.ts";
import { locate, type Span } from "../text/splice.ts";
import type { SseEvent } from "../text/sse-event.ts";
import { type Slot, Template } from "../text/template.ts";
import { isPlaced, type PlacedText } from "./placed-text.ts";

/** Templates made in a row of which none ever matched: a stream that changes all the time is not for them. */
const triesMax = 4;

export class RepeatedEvent {
  /** Strings that hide how long a word is: new in each event, read by nobody. RFC 6901. */
  readonly #paddings: readonly string[];
  #template: Template | undefined = undefined;
  /** What the template's event says. */
  #model: readonly PlacedText[] = [];
  #triesLeft = triesMax;

  constructor(paddings: readonly string[] = []) {
    this.#paddings = paddings;
  }

  /** What the unit says, where it is one more of the same. */
  match(unit: Buffer): readonly PlacedText[] | undefined {
    const texts = this.#template?.match(unit);
    if (texts === undefined || texts.includes("")) return undefined;
    this.#triesLeft = triesMax;
    return this.#model.map(({ kind, channel, mode, pointer }, at) => ({
      kind,
      channel,
      text: texts[at] as string,
      mode,
      pointer,
    }));
  }

  /** The next ones may be like this one, which was read strictly. Only where it says nothing but texts. */
  learn(unit: Buffer, { data, lines }: SseEvent, deltas: readonly Delta[]): void {
    const [line, ...others] = lines;
    if (line === undefined || data === undefined || others.length > 0) return;
    if (deltas.length === 0 || !deltas.every(isPlaced) || deltas.some(({ isObject }) => isObject)) return;
    this.#template = undefined;
    if (this.#triesLeft === 0) return;
    this.#triesLeft--;
    const spans = locate(data, [...deltas.map(({ pointer }) => pointer), ...this.#paddings]);
    const slots = spans
      .map((span, at) => slotOf(span, { line, data, index: at < deltas.length ? at : undefined }))
      .filter((slot) => slot !== undefined)
      .sort((a, b) => a.start - b.start);
    this.#template = new Template(unit, slots);
    this.#model = deltas;
  }

  /** What an event says has changed, be it the same in its bytes. */
  forget(): void {
    this.#template = undefined;
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
