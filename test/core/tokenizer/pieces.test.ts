// Owns the proof that a text is cut into pieces that together are that text. Knows no tokenizer.

import fc from "fast-check";
import { expect, it } from "vitest";
import { piecesOf } from "../../../core/tokenizer/pieces.ts";

it("any text is its pieces, none longer than is counted in no time", () => {
  const texts = fc.string({ unit: "binary", maxLength: 5_000, size: "max" });
  fc.assert(
    fc.property(texts, (text) => {
      const pieces = [...piecesOf(text)];
      expect(pieces.join("")).toBe(text);
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(512);
      for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
    }),
  );
});

it("words are not cut, and a run without a space is", () => {
  const words = "seven11 ".repeat(200);
  expect([...piecesOf(words)].every((piece, index) => index === 0 || piece.startsWith(" "))).toBe(true);
  expect([...piecesOf("a".repeat(1_025))].map(({ length }) => length)).toEqual([512, 512, 1]);
});
