// Owns the rows as numbers: the features of each segment, in flat arrays. Knows no weight.
import { TextReader } from "../../core/guards/classifier/reader.ts";
import { featuresOf } from "../../core/guards/injection/features.ts";
import { injectionLexicon } from "../../core/guards/injection/lexicon.ts";
import { RuleMatcher } from "../../core/guards/injection/rules.ts";

/** What a model is shaped by; written into its header. */
export const shape = {
  gramBits: 18,
  signalBits: 13,
  letters: 4,
  words: 3,
  blockUnits: 800,
  segmentGramsMin: 40,
  windowGramsMin: 60,
};

/** A training tells more features apart than the model does, which knows them by their lowest bits. */
export const countedBits = 24;
const counted = { ...shape, gramBits: countedBits };

/** A row with its segments' features; `isRuled`: the rules find it without a model. */
export function example(row) {
  const segments = [];
  const matcher = new RuleMatcher();
  let isRuled = false;
  const segment = (read) => {
    if (read.unitCount === 0) return;
    for (let at = 0; at < read.hitCount; at++) isRuled = matcher.add(read.hitAt(at)) !== undefined || isRuled;
    const plain = featuresOf(read, "user", counted);
    const grams = plain.grams.ids.slice(0, plain.grams.count);
    const user = plain.signals.ids.slice(0, plain.signals.count);
    const told = row.voice === "foreign" ? featuresOf(read, "foreign", counted).signals : undefined;
    segments.push({ grams, user, foreign: told?.ids.slice(0, told.count) ?? user, units: read.unitCount });
  };
  const reader = new TextReader(injectionLexicon(), { segment, run() {}, tags() {} });
  reader.push(row.text);
  reader.end();
  return { row, isAttack: row.isAttack, segments, windows: windowsOf(segments), isRuled };
}

export const examples = (rows) => rows.map(example).filter(({ segments }) => segments.length > 0);

/** Pairs of blocks, as the scorer makes them. */
function windowsOf(segments) {
  const blocks = [];
  let [from, units] = [0, 0];
  for (let at = 0; at < segments.length; at++) {
    units += segments[at].units;
    if (units < shape.blockUnits && at + 1 < segments.length) continue;
    blocks.push([from, at + 1]);
    [from, units] = [at + 1, 0];
  }
  if (blocks.length === 1) return blocks;
  return blocks.slice(1).map(([, end], at) => [blocks[at][0], end]);
}
