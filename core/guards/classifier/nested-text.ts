// Owns reading what lies encoded in a text as a text of its own, a few encodings deep. Knows no encoding and
// no detector.

import type { Finding } from "../../contracts/guard.ts";

export interface NestedScanner {
  push(text: string): readonly Finding[];
  end(): readonly Finding[];
}

/** Encodings within encodings are read so deep. */
const depthMax = 3;

/**
 * What is found in it, the strongest first; nothing where it is no text, or lies too deep. `scan`: for a text
 * at a depth.
 */
export function readNested(
  text: string | undefined,
  depth: number,
  scan: (depth: number) => NestedScanner,
): readonly Finding[] {
  if (text === undefined || depth >= depthMax) return [];
  const scanner = scan(depth + 1);
  return [...scanner.push(text), ...scanner.end()].toSorted((a, b) => b.score - a.score);
}
