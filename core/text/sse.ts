// Owns cutting a byte stream into server-sent events, as WHATWG HTML 9.2.6 ends them. Reads no field.

import { type Refusal, refuse } from "../contracts/refusal.ts";
import { Carry } from "./carry.ts";
import { carriageReturn, LineEnds, lineFeed } from "./line-ends.ts";

/** Cuts a stream into units whose bytes, put together again, are the stream. */
export interface Cutter {
  /** Units that are complete; parts of the chunk itself wherever one lies within it. */
  push(chunk: Buffer): readonly Buffer[] | Refusal;
  /** What is left when no more comes: a unit without its end. */
  rest(): Buffer | undefined;
}

/**
 * A unit runs up to and with an empty line: an event, a comment, or the empty line alone. Lines end in LF,
 * CRLF or CR. A unit is given out at once; where the LF of its last CRLF comes in a later chunk it opens the
 * next unit, in which an empty first line means nothing.
 */
export class SseCutter implements Cutter {
  readonly #bytesMax: number;
  readonly #carry = new Carry();
  #isLineEmpty = true;
  #isAfterReturn = false;

  /** `bytesMax`: one unit. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): readonly Buffer[] | Refusal {
    if (chunk.length === 0) return [];
    let units: Buffer[] | undefined;
    let start = 0;
    let at = this.#isAfterReturn && chunk[0] === lineFeed ? 1 : 0;
    const lines = new LineEnds(chunk, at);
    while (at < chunk.length) {
      const lineEnd = lines.from(at);
      if (lineEnd === -1) break;
      const isBlank = this.#isLineEmpty && lineEnd === at;
      this.#isLineEmpty = true;
      at = lines.skip(lineEnd);
      if (!isBlank) continue;
      const unit = this.#unit(chunk, start, at);
      if (unit.length > this.#bytesMax) return refuse("upstream_too_large");
      if (units === undefined) units = [unit];
      else units.push(unit);
      start = at;
    }
    if (at < chunk.length) this.#isLineEmpty = false;
    this.#isAfterReturn = chunk[chunk.length - 1] === carriageReturn;
    return this.#keep(chunk, start) ?? units ?? [];
  }

  rest(): Buffer | undefined {
    return this.#carry.take();
  }

  #unit(chunk: Buffer, start: number, end: number): Buffer {
    const piece = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
    if (this.#carry.length === 0) return piece;
    this.#carry.add(piece);
    return this.#carry.take() ?? piece;
  }

  #keep(chunk: Buffer, start: number): Refusal | undefined {
    if (start === chunk.length) return undefined;
    this.#carry.add(start === 0 ? chunk : chunk.subarray(start));
    return this.#carry.length > this.#bytesMax ? refuse("upstream_too_large") : undefined;
  }
}
