// Owns cutting one JSON array that arrives over time into its elements. Must not judge or read them.

import { type Refusal, refuse } from "../contracts/refusal.ts";
import { Carry } from "./carry.ts";
import * as scan from "./scan.ts";
import type { Cutter } from "./sse.ts";

/**
 * A unit runs up to the end of an element that is an object or a list, with what stands before it: the
 * array's bracket, a comma, space. The last one is the closing bracket.
 */
export class ArrayCutter implements Cutter {
  readonly #bytesMax: number;
  readonly #carry = new Carry();
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** `bytesMax`: one unit. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): readonly Buffer[] | Refusal {
    const units: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.#isInString) at = this.#passString(chunk, at);
      else if (this.#endsUnit(chunk[at])) {
        const unit = this.#unit(chunk.subarray(start, at + 1));
        if (unit.length > this.#bytesMax) return refuse("upstream_too_large");
        units.push(unit);
        start = at + 1;
      }
    }
    this.#carry.add(chunk.subarray(start));
    return this.#carry.length > this.#bytesMax ? refuse("upstream_too_large") : units;
  }

  rest(): Buffer | undefined {
    return this.#carry.take();
  }

  #endsUnit(byte: number | undefined): boolean {
    if (byte === scan.quote) this.#isInString = true;
    else if (byte === scan.openBrace || byte === scan.openBracket) this.#depth++;
    else if (byte === scan.closeBrace || byte === scan.closeBracket) return --this.#depth <= 1;
    return false;
  }

  /** The index of the closing quote, or of the chunk's last byte. */
  #passString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === scan.backslash) this.#isEscaped = true;
      else if (byte === scan.quote) {
        this.#isInString = false;
        return at;
      }
    }
    return chunk.length - 1;
  }

  #unit(piece: Buffer): Buffer {
    if (this.#carry.length === 0) return piece;
    this.#carry.add(piece);
    return this.#carry.take() ?? piece;
  }
}
