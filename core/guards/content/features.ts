// Owns the features of a segment as the content model knows them, for training and scanning alike. Knows
// no weight.

import { gramsMax, gramsOf } from "../classifier/grams.ts";
import { mark, type Segment, way } from "../classifier/segment.ts";

/** What a model is shaped by; written into its header. */
export interface FeatureShape {
  readonly gramBits: number;
  readonly letters: number;
  readonly words: number;
  readonly signalBits: number;
}

/** The first `count` of each; they hold until the next call. */
export interface SegmentFeatures {
  readonly grams: Int32Array;
  readonly gramCount: number;
  readonly signals: Int32Array;
  readonly signalCount: number;
}

/** Words between two concepts that belong together, and concepts that are looked at behind one. */
const apartMax = 8;
const behindMax = 8;
const hitsLooked = 64;
const signalsMax = hitsLooked * (2 + behindMax) + 16;
const signalSlots = 1 << 14;

const kind = { single: 1, pair: 2, near: 3, dressed: 4, start: 5, written: 6 } as const;

// One thread reads one segment at a time: these are filled again for each, and read before the next.
const gramIds = new Int32Array(gramsMax);
const signalIds = new Int32Array(signalsMax);
const seen = new Int32Array(signalSlots);
let turn = 0;
let filled = 0;

/** Each once a segment. */
function add(what: number, first: number, second: number, mask: number) {
  let hash = Math.imul(what * 0x9e37 + 17, 0x01000193) ^ first;
  hash = Math.imul(hash, 0x01000193) ^ second;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  const id = (hash ^ (hash >>> 12)) & mask;
  if (seen[id] === turn || filled === signalsMax) return;
  seen[id] = turn;
  signalIds[filled++] = id;
}

function addConcepts({ hits, hitWays, hitWords, hitCount, wordConcepts, wordCount }: Segment, mask: number) {
  const last = Math.min(hitCount, hitsLooked);
  for (let at = 0; at < last; at++) {
    const here = hits[at] as number;
    add(kind.single, here, 0, mask);
    if (hitWays[at] !== way.plain) add(kind.dressed, here, 0, mask);
    for (let back = at - 1; back >= 0 && back >= at - behindMax; back--) {
      const apart = (hitWords[at] as number) - (hitWords[back] as number);
      if (apart > apartMax) break;
      const there = hits[back] as number;
      add(kind.pair, there, here, mask);
      if (apart <= 2) add(kind.near, there, here, mask);
    }
  }
  if (wordCount > 1) add(kind.start, wordConcepts[0] as number, wordConcepts[1] as number, mask);
}

function addMarks({ marks, wordCount }: Segment, mask: number) {
  add(kind.written, 100, Math.min(6, Math.floor(Math.log2(wordCount + 1))), mask);
  for (const counted of [
    mark.question,
    mark.exclamation,
    mark.hash,
    mark.brace,
    mark.digit,
    mark.leet,
    mark.spacedOut,
  ]) {
    const met = marks[counted] as number;
    if (met > 0) add(kind.written, counted, Math.min(3, met), mask);
  }
}

export function featuresOf(segment: Segment, shape: FeatureShape): SegmentFeatures {
  const gramCount = gramsOf(segment, shape, gramIds, (1 << shape.gramBits) - 1);
  turn++;
  filled = 0;
  const mask = (1 << shape.signalBits) - 1;
  addConcepts(segment, mask);
  addMarks(segment, mask);
  return { grams: gramIds, gramCount, signals: signalIds, signalCount: filled };
}
