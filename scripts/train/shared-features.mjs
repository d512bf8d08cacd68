// Owns which features stand in several texts: what one text alone has teaches nothing about another. Knows no label.
import { countedBits } from "./dataset.mjs";

const textsMin = 3;
const last = new Int32Array(1 << countedBits);
let turn = 0;

/** Near-duplicates of one source are one text. */
const textOf = ({ row }) => `${row.source}|${row.group}`;

function add(counts, set, step) {
  for (const members of Map.groupBy(set, textOf).values()) {
    turn++;
    for (const { segments } of members) {
      for (const { grams } of segments) {
        for (let at = 0; at < grams.length; at++) {
          if (last[grams[at]] === turn) continue;
          last[grams[at]] = turn;
          counts[grams[at]] += step;
        }
      }
    }
  }
}

/** In how many texts each feature stands. */
export function textCounts(set) {
  const counts = new Uint16Array(1 << countedBits);
  add(counts, set, 1);
  return counts;
}

/** A bit for each feature that several texts have, as if those left out had never been seen. */
export function sharedFeatures(counts, leftOut) {
  const left = counts.slice();
  add(left, leftOut, -1);
  const bits = new Uint8Array(left.length >> 3);
  for (let id = 0; id < left.length; id++) if (left[id] >= textsMin) bits[id >> 3] |= 1 << (id & 7);
  return bits;
}
