// Owns how a long text is cut into pieces that a service takes, and how their findings become the text's.
// Knows no service.

import type { Finding } from "../../contracts/guard.ts";

export interface Chunk {
  /** UTF-16 unit of the text at which it begins. */
  readonly start: number;
  readonly text: string;
}

/** Said again in the next chunk: what stands across a cut is whole in one of the two. */
const overlapCharsMax = 256;

/** At white space where there is some, never inside a surrogate pair. */
export function cutChunks(text: string, chunkChars: number): readonly Chunk[] {
  if (text.length <= chunkChars) return [{ start: 0, text }];
  const overlap = Math.min(overlapCharsMax, Math.floor(chunkChars / 4));
  const chunks: Chunk[] = [];
  let start = 0;
  while (text.length - start > chunkChars) {
    const end = boundaryBefore(text, start + chunkChars, overlap);
    chunks.push({ start, text: text.slice(start, end) });
    start = boundaryAfter(text, end - overlap, end);
  }
  chunks.push({ start, text: text.slice(start) });
  return chunks;
}

/** `found`: of each chunk, in their order. What is about the whole text comes first. */
export function joinFindings(
  chunks: readonly Chunk[],
  found: readonly (readonly Finding[])[],
): readonly Finding[] {
  const moved = chunks.flatMap(({ start }, index) => (found[index] ?? []).map((one) => moveBy(one, start)));
  const joined = new Map<string, Finding[]>();
  for (const finding of moved.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const known = joined.get(finding.type) ?? [];
    const last = known.at(-1);
    const isSame = last !== undefined && isPlaced(last) === isPlaced(finding);
    if (isSame && (finding.start < last.end || !isPlaced(finding))) {
      known[known.length - 1] = {
        ...last,
        end: Math.max(last.end, finding.end),
        score: Math.max(last.score, finding.score),
      };
    } else known.push(finding);
    joined.set(finding.type, known);
  }
  return [...joined.values()].flat().sort((a, b) => a.start - b.start || a.end - b.end);
}

function isPlaced({ end }: Finding): boolean {
  return end > 0;
}

function moveBy(finding: Finding, by: number): Finding {
  return isPlaced(finding) ? { ...finding, start: finding.start + by, end: finding.end + by } : finding;
}

/** The end of the last white space in the `reach` before `at`. */
function boundaryBefore(text: string, at: number, reach: number): number {
  for (let end = at; end > at - reach; end -= 1) if (isSpace(text.charCodeAt(end - 1))) return end;
  return whole(text, at);
}

/** Where the first word behind `from` begins; `from` itself where no white space comes before `before`. */
function boundaryAfter(text: string, from: number, before: number): number {
  for (let at = from; at < before; at += 1) if (isSpace(text.charCodeAt(at - 1))) return at;
  return whole(text, from);
}

function whole(text: string, at: number): number {
  const isInPair = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(at - 1, at + 1));
  return isInPair ? at - 1 : at;
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x3000;
