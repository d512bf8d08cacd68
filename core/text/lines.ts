// Owns cutting a byte stream into lines that end in LF (NDJSON). Must not read what is on them.

import { type Refusal, refuse } from "../contracts/refusal.ts";
import { Carry } from "./carry.ts";
import { lineFeed } from "./line-ends.ts";
import type { Cutter } from "./sse.ts";

/** A unit is a line with its end. */
export class LineCutter implements Cutter {
  readonly #bytesMax: number;
  readonly #carry = new Carry();

  /** `bytesMax`: one line. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): readonly Buffer[] | Refusal {
    const units: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      const unit = this.#unit(chunk.subarray(start, end + 1));
      if (unit.length > this.#bytesMax) return refuse("upstream_too_large");
      units.push(unit);
      start = end + 1;
    }
    this.#carry.add(chunk.subarray(start));
    return this.#carry.length > this.#bytesMax ? refuse("upstream_too_large") : units;
  }

  rest(): Buffer | undefined {
    return this.#carry.take();
  }

  #unit(piece: Buffer): Buffer {
    if (this.#carry.length === 0) return piece;
    this.#carry.add(piece);
    return this.#carry.take() ?? piece;
  }
}
