// Owns the proof that sums of money are exact on both sides of what a double holds.

import fc from "fast-check";
import { expect, it } from "vitest";
import { FemtoSum } from "../../../core/prices/femto-sum.ts";

const femtoPerNano = 1_000_000n;

it("is what bigints sum to, and rounds up to nano-dollars", () => {
  const count = fc.oneof(fc.nat({ max: 1000 }), fc.maxSafeNat());
  const each = fc.oneof(fc.nat({ max: 1_000_001 }), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(fc.tuple(count, each), { maxLength: 6 }), (parts) => {
      const sum = new FemtoSum();
      let exact = 0n;
      for (const [count, each] of parts) {
        sum.add(count, each);
        exact += BigInt(count) * BigInt(each);
      }
      expect(sum.femtoUsd).toBe(exact);
      expect(sum.nanoUsd).toBe(Number((exact + femtoPerNano - 1n) / femtoPerNano));
    }),
  );
});

it("counts a femto-dollar beside billions", () => {
  const sum = new FemtoSum();
  sum.add(8_999_999_999, 1_000_000);
  sum.add(1, 1);
  expect(sum.nanoUsd).toBe(9_000_000_000);
});
