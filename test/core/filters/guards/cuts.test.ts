// Owns the proof that cuts come to the same in any order, and in pieces as in the whole. Knows no channel.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addCuts, applyCuts, type Cut } from "../../../../core/filters/guards/cuts.ts";

const text = "abcdefghijklmnopqrstuvwxyz";
const cut = fc
  .record({
    start: fc.nat(24),
    length: fc.integer({ min: 1, max: 6 }),
    replacement: fc.constantFrom("[X]", "", "-"),
  })
  .map(({ start, length, replacement }): Cut => ({ start, end: start + length, replacement }));
const batches = fc.array(fc.array(cut, { maxLength: 4 }), { maxLength: 6 });

function merged(all: readonly (readonly Cut[])[]): readonly Cut[] {
  const cuts: Cut[] = [];
  for (const batch of all) addCuts(cuts, batch);
  return cuts;
}

describe("cuts", () => {
  it("are in order and apart, and cover what each of them covers", () => {
    fc.assert(
      fc.property(batches, (all) => {
        const cuts = merged(all);
        for (const [at, { start }] of cuts.entries())
          expect(start).toBeGreaterThanOrEqual(cuts[at - 1]?.end ?? 0);
        const covered = (list: readonly Cut[]) =>
          [...text].map((_unit, at) => list.some(({ start, end }) => start <= at && at < end));
        expect(covered(cuts)).toEqual(covered(all.flat()));
      }),
    );
  });

  it("come to the same whichever is found first", () => {
    fc.assert(
      fc.property(batches, (all) => {
        expect(merged(all.toReversed())).toEqual(merged(all));
        expect(merged([all.flat()])).toEqual(merged(all));
      }),
    );
  });

  it("leave the same of a text in pieces", () => {
    fc.assert(
      fc.property(batches, fc.array(fc.nat(text.length)), (all, places) => {
        const cuts = merged(all);
        const at = [0, ...places.toSorted((a, b) => a - b), text.length];
        const pieces = at
          .slice(1)
          .map((end, index) => applyCuts(text.slice(at[index], end), at[index] ?? 0, cuts));
        expect(pieces.join("")).toBe(applyCuts(text, 0, cuts));
      }),
    );
  });
});
