// Owns random histories of budgets: asks, extensions, settlements, crashes, repeats, time. Knows no store.

import fc from "fast-check";

export interface FigurePlan {
  readonly kind: "sliding" | "calendar" | "life" | "concurrency";
  readonly limit: number;
}

/** What one ask takes of a figure. */
export interface Draw {
  readonly figure: number;
  readonly amount: number;
  readonly perUnit: number;
  readonly share: number;
  readonly role: "ceiling" | "watched";
}

export type Act =
  | { readonly do: "reserve"; readonly draws: readonly Draw[]; readonly min: number; readonly more: number }
  /** The very ask of an earlier one, perhaps by another process. */
  | { readonly do: "repeat"; readonly which: number }
  | {
      readonly do: "extend";
      readonly which: number;
      readonly amount: number;
      readonly min: number;
      readonly more: number;
    }
  /** `percent` of what was taken is what was used; −1: nobody says. A second time does nothing. */
  | { readonly do: "settle"; readonly which: number; readonly percent: number }
  /** Nobody will ever settle it. */
  | { readonly do: "crash"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "grant"; readonly figure: number; readonly amount: number }
  | { readonly do: "reset"; readonly figure: number };

export interface History {
  readonly figures: readonly FigurePlan[];
  readonly acts: readonly Act[];
}

/** Long beside the time a test takes: what Redis itself lets expire goes by its own clock. */
export const windowMs = 310_000;
export const periodMs = 600_000;
const figuresCount = 4;

const figurePlan: fc.Arbitrary<FigurePlan> = fc.record({
  kind: fc.constantFrom("sliding", "calendar", "life", "concurrency"),
  limit: fc.integer({ min: 1, max: 60 }),
});
const draws = fc.uniqueArray(
  fc.record({
    figure: fc.nat({ max: figuresCount - 1 }),
    amount: fc.nat({ max: 8 }),
    perUnit: fc.constantFrom(0, 1, 3),
    share: fc.constantFrom(1, 1, 4),
    role: fc.constantFrom("ceiling" as const, "ceiling" as const, "watched" as const),
  }),
  { selector: (draw) => draw.figure, minLength: 1, maxLength: figuresCount },
);
const which = fc.nat({ max: 12 });
const min = fc.nat({ max: 4 });
const more = fc.nat({ max: 12 });

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("reserve" as const), draws, min, more }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("extend" as const),
      which,
      amount: fc.nat({ max: 3 }),
      min,
      more,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      which,
      percent: fc.constantFrom(-1, 0, 30, 100, 150),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat({ max: 15_000 }), fc.nat({ max: windowMs }), fc.nat({ max: 2 * periodMs })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("grant" as const),
      figure: fc.nat({ max: figuresCount - 1 }),
      amount: fc.integer({ min: -10, max: 10 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reset" as const), figure: fc.nat({ max: figuresCount - 1 }) }),
  },
);

export const histories: fc.Arbitrary<History> = fc.record({
  figures: fc.array(figurePlan, { minLength: figuresCount, maxLength: figuresCount }),
  acts: fc.array(act, { maxLength: 40 }),
});
