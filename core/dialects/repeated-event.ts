// Owns knowing a stream's event again that differs from the one before in its texts and counts alone. Knows
// no format.

import type { Delta } from "../contracts/frame.ts";
import { memberNamedAt } from "../text/pointer.ts";
import { quote } from "../text/scan.ts";
import { locate, type Span } from "../text/splice.ts";
import type { SseEvent } from "../text/sse-event.ts";
import { type Found, type Slot, Template } from "../text/template.ts";
import { isPlaced, type PlacedText } from "./placed-text.ts";

/** Templates made in a row of which none ever matched: a stream that changes all the time is not for them. */
const triesMax = 4;

export class RepeatedEvent {
  /** Strings that hide how long a word is, numbers of events: new in each, read by nobody. RFC 6901. */
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
    const found = this.find(unit);
    return found && this.texts(found);
  }

  /** Its texts and then its counts, where it is one more of the same. */
  find(unit: Buffer): Found | undefined {
    const found = this.#template?.match(unit);
    if (found !== undefined) this.#triesLeft = triesMax;
    return found;
  }

  /** The unit's bytes that every match begins with. */
  get fixedBytes(): number {
    return this.#template?.fixedBytes ?? 0;
  }

  /** As `match` does, where the first bytes are known to be a match's; at most `fixedBytes`. */
  matchRest(latin1: string, knownBytes: number): readonly PlacedText[] | undefined {
    const template = this.#template;
    const found = template?.matchText(latin1, -knownBytes);
    if (found === undefined || template?.end !== latin1.length) return undefined;
    this.#triesLeft = triesMax;
    return this.texts(found);
  }

  texts(found: Found): PlacedText[] {
    return this.#model.map(({ kind, channel, mode, pointer, reach }, at) => ({
      kind,
      channel,
      text: found[at] as string,
      mode,
      pointer,
      ...(reach !== undefined && { reach }),
    }));
  }

  /**
   * The next ones may be like this one, which was read strictly. Only where it says nothing but texts.
   * `counts`: pointers to numbers that are read. False: what was learned before still holds.
   */
  learn(
    unit: Buffer,
    { data, lines }: SseEvent,
    deltas: readonly Delta[],
    counts: readonly string[] = [],
  ): boolean {
    const [line, ...others] = lines;
    if (line === undefined || data === undefined || others.length > 0) return false;
    if (deltas.length === 0 || !deltas.every(isPlaced) || deltas.some(({ isObject }) => isObject))
      return false;
    this.#template = undefined;
    if (this.#triesLeft === 0) return true;
    this.#triesLeft--;
    const read = [...deltas.map(({ pointer }) => pointer), ...counts];
    const spans = locate(data, [...read, ...this.#paddings]);
    // A name, or a number: another in its place may say something else.
    if (deltas.some((_, at) => isOther(spans[at], data)) || deltas.some(isNamed)) return true;
    const slots = spans
      .map((span, at) => slotOf(span, { line, data, index: at < read.length ? at : undefined }))
      .filter((slot) => slot !== undefined)
      .sort((a, b) => a.start - b.start);
    this.#template = new Template(unit, slots);
    this.#model = deltas;
    return true;
  }

  /** What an event says has changed, be it the same in its bytes. */
  forget(): void {
    this.#template = undefined;
  }
}

/** A text that is one event by itself, all of it data. */
export function asEvent(data: Buffer): SseEvent {
  const line = { start: 0, end: data.length, lineStart: 0, lineEnd: data.length };
  return { name: "", data, lines: [line] };
}

function isOther(span: Span | undefined, data: Buffer): boolean {
  return span === undefined || data[span.start] !== quote;
}

function isNamed({ pointer }: PlacedText): boolean {
  return memberNamedAt(pointer) !== undefined;
}

interface SlotPlace {
  readonly line: Span;
  readonly data: Buffer;
  readonly index: number | undefined;
}

const digits = /^\d+$/;

function slotOf(span: Span | undefined, { line, data, index }: SlotPlace): Slot | undefined {
  if (span === undefined) return undefined;
  const isText = data[span.start] === quote;
  if (!isText && !digits.test(data.toString("latin1", span.start, span.end))) return undefined;
  return { start: line.start + span.start, end: line.start + span.end, index };
}
