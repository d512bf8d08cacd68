// Owns numbers that a JSON text writes and no double holds. Knows no schema.

import type { JsonValue } from "../contracts/json.ts";

type Revive = (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue;
/** TypeScript's own types do not know the third argument yet. */
const parse = JSON.parse as (text: string, revive: Revive) => JsonValue;

/** A text without a number of so many digits holds none that a double cannot. */
const longNumber = /\d{16}/;
const longNumberLength = 16;

export interface Neighbours {
  readonly below: JsonValue;
  readonly above: JsonValue;
}

/**
 * The value twice, with the doubles on both sides of each whole number between two: what holds of both holds
 * of the number. Undefined: all numbers are what they seem. The text has been read strictly before.
 */
export function neighboursOf(text: string): Neighbours | undefined {
  if (text.length < longNumberLength || !hasLongNumber(text)) return undefined;
  let isExact = true;
  const read = (side: "below" | "above"): JsonValue =>
    parse(text, (_key, value, { source }) => {
      if (typeof value !== "number" || source === undefined || !/^-?\d+$/.test(source)) return value;
      const [written, held] = [BigInt(source), BigInt(value)];
      if (written === held) return value;
      isExact = false;
      const isHeldBelow = held < written;
      if (isHeldBelow === (side === "below")) return value;
      return nextTo(value, side);
    });
  const below = read("below");
  return isExact ? undefined : { below, above: read("above") };
}

/** Outside of its strings, where ids and the like often have as many digits. */
function hasLongNumber(text: string): boolean {
  let from = 0;
  for (;;) {
    const quote = text.indexOf('"', from);
    const end = quote === -1 ? text.length : quote;
    if (end - from >= longNumberLength && longNumber.test(text.slice(from, end))) return true;
    if (quote === -1) return false;
    from = endOfString(text, quote);
  }
}

/** Behind the quote that closes the string. */
function endOfString(text: string, open: number): number {
  for (let quote = text.indexOf('"', open + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text[quote - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
  }
  return text.length;
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

function nextTo(value: number, side: "below" | "above"): number {
  double[0] = value;
  const isOutward = value > 0 === (side === "above");
  bits[0] = (bits[0] ?? 0n) + (isOutward ? 1n : -1n);
  return double[0] ?? value;
}
