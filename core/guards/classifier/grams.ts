// Owns the hashed features of a segment's letters and words. Knows no weight.

import type { Segment } from "./segment.ts";
import { learnUnit, script, unitInfo } from "./units.ts";

const prime = 0x01000193;
const wordSalt = 0x3c6ef372;
const pairSalt = 0x1f83d9ab;
const tripleSalt = 0x5be0cd19;
const shortSalt = 0x2545f491;

function spread(hash: number, mask: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & mask;
}

/** More than a segment ever has. */
export const gramsMax = 4_608;

export interface GramOrders {
  /** Words in a row, up to three. */
  readonly words: number;
  /** Letters in a row, 3 to this; 0: none. */
  readonly letters: number;
}

/**
 * Fills `ids` with numbers of 0 to `mask` and says how many there are; a thing that stands twice is twice
 * there.
 */
export function gramsOf(segment: Segment, orders: GramOrders, ids: Int32Array, mask: number): number {
  const count = letterGrams(segment, orders.letters, ids, mask);
  return wordGrams(segment, orders.words, ids, { mask, count });
}

function letterGrams({ units, unitCount }: Segment, longest: number, ids: Int32Array, mask: number): number {
  let count = 0;
  if (longest < 3) return 0;
  for (let at = 0; at + 1 < unitCount; at++) {
    const first = units[at] as number;
    const second = units[at + 1] as number;
    const two = Math.imul(Math.imul(first ^ 0x811c9dc5, prime) ^ second, prime);
    if (first > 0x590 && isJoined(first)) {
      ids[count++] = spread(two ^ shortSalt, mask);
    }
    if (at + 2 >= unitCount) break;
    const three = Math.imul(two ^ (units[at + 2] as number), prime);
    ids[count++] = spread(three, mask);
    if (longest < 4 || at + 3 >= unitCount) continue;
    const four = Math.imul(three ^ (units[at + 3] as number), prime);
    ids[count++] = spread(four, mask);
    if (longest < 5 || at + 4 >= unitCount) continue;
    ids[count++] = spread(Math.imul(four ^ (units[at + 4] as number), prime), mask);
  }
  return count;
}

/** A folded letter may be one that no text has held yet: what it is told of must not depend on that. */
function isJoined(unit: number): boolean {
  return ((((unitInfo[unit] as number) || learnUnit(unit)) >>> 20) & script.joined) !== 0;
}

function wordGrams(
  { words, wordCount }: Segment,
  longest: number,
  ids: Int32Array,
  { mask, count }: { mask: number; count: number },
): number {
  let filled = count;
  let [before, farther] = [0, 0];
  for (let at = 0; at < wordCount; at++) {
    const word = words[at] as number;
    ids[filled++] = spread(word ^ wordSalt, mask);
    if (longest > 1) ids[filled++] = spread(Math.imul(before, prime) ^ word ^ pairSalt, mask);
    if (longest > 2 && at > 1) {
      const three = Math.imul(Math.imul(farther, prime) ^ before, prime) ^ word ^ tripleSalt;
      ids[filled++] = spread(three, mask);
    }
    farther = before;
    before = word;
  }
  return filled;
}
