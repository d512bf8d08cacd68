// Owns learning: one logistic line for each category over the same features, by stochastic gradient with a step of its
// own for each weight. The same rows and seed give the same weights. Knows no text.
import { categories } from "../../../core/guards/content/categories.ts";
import { randomFrom } from "../synthetic/grammar.mjs";
import { shape } from "./dataset.mjs";

const width = categories.length;

export const settings = {
  epochs: 8,
  /** Steps shrink by it each epoch. */
  decay: 0.3,
  rate: 0.25,
  signalRate: 0.08,
  /** Pulls weights to zero: the fewer texts a category has, the more. */
  ridges: {
    harassment: 1e-3,
    hate_speech: 3e-4,
    illegal_activities: 3e-4,
    self_harm: 8e-3,
    sexual_content: 2e-3,
    violence: 3e-4,
  },
  /** Share of features that a step does not see. */
  dropout: 0.2,
  /** A source of n rows weighs as n to this power. */
  sourcePower: 0.7,
  /** Of a category's weight, what its positive rows have. */
  positiveShare: 0.12,
  /** Texts that look harmful and are not weigh so much more. */
  hardWeight: 2,
};

export function emptyModel() {
  return {
    grams: new Float32Array(width << shape.gramBits),
    signals: new Float32Array(width << shape.signalBits),
    bias: new Float64Array(width),
  };
}

function addAll(weights, ids, sums) {
  for (let at = 0; at < ids.length; at++) {
    const from = ids[at] * width;
    for (let one = 0; one < width; one++) sums[one] += weights[from + one];
  }
}

/** What each category says of each segment, before it is shared among its grams. */
function readSegments(model, { segments }) {
  return segments.map(({ grams, signals }) => {
    const sums = { grams: new Float64Array(width), signals: new Float64Array(width) };
    addAll(model.grams, grams, sums.grams);
    addAll(model.signals, signals, sums.signals);
    return { ...sums, count: grams.length };
  });
}

/** Of each category the loudest stretch: its score, and how its features were shared. */
export function score(model, one) {
  const read = readSegments(model, one);
  const best = categories.map(() => ({ raw: Number.NEGATIVE_INFINITY }));
  for (const [from, to] of one.stretches) {
    let count = 0;
    for (let at = from; at < to; at++) count += read[at].count;
    const gramShare = shape.gramScale * Math.max(count, shape.gramsMin) ** -shape.lengthPower;
    const signalShare = (to - from) ** -shape.lengthPower;
    for (let name = 0; name < width; name++) {
      let [grams, signals] = [0, 0];
      for (let at = from; at < to; at++) {
        grams += read[at].grams[name];
        signals += read[at].signals[name];
      }
      const raw = grams * gramShare + signals * signalShare + model.bias[name];
      if (raw > best[name].raw) best[name] = { raw, from, to, gramShare, signalShare };
    }
  }
  return best;
}

/** Rows of one source share a weight; a category's positive rows have their share of it. */
function weightsOf(set, { sourcePower, positiveShare, hardWeight }) {
  const counts = new Map();
  const keyOf = ({ row }) => `${row.source}|${row.kind}`;
  for (const one of set) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  const plain = set.map(
    (one) =>
      counts.get(keyOf(one)) ** (sourcePower - 1) * (one.row.isHard ? hardWeight : 1) * (one.row.weight ?? 1),
  );
  const mean = plain.reduce((sum, weight) => sum + weight, 0) / set.length;
  const sums = categories.map(() => [0, 0]);
  set.forEach(({ row }, at) => {
    row.verdicts.forEach((verdict, name) => {
      if (verdict >= 0) sums[name][verdict] += plain[at];
    });
    for (const name of row.oneOf) sums[name][1] += plain[at] / row.oneOf.length;
  });
  return {
    rows: plain.map((weight) => weight / mean),
    factors: sums.map(([no, yes]) => [1, (positiveShare / (1 - positiveShare)) * (no / Math.max(yes, 1))]),
  };
}

