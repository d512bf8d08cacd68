// Owns learning: a logistic model over windows and their loudest segments, by stochastic gradient with a step of its
// own for each weight. The same rows and seed give the same weights. Knows no text.
import { shape } from "./dataset.mjs";
import { randomFrom } from "./synthetic/grammar.mjs";

export const settings = {
  epochs: 6,
  /** Steps shrink by it each epoch. */
  decay: 0.3,
  rate: 0.3,
  signalRate: 0.05,
  /** Pulls weights to zero. */
  ridge: 2e-3,
  /** Share of features that a step does not see. */
  dropout: 0.2,
  /** A source of n rows weighs as n to this power. */
  sourcePower: 0.9,
  /** Of the attacks' weight, and of the benign texts', what is written here or borrowed. */
  madeAttacks: 0.1,
  madeBenign: 0.45,
  /** Benign texts weigh so much against attacks: a false alarm in a hundred is one too many. */
  benignWeight: 3,
  /** A row whose error is smaller teaches nothing, and rests for an epoch. */
  errorMin: 0.01,
  /** Benign texts of a language weigh as much as its attacks, by this factor at most: no language is an attack. */
  balanceMax: 6,
};

const isMade = ({ row }) => /^(?:synthetic|composed|dressed|extra)\b/.test(row.source);

const languageOf = ({ row }) =>
  row.lang ?? /\/(?:world|plain)-(?:tasks-)?(\w+)/.exec(row.source)?.[1] ?? "en";

function balance(set, weights, balanceMax) {
  const sums = new Map();
  set.forEach((one, at) => {
    const sum = sums.get(languageOf(one)) ?? { attacks: 0, benign: 0 };
    sum[one.isAttack ? "attacks" : "benign"] += weights[at];
    sums.set(languageOf(one), sum);
  });
  set.forEach((one, at) => {
    const { attacks, benign } = sums.get(languageOf(one));
    if (!one.isAttack && attacks > benign) weights[at] *= Math.min(balanceMax, attacks / benign);
  });
}

/** Rows of one source share a weight; attacks weigh as much as benign texts. */
function weightsOf(set, { sourcePower, madeAttacks, madeBenign, benignWeight, balanceMax }) {
  const counts = new Map();
  const keyOf = ({ row, isAttack }) => `${row.source}|${isAttack}`;
  for (const one of set) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  const weights = Float64Array.from(
    set,
    (one) => counts.get(keyOf(one)) ** (sourcePower - 1) * (one.row.weight ?? 1),
  );
  balance(set, weights, balanceMax);
  for (const isAttack of [true, false]) {
    const sums = { made: 0, real: 0 };
    set.forEach((one, at) => {
      if (one.isAttack === isAttack) sums[isMade(one) ? "made" : "real"] += weights[at];
    });
    const wanted = isAttack ? madeAttacks : madeBenign;
    const share = sums.made === 0 ? 0 : sums.real === 0 ? 1 : wanted;
    set.forEach((one, at) => {
      if (one.isAttack !== isAttack) return;
      weights[at] *= ((isMade(one) ? share / sums.made : (1 - share) / sums.real) * set.length) / 2;
      if (!isAttack) weights[at] *= benignWeight;
    });
  }
  return weights;
}

/** As the weights' file has them: the window's weight of a feature, and beside it the segment's. */
export function emptyModel() {
  return {
    grams: new Float32Array(2 << shape.gramBits),
    signals: new Float32Array(2 << shape.signalBits),
    bias: 0,
  };
}

const [wide, narrow] = [0, 1];

function sumOf(weights, ids, place) {
  const mask = weights.length - 2;
  let sum = 0;
  for (let at = 0; at < ids.length; at++) sum += weights[((ids[at] << 1) & mask) | place];
  return sum;
}

/**
 * The raw score of a text: of its loudest window. Of what others wrote only the loudest segment counts: an order does
 * not belong there whatever stands around it.
 */
export function score(model, { segments, windows, isContext }, voice) {
  const isAlone = voice === "foreign";
  const said = segments.map((segment) => {
    const share = Math.sqrt(Math.max(segment.grams.length, shape.segmentGramsMin));
    return {
      grams: isAlone ? 0 : sumOf(model.grams, segment.grams, wide),
      signals: isAlone ? 0 : sumOf(model.signals, segment[voice], wide),
      alone: sumOf(model.grams, segment.grams, narrow) / share + sumOf(model.signals, segment[voice], narrow),
    };
  });
  let best = { raw: Number.NEGATIVE_INFINITY };
  for (const window of windows) {
    let [grams, count, signals, loudest, segmentCount] = [0, 0, 0, -1, 0];
    for (let at = window[0]; at < window[1]; at++) {
      segmentCount++;
      grams += said[at].grams;
      count += segments[at].grams.length;
      signals += said[at].signals;
      if (!isContext?.[at] && (loudest < 0 || said[at].alone > said[loudest].alone)) loudest = at;
    }
    if (loudest < 0) continue;
    const around =
      grams / Math.sqrt(Math.max(count, shape.windowGramsMin)) + signals / Math.sqrt(segmentCount);
    const raw = around + said[loudest].alone;
    if (raw > best.raw) best = { raw, window, loudest, count, segmentCount };
  }
  return { ...best, raw: best.raw + model.bias };
}

