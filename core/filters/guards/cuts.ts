// Owns what is cut out of a text, and what stands there instead. Knows no guard and no frame.

/** UTF-16 units of one text; `end` may lie beyond what is known of it. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/**
 * Keeps them in order and apart: those that overlap become one, with the replacement of the first, whichever
 * was found first.
 */
export function addCuts(cuts: Cut[], more: readonly Cut[]): void {
  const sorted = more.length > 1 ? more.toSorted(byPlace) : more;
  const [first] = sorted;
  if (first === undefined) return;
  const from = countUpTo(cuts, first.start);
  const behind = cuts.splice(from);
  let [old, found] = [0, 0];
  while (old < behind.length || found < sorted.length) {
    const [known, next] = [behind[old], sorted[found]];
    const isKnown = next === undefined || (known !== undefined && byPlace(known, next) <= 0);
    if (isKnown) old += 1;
    else found += 1;
    append(cuts, (isKnown ? known : next) as Cut);
  }
}

function append(cuts: Cut[], cut: Cut): void {
  const last = cuts.at(-1);
  if (last === undefined || last.end <= cut.start) cuts.push(cut);
  else if (last.end < cut.end) cuts[cuts.length - 1] = { ...last, end: cut.end };
}

/** Of two that begin together the one that says more says what stands there. */
function byPlace(a: Cut, b: Cut): number {
  if (a.start !== b.start) return a.start - b.start;
  const [left, right] = [a.replacement, b.replacement];
  if (left === right) return 0;
  if (left.length !== right.length) return right.length - left.length;
  return left < right ? -1 : 1;
}

/** How many end at a unit or before it. */
export function countUpTo(cuts: readonly Cut[], unit: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cuts[middle] as Cut).end <= unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What is left of `text`, which begins at unit `from` of the whole. A cut says its replacement where it
 * begins, so that one over several pieces says it once.
 */
export function applyCuts(text: string, from: number, cuts: readonly Cut[]): string {
  const to = from + text.length;
  let rest = "";
  let at = from;
  for (let index = countUpTo(cuts, from); index < cuts.length; index += 1) {
    const { start, end, replacement } = cuts[index] as Cut;
    if (start >= to) break;
    rest += text.slice(at - from, Math.max(start, at) - from);
    if (start >= from) rest += replacement;
    at = Math.min(end, to);
  }
  return rest + text.slice(at - from);
}
