// Owns the rows as numbers: the features of each segment, and the stretches that are scored. Knows no weight.
import { TextReader } from "../../../core/guards/classifier/reader.ts";
import { featuresOf } from "../../../core/guards/content/features.ts";
import { contentLexicon } from "../../../core/guards/content/lexicon.ts";

/** What a model is shaped by; written into its header. */
export const shape = {
  gramBits: 16,
  signalBits: 12,
  letters: 5,
  words: 2,
  blockUnits: 400,
  gramsMin: 60,
  lengthPower: 0.75,
  gramScale: 3,
};

/** A row with its segments' features, and the stretches of them that are scored: `[from, to)`. */
export function example(row) {
  const segments = [];
  const segment = (read) => {
    if (read.unitCount === 0) return;
    const { grams, gramCount, signals, signalCount } = featuresOf(read, shape);
    segments.push({
      grams: grams.slice(0, gramCount),
      signals: signals.slice(0, signalCount),
      units: read.unitCount,
    });
  };
  const reader = new TextReader(contentLexicon(), { segment, run() {}, tags() {} });
  reader.push(row.text);
  reader.end();
  return { row, segments, stretches: stretchesOf(segments) };
}

export const examples = (rows) => rows.map(example).filter(({ segments }) => segments.length > 0);

/** Pairs of blocks, as the scorer makes them. */
function stretchesOf(segments) {
  const blocks = [];
  let [from, units] = [0, 0];
  for (let at = 0; at < segments.length; at++) {
    units += segments[at].units;
    if (units < shape.blockUnits && at + 1 < segments.length) continue;
    blocks.push([from, at + 1]);
    [from, units] = [at + 1, 0];
  }
  return blocks.length === 1 ? blocks : blocks.slice(1).map(([, end], at) => [blocks[at][0], end]);
}
