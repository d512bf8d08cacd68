// Owns "did you mean": the known name nearest to a mistyped one. Knows nothing of where names come from.

const nameCharsMax = 64;

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The candidate at most a third of the name's length away; case does not count. */
export function closestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > nameCharsMax) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const far = distance(name.toLowerCase(), candidate.toLowerCase());
    if (far <= Math.ceil(Math.max(name.length, 3) / 3) && (best === undefined || far < best.distance)) {
      best = { name: candidate, distance: far };
    }
  }
  return best?.name;
}

/** `did you mean "limits"?`, or the whole short list, or nothing. */
export function suggestName(name: string, candidates: readonly string[]): string {
  const closest = closestName(name, candidates);
  if (closest !== undefined) return `did you mean "${closest}"?`;
  return candidates.length > 0 && candidates.length <= 12 ? `known: ${candidates.join(", ")}` : "";
}
