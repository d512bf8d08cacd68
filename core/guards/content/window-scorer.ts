// Owns the scores of a text's windows in each category: sums over its segments, a window for every two
// blocks. Knows no feature's meaning and no file.

import type { SegmentFeatures } from "./features.ts";
import { type ContentWeights, categoryCount } from "./weights.ts";

export interface Place {
  readonly start: number;
  readonly end: number;
  /** Folded units: what a block is measured in. */
  readonly units: number;
}

export interface WindowScores {
  /** By the categories' order. They hold until the next window. */
  readonly probabilities: Float64Array;
  /** Before the calibration; of use to a training. */
  readonly raws: Float64Array;
  readonly start: number;
  readonly end: number;
}

class Block {
  readonly grams = new Float64Array(categoryCount);
  readonly signals = new Float64Array(categoryCount);
  gramCount = 0;
  segments = 0;
  units = 0;
  start = 0;
  end = 0;

  clear() {
    this.grams.fill(0);
    this.signals.fill(0);
    this.gramCount = 0;
    this.segments = 0;
    this.units = 0;
  }
}

const noBlock = new Block();

/** The hot loop: the six sums stay in registers, which a loop over the categories would not let them. */
function addAll(weights: Int8Array, ids: Int32Array, count: number, sums: Float64Array) {
  let [first, second, third, fourth, fifth, sixth] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < count; at++) {
    const from = (ids[at] as number) * categoryCount;
    first += weights[from] as number;
    second += weights[from + 1] as number;
    third += weights[from + 2] as number;
    fourth += weights[from + 3] as number;
    fifth += weights[from + 4] as number;
    sixth += weights[from + 5] as number;
  }
  for (const [at, sum] of [first, second, third, fourth, fifth, sixth].entries()) {
    sums[at] = (sums[at] as number) + sum;
  }
}

export class ContentScorer {
  readonly #weights: ContentWeights;
  readonly #scores: { probabilities: Float64Array; raws: Float64Array };
  #before: Block | undefined;
  #open = new Block();
  #spare = new Block();
  /** Blocks finished. */
  #count = 0;

  constructor(weights: ContentWeights) {
    this.#weights = weights;
    this.#scores = {
      probabilities: new Float64Array(categoryCount),
      raws: new Float64Array(categoryCount),
    };
  }

  /** Nothing told from here on begins before. Infinity: nothing is open. */
  get pendingStart(): number {
    if (this.#before !== undefined) return this.#before.start;
    return this.#open.segments > 0 ? this.#open.start : Number.POSITIVE_INFINITY;
  }

  /** The next segment in order; a window that is complete with it is told. */
  add({ grams, gramCount, signals, signalCount }: SegmentFeatures, place: Place): WindowScores | undefined {
    const block = this.#open;
    addAll(this.#weights.grams, grams, gramCount, block.grams);
    addAll(this.#weights.signals, signals, signalCount, block.signals);
    if (block.segments === 0) block.start = place.start;
    block.gramCount += gramCount;
    block.segments++;
    block.units += place.units;
    block.end = place.end;
    return block.units < this.#weights.header.blockUnits ? undefined : this.#finish();
  }

  /** The last window. Undefined: it was told already, or there was no text. */
  end(): WindowScores | undefined {
    if (this.#open.segments > 0) {
      const scores = this.#finish();
      if (scores !== undefined) return scores;
    }
    return this.#count === 1 && this.#before !== undefined ? this.#score(this.#before, noBlock) : undefined;
  }

  #finish(): WindowScores | undefined {
    const [before, block] = [this.#before, this.#open];
    this.#before = block;
    this.#open = this.#spare;
    this.#open.clear();
    this.#spare = before ?? new Block();
    this.#count++;
    return before === undefined ? undefined : this.#score(before, block);
  }

  #score(first: Block, second: Block): WindowScores {
    const { header } = this.#weights;
    const { bias, calibration, categories: names, scales } = header;
    const count = Math.max(first.gramCount + second.gramCount, header.gramsMin);
    const gramShare = header.gramScale * count ** -header.lengthPower;
    const signalShare = (first.segments + second.segments) ** -header.lengthPower;
    const { probabilities, raws } = this.#scores;
    for (let at = 0; at < categoryCount; at++) {
      const grams =
        ((first.grams[at] as number) + (second.grams[at] as number)) * (scales.grams[at] as number);
      const signals =
        ((first.signals[at] as number) + (second.signals[at] as number)) * (scales.signals[at] as number);
      const raw = grams * gramShare + signals * signalShare + (bias[at] as number);
      const { slope, offset } = calibration[names[at] as string] ?? { slope: 1, offset: 0 };
      raws[at] = raw;
      probabilities[at] = 1 / (1 + Math.exp(-(slope * raw + offset)));
    }
    return { probabilities, raws, start: first.start, end: second === noBlock ? first.end : second.end };
  }
}