/** Which grams occur in enough groups. */
function knownGrams(set) {
  const counts = new Uint8Array(1 << shape.gramBits);
  const last = new Int32Array(1 << shape.gramBits).fill(-1);
  [...Map.groupBy(set, ({ row }) => row.group).values()].forEach((members, group) => {
    for (const { segments } of members) {
      for (const { grams } of segments) {
        for (const id of grams) {
          if (last[id] === group) continue;
          last[id] = group;
          if (counts[id] < 255) counts[id]++;
        }
      }
    }
  });
  return counts;
}

/** A quick generator for dropout: its quality matters little, its speed much. */
function quickRandom(seed) {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

class Learner {
  model = emptyModel();
  #gramSums = new Float32Array(width << shape.gramBits).fill(1e-4);
  #signalSums = new Float32Array(width << shape.signalBits).fill(1e-2);
  #given;
  #random;
  #known;

  constructor(known, given, random) {
    this.#known = known;
    this.#given = given;
    this.#random = random;
  }

  step(one, weight, { factors, decay }) {
    const best = score(this.model, one);
    for (let name = 0; name < width; name++) {
      const verdict = verdictOn(one.row, name, best);
      if (verdict < 0) continue;
      const { raw, from, to, gramShare, signalShare } = best[name];
      const gradient = (1 / (1 + Math.exp(-raw)) - verdict) * weight * factors[name][verdict];
      if (Math.abs(gradient) < 1e-4) continue;
      const { rate, signalRate } = this.#given;
      for (let at = from; at < to; at++) {
        const { grams, signals } = one.segments[at];
        this.#moveGrams(grams, name, gradient * gramShare, rate * decay);
        this.#moveSignals(signals, name, gradient * signalShare, signalRate * decay);
      }
      this.model.bias[name] -= 0.02 * decay * gradient;
    }
  }

  #moveGrams(ids, name, slope, rate) {
    const [weights, sums, known, random] = [this.model.grams, this.#gramSums, this.#known, this.#random];
    const { ridges, dropout } = this.#given;
    const ridge = ridges[categories[name]];
    for (let at = 0; at < ids.length; at++) {
      if (known[ids[at]] < 2 || random() < dropout) continue;
      const id = ids[at] * width + name;
      const step = slope + ridge * weights[id];
      sums[id] += step * step;
      weights[id] -= (rate * step) / Math.sqrt(sums[id]);
    }
  }

  #moveSignals(ids, name, slope, rate) {
    const [weights, sums] = [this.model.signals, this.#signalSums];
    const { ridges, dropout } = this.#given;
    const ridge = ridges[categories[name]];
    for (let at = 0; at < ids.length; at++) {
      if (this.#random() < dropout) continue;
      const id = ids[at] * width + name;
      const step = slope + ridge * weights[id];
      sums[id] += step * step;
      weights[id] -= (rate * step) / Math.sqrt(sums[id]);
    }
  }
}

/** Of a row that is of one of several categories, the one that is heard loudest has to say so. */
function verdictOn({ verdicts, oneOf }, name, best) {
  if (oneOf.length === 0 || !oneOf.includes(name)) return verdicts[name];
  const loudest = oneOf.reduce((most, other) => (best[other].raw > best[most].raw ? other : most));
  return loudest === name ? 1 : -1;
}

/** The mean over the later epochs is steadier than any one of them. */
function addTo(mean, model, share) {
  for (const [name, weights] of Object.entries(model)) {
    for (let at = 0; at < weights.length; at++) mean[name][at] += weights[at] * share;
  }
}

export function learn(set, seed, given = settings) {
  const random = randomFrom(seed);
  const { rows, factors } = weightsOf(set, given);
  const learner = new Learner(knownGrams(set), given, quickRandom(seed * 7919 + 1));
  const mean = emptyModel();
  const order = set.map((_one, at) => at);
  for (let epoch = 0; epoch < given.epochs; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [order[at], order[other]] = [order[other], order[at]];
    }
    const decay = 1 / (1 + epoch * given.decay);
    for (const at of order) learner.step(set[at], rows[at], { factors, decay });
    if (epoch >= given.epochs / 2) addTo(mean, learner.model, 1 / Math.ceil(given.epochs / 2));
  }
  return mean;
}
