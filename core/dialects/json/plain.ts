// Owns an agent's answers that are no JSON: a text as a whole, or bytes that nobody here can read. Knows no
// policy.

import { isUtf8 } from "node:buffer";
import type { FrameReader, Writer } from "../../contracts/dialect.ts";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { changedTexts, edited, type PlacedText } from "../placed-text.ts";
import { rawWriter } from "../raw.ts";

/** A character of UTF-8 has so many bytes at most. */
const characterBytesMax = 4;
const nothing = Buffer.alloc(0);

/** Said once an answer, since no text stands for it. */
function unread(mediaType: string): Delta {
  return {
    kind: "media",
    channel: "0",
    mediaType: mediaType === "" ? undefined : mediaType,
    data: undefined,
    url: undefined,
  };
}

/** Chunk after chunk as it comes. */
export class UnreadReader implements FrameReader {
  readonly #mediaType: string;
  #isSaid = false;

  constructor(mediaType: string) {
    this.#mediaType = mediaType;
  }

  push(bytes: Buffer): readonly Frame[] {
    if (bytes.length === 0) return [];
    const deltas = this.#isSaid ? [] : [unread(this.#mediaType)];
    this.#isSaid = true;
    return [{ kind: "frame", bytes, deltas }];
  }

  end(): readonly Frame[] {
    return [];
  }
}

/** One text, cut where its characters are; from the first byte on that is no UTF-8 nobody reads it. */
export class PlainReader implements FrameReader {
  readonly #unread: UnreadReader;
  #isText = true;
  /** A character that has begun. */
  #begun: Buffer = nothing;

  constructor(mediaType: string) {
    this.#unread = new UnreadReader(mediaType);
  }

  push(chunk: Buffer): readonly Frame[] {
    if (!this.#isText) return this.#unread.push(chunk);
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    const end = endOfCharacters(bytes);
    this.#begun = Buffer.from(bytes.subarray(end));
    const whole = bytes.subarray(0, end);
    if (whole.length === 0) return [];
    if (isUtf8(whole)) return [{ kind: "frame", bytes: whole, deltas: [textOf(whole)] }];
    this.#isText = false;
    this.#begun = nothing;
    return this.#unread.push(bytes);
  }

  end(): readonly Frame[] {
    return this.#unread.push(this.#begun);
  }
}

function textOf(bytes: Buffer): PlacedText {
  return { kind: "text", channel: "0", text: bytes.toString(), mode: "append", pointer: "" };
}

/** Where the last character begins that is not whole yet, or the end. */
function endOfCharacters(bytes: Buffer): number {
  for (let back = 1; back < characterBytesMax && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function lengthOf(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

/** It has no place for an error: whoever cuts it resets the connection. */
export const plainWriter: Writer = {
  ...rawWriter,
  edit(frame, deltas) {
    const edits = changedTexts(frame, deltas);
    const text = edits.get("");
    return typeof text === "string" ? edited(frame, Buffer.from(text), edits) : frame;
  },
};
