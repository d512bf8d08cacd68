// Owns the scores of a text's windows: sums over its segments, a window for every two blocks. Knows no
// feature's meaning and no file.

import type { Weights } from "./weights.ts";

/** Numbers of hashed features: the first `count` of an array that is filled again each time. */
export interface Features {
  readonly ids: Int32Array;
  readonly count: number;
}

export interface Place {
  readonly start: number;
  readonly end: number;
  /** Folded units: what a block is measured in. */
  readonly units: number;
}

export interface WindowScore {
  /** Probability as calibrated for the voice. */
  readonly probability: number;
  /** The raw score; of use to a training. */
  readonly raw: number;
  readonly start: number;
  readonly end: number;
  /** The one segment that spoke loudest. */
  readonly loudest: { readonly start: number; readonly end: number };
}

interface Block {
  grams: number;
  gramCount: number;
  signals: number;
  segments: number;
  units: number;
  loudest: number;
  loudestStart: number;
  loudestEnd: number;
  start: number;
  end: number;
}

function emptyBlock(): Block {
  return {
    grams: 0,
    gramCount: 0,
    signals: 0,
    segments: 0,
    units: 0,
    loudest: Number.NEGATIVE_INFINITY,
    loudestStart: 0,
    loudestEnd: 0,
    start: 0,
    end: 0,
  };
}

const noBlock = emptyBlock();

export class WindowScorer {
  readonly #weights: Weights;
  readonly #voice: string;
  #before: Block | undefined;
  #open = emptyBlock();
  /** Blocks finished. */
  #count = 0;

  constructor(weights: Weights, voice: string) {
    this.#weights = weights;
    this.#voice = voice;
  }

  /** Nothing told from here on begins before. Infinity: nothing is open. */
  get pendingStart(): number {
    if (this.#before !== undefined) return this.#before.start;
    return this.#open.segments > 0 ? this.#open.start : Number.POSITIVE_INFINITY;
  }

  /** The next segment in order; a window that is complete with it is told. */
  add(grams: Features, signals: Features, place: Place): WindowScore | undefined {
    const block = this.#open;
    const spoken = this.#sum(block, grams, signals);
    if (block.segments === 0) block.start = place.start;
    block.end = place.end;
    block.segments++;
    block.units += place.units;
    if (spoken > block.loudest) {
      block.loudest = spoken;
      block.loudestStart = place.start;
      block.loudestEnd = place.end;
    }
    return block.units < this.#weights.header.blockUnits ? undefined : this.#finish();
  }

  /** The last window. Undefined: it was told already, or there was no text. */
  end(): WindowScore | undefined {
    if (this.#open.segments > 0) {
      const score = this.#finish();
      if (score !== undefined) return score;
    }
    return this.#count === 1 && this.#before !== undefined ? this.#score(this.#before, noBlock) : undefined;
  }

  /** Adds to the block; answers what the segment says alone. */
  #sum(block: Block, grams: Features, signals: Features): number {
    const { header, grams: gramWeights, signals: signalWeights } = this.#weights;
    let [wide, narrow] = [0, 0];
    for (let at = 0; at < grams.count; at++) {
      const pair = (grams.ids[at] as number) << 1;
      wide += gramWeights[pair] as number;
      narrow += gramWeights[pair + 1] as number;
    }
    let [wideSignals, narrowSignals] = [0, 0];
    for (let at = 0; at < signals.count; at++) {
      const pair = (signals.ids[at] as number) << 1;
      wideSignals += signalWeights[pair] as number;
      narrowSignals += signalWeights[pair + 1] as number;
    }
    block.grams += wide * header.scales.grams[0];
    block.gramCount += grams.count;
    block.signals += wideSignals * header.scales.signals[0];
    const share = header.scales.grams[1] / Math.sqrt(Math.max(grams.count, header.segmentGramsMin));
    return narrow * share + narrowSignals * header.scales.signals[1];
  }

  #finish(): WindowScore | undefined {
    const [before, block] = [this.#before, this.#open];
    this.#before = block;
    this.#open = emptyBlock();
    this.#count++;
    return before === undefined ? undefined : this.#score(before, block);
  }

  #score(first: Block, second: Block): WindowScore {
    const { header } = this.#weights;
    const loud = first.loudest >= second.loudest ? first : second;
    const count = Math.max(first.gramCount + second.gramCount, header.windowGramsMin);
    const around =
      (first.grams + second.grams) / Math.sqrt(count) +
      (first.signals + second.signals) / Math.sqrt(first.segments + second.segments);
    const calibration = header.calibration[this.#voice];
    const raw = (calibration?.isLoudestAlone ? 0 : around) + loud.loudest + header.bias;
    const { slope, offset } = calibration ?? { slope: 1, offset: 0 };
    return {
      probability: 1 / (1 + Math.exp(-(slope * raw + offset))),
      raw,
      start: first.start,
      end: second === noBlock ? first.end : second.end,
      loudest: { start: loud.loudestStart, end: loud.loudestEnd },
    };
  }
}
