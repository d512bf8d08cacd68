// Owns what is cut out of a text, and what stands there instead. Knows no guard and no frame.

/** UTF-16 units of one text; `end` may lie beyond what is known of it. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Keeps them in order and apart: those that overlap become one, with the replacement of the first. */
export function addCut(cuts: Cut[], cut: Cut): void {
  let at = cuts.length;
  while (at > 0 && (cuts[at - 1] as Cut).end > cut.start) at -= 1;
  let merged = cut;
  let count = 0;
  for (let next = cuts[at]; next !== undefined && next.start < merged.end; next = cuts[at + count]) {
    const isFirst = next.start < merged.start || (next.start === merged.start && next.end > merged.end);
    const { replacement } = isFirst ? next : merged;
    merged = {
      start: Math.min(merged.start, next.start),
      end: Math.max(merged.end, next.end),
      replacement,
    };
    count += 1;
  }
  cuts.splice(at, count, merged);
}

/**
 * What is left of `text`, which begins at unit `from` of the whole. A cut says its replacement where it
 * begins, so that one over several pieces says it once.
 */
export function applyCuts(text: string, from: number, cuts: readonly Cut[]): string {
  const to = from + text.length;
  let rest = "";
  let at = from;
  for (const { start, end, replacement } of cuts) {
    if (end <= at) continue;
    if (start >= to) break;
    rest += text.slice(at - from, Math.max(start, at) - from);
    if (start >= from) rest += replacement;
    at = Math.min(end, to);
  }
  return rest + text.slice(at - from);
}
