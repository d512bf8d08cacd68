// Owns the ways an answer is read: cut into units, taken whole, or not at all. Must not know any format.

import type { FrameReader } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { Carry } from "./carry.ts";
import type { Cutter } from "./sse.ts";

/** What a stream's format makes of its units. */
export interface UnitDecoder {
  decode(unit: Buffer): Frame | Refusal;
  /** No more comes. `rest`: a unit without its end. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal;
}

export class StreamReader implements FrameReader {
  readonly #cutter: Cutter;
  readonly #decoder: UnitDecoder;

  constructor(cutter: Cutter, decoder: UnitDecoder) {
    this.#cutter = cutter;
    this.#decoder = decoder;
  }

  push(chunk: Buffer): readonly Frame[] | Refusal {
    const units = this.#cutter.push(chunk);
    if ("kind" in units) return units;
    const frames = new Array<Frame>(units.length);
    for (let at = 0; at < units.length; at++) {
      const frame = this.#decoder.decode(units[at] as Buffer);
      if (frame.kind === "refusal") return frame;
      frames[at] = frame;
    }
    return frames;
  }

  end(): readonly Frame[] | Refusal {
    return this.#decoder.finish(this.#cutter.rest());
  }
}

/** A whole body is one frame; an empty one is none unless the format says otherwise. */
export class WholeReader implements FrameReader {
  readonly #bytesMax: number;
  readonly #decode: (body: Buffer) => readonly Frame[] | Refusal;
  readonly #carry = new Carry();

  constructor(bytesMax: number, decode: (body: Buffer) => readonly Frame[] | Refusal) {
    this.#bytesMax = bytesMax;
    this.#decode = decode;
  }

  push(chunk: Buffer): readonly Frame[] | Refusal {
    this.#carry.add(chunk);
    return this.#carry.length > this.#bytesMax ? refuse("upstream_too_large") : [];
  }

  end(): readonly Frame[] | Refusal {
    return this.#decode(this.#carry.take() ?? Buffer.alloc(0));
  }
}

/** For an answer that is refused by its head. */
export function refusingReader(refusal: Refusal): FrameReader {
  return { push: () => refusal, end: () => refusal };
}
