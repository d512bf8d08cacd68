// Owns the proofs of the content training: grouped folds, the thresholds, the shares that are found. Knows no feature.
import { categories } from "../../../core/guards/content/categories.ts";
import { hashOf } from "../hash.mjs";
import { learn, score } from "./learn.mjs";

/** Scores of each row by a model that saw nothing of its fold. */
export function scoresOut(rows, others, { folds, given, note, foldsAsked = folds }) {
  const scores = new Map();
  const foldOf = ({ row }) => hashOf(row.group) % folds;
  for (let fold = 0; fold < foldsAsked; fold++) {
    const model = learn([...rows.filter((one) => foldOf(one) !== fold), ...others], fold + 1, given);
    for (const one of rows) {
      if (foldOf(one) === fold)
        scores.set(
          one,
          score(model, one).map(({ raw }) => raw),
        );
    }
    note?.(`fold ${fold + 1} of ${folds}`);
  }
  return scores;
}

const benignKinds = new Set(["benign", "hard_benign"]);

/** What a row is to a threshold: harmful, harmless of a kind whose false alarms are limited, or neither. */
function limitOf({ row }) {
  if (benignKinds.has(row.kind)) return "benign";
  return row.kind === "clean" && !row.isHard ? "clean" : undefined;
}

/** Share of the benign texts that may be flagged in any category, and of the other sets' clean ones. */
export const sharesAllowed = { benign: 0.0085, clean: 0.03 };
const aheadMax = 16;
/** What a category that finds nothing is taken to find: what it finds more is worth the more. */
const few = 0.1;
/** The clean texts' share is the first that is used up: the other is spent more freely. */
const benignPrice = 0.3;

/**
 * Of each category the threshold, lowered step by step where a step finds most for the false alarms it costs, until
 * none may be lowered. Each category counts the same, however many rows it has.
 */
export function thresholdsOf(scores) {
  const rows = [...scores].map(([one, raw]) => ({ raw, limit: limitOf(one), verdicts: one.row.verdicts }));
  const limited = rows.filter(({ limit }) => limit !== undefined);
  const room = Object.fromEntries(
    Object.entries(sharesAllowed).map(([limit, share]) => {
      const count = limited.filter((row) => row.limit === limit).length;
      return [limit, { left: Math.floor(count * share), all: Math.max(1, Math.floor(count * share)) }];
    }),
  );
  const sides = categories.map((_name, at) => ({
    above: limited.toSorted((a, b) => b.raw[at] - a.raw[at]).slice(0, 400),
    positive: rows
      .filter(({ verdicts }) => verdicts[at] === 1)
      .map(({ raw }) => raw[at])
      .toSorted((a, b) => b - a),
    passed: 0,
  }));
  const alarmed = new Set();
  const thresholdAt = (at, passed) => sides[at].above[passed].raw[at] + 1e-6;
  const foundAt = (at, passed) => sides[at].positive.filter((raw) => raw >= thresholdAt(at, passed)).length;
  for (;;) {
    let best;
    for (const [at, { above, positive, passed }] of sides.entries()) {
      const before = foundAt(at, passed);
      const cost = { benign: 0, clean: 0 };
      for (let next = passed; next < Math.min(passed + aheadMax, above.length - 1); next++) {
        if (!alarmed.has(above[next])) cost[above[next].limit]++;
        if (cost.benign > room.benign.left || cost.clean > room.clean.left) break;
        const gain = Math.log(
          (foundAt(at, next + 1) + few * positive.length) / (before + few * positive.length),
        );
        const price = 0.02 + benignPrice * (cost.benign / room.benign.all) + cost.clean / room.clean.all;
        if (gain > 0 && gain / price > (best?.worth ?? 0)) best = { at, to: next + 1, worth: gain / price };
      }
    }
    if (best === undefined) break;
    const side = sides[best.at];
    for (const row of side.above.slice(side.passed, best.to)) {
      if (alarmed.has(row)) continue;
      alarmed.add(row);
      room[row.limit].left--;
    }
    side.passed = best.to;
  }
  return sides.map(({ passed }, at) => thresholdAt(at, passed));
}

/** What every category's threshold says. */
export const operatingPoint = 0.8;

/** Slope of a logistic line through the scores of one category, harmful and harmless rows weighing the same. */
function slopeOf(pairs) {
  const positives = pairs.filter(({ verdict }) => verdict === 1).length;
  let [slope, offset] = [1, 0];
  for (let round = 0; round < 300; round++) {
    let [bySlope, byOffset] = [0, 0];
    for (const { raw, verdict } of pairs) {
      const weight = verdict === 1 ? 0.5 / positives : 0.5 / (pairs.length - positives);
      const error = (1 / (1 + Math.exp(-(slope * raw + offset))) - verdict) * weight;
      bySlope += error * raw;
      byOffset += error;
    }
    slope -= 0.5 * bySlope;
    offset -= 0.5 * byOffset;
  }
  return slope;
}

/** For each category a line that says 0.8 at its threshold. */
export function calibrationOf(scores) {
  const thresholds = thresholdsOf(scores);
  return Object.fromEntries(
    categories.map((name, at) => {
      const known = [...scores].filter(([{ row }]) => row.verdicts[at] >= 0);
      const slope = slopeOf(known.map(([{ row }, raw]) => ({ raw: raw[at], verdict: row.verdicts[at] })));
      const offset = Math.log(operatingPoint / (1 - operatingPoint)) - slope * thresholds[at];
      return [name, { slope: Number(slope.toFixed(4)), offset: Number(offset.toFixed(4)) }];
    }),
  );
}

/** Whether the row is flagged in the category, or in any. */
export function flags(calibration, threshold = operatingPoint) {
  const isFlagged = (raw, at) => {
    const { slope, offset } = calibration[categories[at]];
    return 1 / (1 + Math.exp(-(slope * raw[at] + offset))) >= threshold;
  };
  return { of: isFlagged, any: (raw) => categories.some((_name, at) => isFlagged(raw, at)) };
}

/** That a harmful row scores above a harmless one. */
export function areaUnder(positive, negative) {
  const all = [...positive.map((raw) => ({ raw, is: 1 })), ...negative.map((raw) => ({ raw, is: 0 }))];
  all.sort((a, b) => a.raw - b.raw);
  let ranks = 0;
  all.forEach(({ is }, at) => {
    ranks += is * (at + 1);
  });
  const count = positive.length;
  return (ranks - (count * (count + 1)) / 2) / (count * negative.length);
}
