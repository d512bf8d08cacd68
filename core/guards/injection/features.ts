// Owns the features of a segment as the model knows them, for training and scanning alike. Knows no weight.

import { gramsMax, gramsOf } from "../classifier/grams.ts";
import type { Segment } from "../classifier/segment.ts";
import type { Features } from "../classifier/window-scorer.ts";
import { signalCount, signalsMax, signalsOf, type Voice } from "./signals.ts";

export interface FeatureShape {
  readonly gramBits: number;
  readonly letters: number;
  readonly words: number;
}

export interface SegmentFeatures {
  readonly grams: Features;
  readonly signals: Features;
}

// One thread reads one segment at a time: these are filled again for each, and read before the next.
const gramIds = new Int32Array(gramsMax);
const signalIds = new Int32Array(signalsMax * 4);
const seen = new Int32Array(signalCount);
let turn = 0;

/** What is answered holds until the next call. */
export function featuresOf(segment: Segment, voice: Voice, shape: FeatureShape): SegmentFeatures {
  const grams = gramsOf(segment, shape, gramIds, (1 << shape.gramBits) - 1);
  const told = signalsOf(segment, voice, signalIds);
  turn++;
  let signals = 0;
  for (let at = 0; at < told; at++) {
    const id = signalIds[at] as number;
    if (seen[id] === turn) continue;
    seen[id] = turn;
    signalIds[signals++] = id;
  }
  return { grams: { ids: gramIds, count: grams }, signals: { ids: signalIds, count: signals } };
}