/** One learner: the model and the sums its steps shrink by. */
class Learner {
  model = emptyModel();
  #sums = {
    grams: new Float32Array(2 << shape.gramBits).fill(1e-4),
    signals: new Float32Array(2 << shape.signalBits).fill(1e-2),
  };
  #settings;
  #state;

  #shared;

  constructor(given, shared, seed) {
    this.#settings = given;
    this.#shared = { grams: shared, signals: new Uint8Array(1 << shape.signalBits).fill(255) };
    this.#state = seed | 1;
  }

  /** Whether there was anything to learn. */
  step(one, { voice, weight, decay }) {
    const { raw, window, loudest, count, segmentCount } = score(this.model, one, voice);
    const error = 1 / (1 + Math.exp(-raw)) - (one.isAttack ? 1 : 0);
    const { rate, signalRate, errorMin } = this.#settings;
    if (Math.abs(error) < errorMin) return false;
    const gradient = error * weight;
    const around = { place: wide, rate: rate * decay, weight };
    const aroundSignals = { ...around, rate: signalRate * decay };
    const share = 1 / Math.sqrt(Math.max(count, shape.windowGramsMin));
    const signalShare = 1 / Math.sqrt(segmentCount);
    for (let at = window[0]; at < window[1] && voice !== "foreign"; at++) {
      const segment = one.segments[at];
      this.#move("grams", segment.grams, gradient * share, around);
      this.#move("signals", segment[voice], gradient * signalShare, aroundSignals);
    }
    const segment = one.segments[loudest];
    const narrowShare = 1 / Math.sqrt(Math.max(segment.grams.length, shape.segmentGramsMin));
    this.#move("grams", segment.grams, gradient * narrowShare, { ...around, place: narrow });
    this.#move("signals", segment[voice], gradient, { ...aroundSignals, place: narrow });
    this.model.bias -= 0.02 * decay * gradient;
    return true;
  }

  #move(name, ids, slope, { place, rate, weight }) {
    const [weights, sums, shared] = [this.model[name], this.#sums[name], this.#shared[name]];
    const pull = this.#settings.ridge * weight;
    const dropped = this.#settings.dropout * 4294967296;
    // Dropout asks often: a quick generator's quality matters little here, its speed much.
    let state = this.#state;
    const mask = weights.length - 2;
    for (let at = 0; at < ids.length; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      if (state >>> 0 < dropped || ((shared[ids[at] >> 3] >> (ids[at] & 7)) & 1) === 0) continue;
      const id = ((ids[at] << 1) & mask) | place;
      const step = slope + pull * weights[id];
      sums[id] += step * step;
      weights[id] -= (rate * step) / Math.sqrt(sums[id]);
    }
    this.#state = state;
  }
}

const keyOf = ({ grams }) => grams.reduce((hash, id) => Math.imul(hash ^ id, 0x01000193), grams.length);

/** In so many attacks that have nothing else in common, a segment is what they were put into. */
const contextGroupsMin = 3;

/**
 * Marks the segments of a foreign text that carry no attack: they stand in benign texts too, or around several
 * attacks. Where nothing else is left, none is marked.
 */
function withContext(set) {
  const groups = new Map();
  for (const { row, isAttack, segments } of set) {
    if (row.voice !== "foreign") continue;
    for (const segment of segments) {
      const key = keyOf(segment);
      if (!isAttack) groups.set(key, contextGroupsMin);
      else {
        const known = groups.get(key) ?? new Set();
        if (known instanceof Set) groups.set(key, known.add(row.group));
      }
    }
  }
  const isContext = (segment) => {
    const known = groups.get(keyOf(segment));
    return known === contextGroupsMin || known?.size >= contextGroupsMin;
  };
  return set.map((one) => {
    if (!one.isAttack || one.row.voice !== "foreign" || one.segments.length < 2) return one;
    const marks = one.segments.map(isContext);
    return marks.every(Boolean) ? one : { ...one, isContext: marks };
  });
}

/** The mean over the later epochs is steadier than any one of them. */
function addTo(mean, model, share) {
  for (const [name, weights] of Object.entries(model)) {
    if (name === "bias") mean.bias += weights * share;
    else for (let at = 0; at < weights.length; at++) mean[name][at] += weights[at] * share;
  }
}

/** `shared`: a bit for each feature that may be learned. */
export function learn(rows, seed, shared, given = settings) {
  const set = withContext(rows);
  const random = randomFrom(seed);
  const weights = weightsOf(set, given);
  const learner = new Learner(given, shared, seed * 7919 + 1);
  const mean = emptyModel();
  const order = set.map((_one, at) => at);
  const rests = new Uint8Array(set.length);
  for (let epoch = 0; epoch < given.epochs; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [order[at], order[other]] = [order[other], order[at]];
    }
    const decay = 1 / (1 + epoch * given.decay);
    for (const at of order) {
      const one = set[at];
      if (rests[at] > 0) {
        rests[at]--;
        continue;
      }
      const isTold = one.row.voice === "foreign" && (one.row.isOnlyForeign || random() < 0.5);
      const voice = isTold ? "foreign" : "user";
      if (!learner.step(one, { voice, weight: weights[at], decay })) rests[at] = 1;
    }
    if (epoch >= given.epochs / 2) addTo(mean, learner.model, 1 / Math.ceil(given.epochs / 2));
  }
  return mean;
}
