// Owns measuring one text against bounds of its length. Knows no policy.

import type { Finding, Scan, Scanner } from "../../contracts/guard.ts";

export interface Bounds {
  /** UTF-16 units. */
  readonly charsMin: number;
  readonly charsMax: number;
  /** In UTF-8. */
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/** What the findings are called. */
export interface BoundTypes {
  readonly short: string;
  readonly long: string;
}

/** To the end, wherever that is. */
const openEnd = Number.MAX_SAFE_INTEGER;

/** A character of two units may be cut at either end. */
const hasHalf = /^[\udc00-\udfff]|[\ud800-\udbff]$/;

export class BoundScanner implements Scanner {
  readonly #bounds: Bounds;
  readonly #types: BoundTypes;
  #units = 0;
  #bytes = 0;
  /** The first half of a character whose second has not come. */
  #half = 0;
  #isTold = false;

  constructor(bounds: Bounds, types: BoundTypes) {
    this.#bounds = bounds;
    this.#types = types;
  }

  push(text: string): Scan {
    const at = this.#isTold ? -1 : this.#firstBeyond(text);
    if (this.#isTold) this.#units += text.length;
    if (at < 0) return { findings: [], decided: this.#decided() };
    this.#isTold = true;
    const finding = { type: this.#types.long, start: at, end: openEnd, score: 1, method: "bound" } as const;
    return { findings: [finding], decided: this.#units };
  }

  /** A text that is too short so far is held, so that it can still be stopped. */
  #decided(): number {
    const { charsMin, bytesMin } = this.#bounds;
    const isShort = this.#units < charsMin || this.#bytes + 3 * this.#half < bytesMin;
    return isShort && !this.#isTold ? 0 : this.#units - this.#half;
  }

  end(): readonly Finding[] {
    const { charsMin, charsMax, bytesMin, bytesMax } = this.#bounds;
    const bytes = this.#bytes + 3 * this.#half;
    const { short, long } = this.#types;
    if (!this.#isTold && this.#half > 0 && (this.#units > charsMax || bytes > bytesMax)) {
      return [{ type: long, start: this.#units - 1, end: openEnd, score: 1, method: "bound" }];
    }
    if (this.#units >= charsMin && bytes >= bytesMin) return [];
    return [{ type: short, start: 0, end: 0, score: 1, method: "bound" }];
  }

  /** Where the first character begins that does not fit; −1: all do so far. */
  #firstBeyond(text: string): number {
    const { charsMax, bytesMax } = this.#bounds;
    if (this.#half === 0 && this.#units + text.length <= charsMax && !hasHalf.test(text)) {
      const bytes = this.#bytes + Buffer.byteLength(text);
      if (bytes <= bytesMax) {
        this.#units += text.length;
        this.#bytes = bytes;
        return -1;
      }
    }
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const isSecond = this.#half > 0 && code >= 0xdc00 && code <= 0xdfff;
      if (this.#half > 0 && !isSecond && !this.#fits(3)) return this.#stop(text, at, this.#units - 1);
      const start = this.#units - (isSecond ? 1 : 0);
      this.#units += 1;
      this.#half = code >= 0xd800 && code <= 0xdbff ? 1 : 0;
      const bytes = isSecond ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
      if (this.#half === 0 && !this.#fits(bytes)) return this.#stop(text, at + 1, start);
    }
    return -1;
  }

  /** Counts the bytes of a character whose units are counted. */
  #fits(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#units <= this.#bounds.charsMax && this.#bytes <= this.#bounds.bytesMax;
  }

  /** From `at` on nothing is measured any more. */
  #stop(text: string, at: number, start: number): number {
    this.#units += text.length - at;
    this.#half = 0;
    return start;
  }
}
