// Owns where something stands in a text, by whatever a service counts: its code points or its UTF-16 units.
// Knows no service.

import type { JsonValue } from "../../contracts/json.ts";
import type { Place } from "./findings.ts";

/** Python counts code points; JavaScript, Java and .NET UTF-16 units. */
export type OffsetUnit = "utf16" | "codepoints";

export class Places {
  readonly #text: string;
  readonly #unit: OffsetUnit;
  /** Undefined until it is needed; null where both count the same. */
  #starts: Uint32Array | null | undefined = undefined;

  constructor(text: string, unit: OffsetUnit) {
    this.#text = text;
    this.#unit = unit;
  }

  /** Undefined: that is no place in a text. What reaches beyond its end ends there. */
  at(start: JsonValue | undefined, end: JsonValue | undefined): Place | undefined {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return undefined;
    const from = this.#toUnit(Math.max(0, Number(start)));
    const to = this.#toUnit(Math.max(0, Number(end)));
    if (from >= to) return undefined;
    return { start: from - this.#halfAt(from), end: to + this.#halfAt(to) };
  }

  #toUnit(offset: number): number {
    const { length } = this.#text;
    if (this.#unit === "utf16") return Math.min(offset, length);
    if (this.#starts === undefined) this.#starts = startsOf(this.#text);
    return this.#starts === null ? Math.min(offset, length) : (this.#starts[offset] ?? length);
  }

  /** 1 where it is in the middle of a surrogate pair: half of one must not stay behind. */
  #halfAt(offset: number): number {
    if (offset === 0 || offset === this.#text.length) return 0;
    const [before, after] = [this.#text.charCodeAt(offset - 1), this.#text.charCodeAt(offset)];
    return isHigh(before) && isLow(after) ? 1 : 0;
  }
}

/** Where each code point begins; null where each is one unit. */
function startsOf(text: string): Uint32Array | null {
  if (!/[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text)) return null;
  const starts = new Uint32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    starts[count] = at;
    count += 1;
    if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) at += 1;
  }
  return starts.subarray(0, count);
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
