// Owns the structural features of a segment: what concepts meet, how it begins, how it is written. Knows no
// weight.

import { markCount, type Segment, way } from "../classifier/segment.ts";
import { concept, conceptCount } from "./concepts.ts";

export const signalBits = 13;
export const signalCount = 1 << signalBits;
const mask = signalCount - 1;

/** More than a segment ever has. */
export const signalsMax = 1_024;
const pairWordsMax = 6;
const hitsLooked = 48;

function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) & mask;
}

function id(kind: number, a: number, b: number, c: number): number {
  return spread(
    Math.imul(Math.imul(Math.imul(kind * 0x9e37 + 17, 0x01000193) ^ a, 0x01000193) ^ b, 0x01000193) ^ c,
  );
}

const kind = {
  single: 1,
  pair: 2,
  triple: 3,
  start: 4,
  startWord: 5,
  mark: 6,
  way: 7,
  startTwo: 8,
  place: 9,
};

/** Text that somebody else wrote, or the user. A signal may mean more in one of them. */
export type Voice = "user" | "foreign";

/** Fills `ids`, each number once at most per kind of thing, and says how many there are. */
export function signalsOf(segment: Segment, voice: Voice, ids: Int32Array): number {
  const plain = markSignals(segment, ids, startSignals(segment, ids, conceptSignals(segment, ids, 0)));
  if (voice === "user") return plain;
  for (let at = 0; at < plain; at++)
    ids[plain + at] = spread(Math.imul(ids[at] as number, 0x85eb_ca6b) ^ 0x5bd1);
  ids[2 * plain] = id(kind.place, 1, 0, 0);
  return 2 * plain + 1;
}

function conceptSignals(
  { hits, hitWays, hitWords, hitCount }: Segment,
  ids: Int32Array,
  from: number,
): number {
  let count = from;
  const last = Math.min(hitCount, hitsLooked);
  for (let at = 0; at < last && count < 400; at++) {
    const here = hits[at] as number;
    const written = hitWays[at] as number;
    ids[count++] = id(kind.single, here, 0, 0);
    if (written !== way.plain) ids[count++] = id(kind.way, written, here, 0);
    let before = -1;
    for (let back = at - 1; back >= 0 && back >= at - 5; back--) {
      if ((hitWords[at] as number) - (hitWords[back] as number) > pairWordsMax) break;
      const there = hits[back] as number;
      ids[count++] = id(kind.pair, there, here, 0);
      if (before >= 0) ids[count++] = id(kind.triple, there, before, here);
      else before = there;
    }
  }
  return count;
}

function startSignals({ words, wordConcepts, wordCount }: Segment, ids: Int32Array, from: number): number {
  let count = from;
  if (wordCount === 0) return count;
  ids[count++] = id(kind.startWord, words[0] as number, 0, 0);
  ids[count++] = id(kind.start, wordConcepts[0] as number, wordConcepts[1] ?? 0, 0);
  if (wordCount > 1) ids[count++] = id(kind.startTwo, words[0] as number, words[1] as number, 0);
  return count;
}

const shares = [0, 0.01, 0.03, 0.08, 0.16, 0.3, 0.5];

function step(share: number): number {
  let at = 0;
  while (at < shares.length && share > (shares[at] as number)) at++;
  return at;
}

function markSignals({ marks, unitCount, wordCount }: Segment, ids: Int32Array, from: number): number {
  let count = from;
  const units = Math.max(unitCount, 24);
  for (let counted = 0; counted < markCount; counted++) {
    const met = marks[counted] as number;
    if (met > 0) ids[count++] = id(kind.mark, counted, step(met / units), 0);
  }
  ids[count++] = id(kind.mark, 100, Math.min(8, Math.floor(Math.log2(wordCount + 1) * 1.5)), 0);
  ids[count++] = id(kind.mark, 101, step(wordCount / units), 0);
  return count;
}

/** What lay encoded in the segment said `met`. */
export function encodedSignal(met: number): number {
  return id(kind.way, way.encoded, met % conceptCount, concept.encoding);
}
