// Owns numbers that a JSON text writes and no double holds. Knows no schema.

import type { JsonValue } from "../contracts/json.ts";

type Revive = (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue;
/** TypeScript's own types do not know the third argument yet. */
const parse = JSON.parse as (text: string, revive: Revive) => JsonValue;

/** Whole numbers below it are what they seem, and those from it on stay there when they are read. */
const doubtfulFrom = 2 ** 53;

export interface Neighbours {
  readonly below: JsonValue;
  readonly above: JsonValue;
}

/**
 * The value twice, with the doubles on both sides of each whole number between two: what holds of both holds
 * of the number. Undefined: all numbers are what they seem. `value` is what the text says, read strictly.
 */
export function neighboursOf(value: JsonValue, text: string | Buffer): Neighbours | undefined {
  if (!hasDoubtful(value)) return undefined;
  const written = text.toString();
  let isExact = true;
  const read = (side: "below" | "above"): JsonValue =>
    parse(written, (_key, held, { source }) => {
      if (typeof held !== "number" || source === undefined || !/^-?\d+$/.test(source)) return held;
      const difference = differenceOf(source, held);
      if (difference === 0) return held;
      isExact = false;
      return difference > 0 === (side === "below") ? held : nextTo(held, side);
    });
  const below = read("below");
  return isExact ? undefined : { below, above: read("above") };
}

/** Above 0: more is written than held. What no double comes near is held to be endless. */
function differenceOf(source: string, held: number): number {
  if (!Number.isFinite(held)) return -held;
  const [written, exact] = [BigInt(source), BigInt(held)];
  return written === exact ? 0 : written > exact ? 1 : -1;
}

function hasDoubtful(value: JsonValue): boolean {
  if (typeof value === "number") return value >= doubtfulFrom || value <= -doubtfulFrom;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasDoubtful);
  for (const name in value) if (hasDoubtful(value[name] as JsonValue)) return true;
  return false;
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

function nextTo(value: number, side: "below" | "above"): number {
  double[0] = value;
  const isOutward = value > 0 === (side === "above");
  bits[0] = (bits[0] ?? 0n) + (isOutward ? 1n : -1n);
  return double[0] ?? value;
}
