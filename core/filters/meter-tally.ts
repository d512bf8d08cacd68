// Owns what an answer has said that no usage accounts for yet: its text, within a bound, to be counted if it
// must be. Knows no price.

import { estimateBytes, estimateTokens } from "../tokenizer/estimate.ts";
import type { VendorTokens } from "../tokenizer/vendors.ts";

/** Kept of one answer; what is beyond is estimated by its length. */
const keptCharsMax = 32 * 1024;

export class Tally {
  readonly #texts: string[] = [];
  #keptChars = 0;
  #beyondBytes = 0;
  #beyondDeltas = 0;
  #calls = 0;

  addText(text: string): void {
    if (this.#keptChars < keptCharsMax) {
      this.#texts.push(text);
      this.#keptChars += text.length;
    } else {
      this.#beyondBytes += Buffer.byteLength(text);
      this.#beyondDeltas += 1;
    }
  }

  addCall(): void {
    this.#calls += 1;
  }

  get texts(): readonly string[] {
    return this.#texts.length === 0 ? [] : [this.#texts.join("")];
  }

  /**
   * `counted`: tokens of `texts`; undefined: nobody could count them. A delta is a token at least, so there
   * are never fewer than were streamed.
   */
  tokens(counted: number | undefined, { factor, callTokens }: VendorTokens): number {
    const kept = counted ?? this.texts.reduce((sum, text) => sum + estimateTokens(text), 0);
    const texts = Math.ceil((kept + estimateBytes(this.#beyondBytes)) * factor);
    return Math.max(texts, this.#texts.length + this.#beyondDeltas) + this.#calls * callTokens;
  }
}
