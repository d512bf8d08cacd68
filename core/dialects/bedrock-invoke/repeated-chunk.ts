// Owns knowing a chunk again whose event differs from one read before in its texts alone: only what follows
// the bytes that all of these have is taken out of base64. Knows no event.

import type { Delta } from "../../contracts/frame.ts";
import { contentOf, headersBytesOf } from "../../text/eventstream-message.ts";
import type { PlacedText } from "../placed-text.ts";
import { asEvent, RepeatedEvent } from "../repeated-event.ts";

const equals = 0x3d;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Of a base64 letter, by its code; less than none for others. */
const digits = new Int8Array(256).fill(-1);
for (let digit = 0; digit < letters.length; digit++) digits[letters.charCodeAt(digit)] = digit;

/** What AWS pads with, to hide how long the event is, from its first letter on. */
const padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/** What may stand behind the event, by its length. */
const ends: readonly (string | undefined)[] = Array.from({ length: padding.length + 10 }, (_, length) => {
  if (length === 2) return '"}';
  return length < 9 ? undefined : `","p":"${padding.slice(0, length - 9)}"}`;
});

/** What has been decoded; a longer rest is read like any other. */
const decoded = Buffer.alloc(1024);

export class RepeatedChunk {
  readonly #event = new RepeatedEvent();
  #headersBytes = 0;
  /** The headers, and the payload up to the group of base64 with the event's first text; empty: none. */
  #opening = "";
  /** Of the event, in the opening. */
  #knownBytes = 0;

  /** What the message says, where it is one more of the same. */
  match(unit: Buffer): readonly PlacedText[] | undefined {
    const { length } = this.#opening;
    if (length === 0 || headersBytesOf(unit) !== this.#headersBytes) return undefined;
    const content = contentOf(unit);
    if (content.slice(0, length) !== this.#opening) return undefined;
    const rest = decodeFrom(content, length);
    return rest === undefined ? undefined : this.#event.matchRest(rest, this.#knownBytes);
  }

  /** The same of an event that is wrapped in another way, or in another message. */
  matchEvent(data: Buffer): readonly PlacedText[] | undefined {
    return this.#event.match(data);
  }

  /** `data`: the event in the message, read strictly. */
  learn(unit: Buffer, data: Buffer, deltas: readonly Delta[]): void {
    if (!this.#event.learn(data, asEvent(data), deltas)) return;
    const { fixedBytes } = this.#event;
    this.#knownBytes = fixedBytes - (fixedBytes % 3);
    this.#headersBytes = headersBytesOf(unit);
    const headers = contentOf(unit).slice(0, this.#headersBytes);
    const base64 = data.toString("base64", 0, this.#knownBytes);
    this.#opening = fixedBytes === 0 ? "" : `${headers}{"bytes":"${base64}`;
  }

  /** What an event says has changed, be it the same in its bytes. */
  forget(): void {
    this.#event.forget();
    this.#opening = "";
  }
}

/** What was left of the event, as Latin-1; `undefined`: something else stands there, or behind it. */
function decodeFrom(content: string, start: number): string | undefined {
  const end = Math.min(content.length - 4, start + decoded.length);
  let at = start;
  let length = 0;
  for (; at < end; at += 4) {
    const group = pairAt(content, at, 18) | pairAt(content, at + 2, 6);
    if (group < 0) break;
    decoded[length++] = group >> 16;
    decoded[length++] = group >> 8;
    decoded[length++] = group;
  }
  if (at < end && content.charCodeAt(at + 3) === equals) {
    const isOne = content.charCodeAt(at + 2) === equals;
    const group = pairAt(content, at, 18) | (isOne ? 0 : digitAt(content, at + 2) << 6);
    if (group < 0) return undefined;
    decoded[length++] = group >> 16;
    if (!isOne) decoded[length++] = group >> 8;
    at += 4;
  }
  const isWhole = content.slice(at) === ends[content.length - at];
  return isWhole ? decoded.toString("latin1", 0, length) : undefined;
}

/** Two letters, the first moved up by `shift`; less than none where something else stands there. */
function pairAt(content: string, at: number, shift: number): number {
  return (digitAt(content, at) << shift) | (digitAt(content, at + 1) << (shift - 6));
}

/** Latin-1 has no code that is not in the table. */
function digitAt(content: string, at: number): number {
  return digits[content.charCodeAt(at)] as number;
}
