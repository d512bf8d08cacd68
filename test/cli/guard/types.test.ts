// Owns the proof of how types are matched and reckoned. Knows no guard.

import { describe, expect, it } from "vitest";
import { readSpans, TypeTally, typeNamed } from "../../../cli/guard/types.ts";

const at = (type: string, start: number, end: number) => ({
  type,
  start,
  end,
  score: 1,
  method: "pattern" as const,
});

function figuresOf(fill: (tally: TypeTally) => void): TypeTally["figures"] {
  const tally = new TypeTally();
  fill(tally);
  return tally.figures;
}

describe("spans", () => {
  it("are met by a finding of their type that shares a unit", () => {
    const spans = [
      { type: "EMAIL_ADDRESS", start: 0, end: 10 },
      { type: "PHONE_NUMBER", start: 20, end: 30 },
    ];
    const findings = [at("email", 0, 10), at("email", 10, 12), at("phone", 25, 31), at("iban", 0, 10)];
    expect(figuresOf((tally) => tally.addSpans(spans, findings))).toEqual([
      { type: "email", expected: 1, found: 2, precision: 0.5, recall: 1, f1: 2 / 3, exactF1: 2 / 3 },
      { type: "iban", expected: 0, found: 1 },
      { type: "phone", expected: 1, found: 1, precision: 1, recall: 1, f1: 1, exactF1: 0 },
    ]);
  });

  it("that nobody found have no precision", () => {
    const spans = [{ type: "person", start: 0, end: 3 }];
    expect(figuresOf((tally) => tally.addSpans(spans, []))).toEqual([
      { type: "person", expected: 1, found: 0, recall: 0, f1: 0, exactF1: 0 },
    ]);
  });

  it.each([undefined, null, "x", [1], [{ type: "x" }], [{ type: 1, start: 0, end: 1 }]])(
    "are not %j",
    (value) => {
      expect(readSpans(value as Parameters<typeof readSpans>[0])).toBeUndefined();
    },
  );
});

describe("labels", () => {
  it("are of the whole text, once each", () => {
    const findings = [at("hate_speech", 0, 1), at("hate_speech", 5, 6), at("violence", 0, 1)];
    const figures = figuresOf((tally) => tally.addLabels(["hate", "hate_threatening", "sexual"], findings));
    expect(figures).toEqual([
      { type: "hate_speech", expected: 1, found: 1, precision: 1, recall: 1, f1: 1 },
      { type: "sexual_content", expected: 1, found: 0, recall: 0, f1: 0 },
      { type: "violence", expected: 0, found: 1 },
    ]);
  });
});

it.each([
  ["EMAIL_ADDRESS", "email"],
  ["Self-Harm", "self_harm"],
  ["credit card", "credit_card"],
])("%s is %s", (name, type) => {
  expect(typeNamed(name)).toBe(type);
});
