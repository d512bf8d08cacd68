// Owns the proof of how deep encodings in encodings are read. Knows no encoding and no detector.

import { expect, it } from "vitest";
import type { Finding } from "../../../../core/contracts/guard.ts";
import { type NestedScanner, readNested } from "../../../../core/guards/classifier/nested-text.ts";

const found = (type: string, score: number): Finding => ({
  type,
  start: 0,
  end: 1,
  score,
  method: "pattern",
});

/** Says how deep it reads, and reads the same again in itself. */
function scanner(depth: number): NestedScanner {
  return {
    push: (text) => [found(`depth_${depth}`, depth / 10), ...readNested(text, depth, scanner)],
    end: () => [found("end", 0.15)],
  };
}

it("says first what is strongest, and ends at a depth", () => {
  const types = readNested("text", 0, scanner).map(({ type }) => type);
  expect(types).toEqual(["depth_3", "depth_2", "end", "end", "end", "depth_1"]);
});

it("finds nothing in what is no text", () => {
  expect(readNested(undefined, 0, scanner)).toEqual([]);
});
