// Owns all that a training reads, as examples. Knows no fold and no weight.
import { examples } from "./dataset.mjs";
import { plainRows } from "./plain-rows.mjs";
import { extraRows, labelledRows, syntheticRows } from "./rows.mjs";
import { textCounts } from "./shared-features.mjs";

export function readTexts(data, seed) {
  const labelled = examples(labelledRows(data));
  const others = examples([...extraRows(data), ...syntheticRows(seed), ...plainRows(data, seed)]);
  return { labelled, others, counts: textCounts([...labelled, ...others]) };
}
