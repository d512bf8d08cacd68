// Owns the proof that words are told from what is drawn by lot. Knows no secret.

import { describe, expect, it } from "vitest";
import { changesOf, classesOf, spreadOf, wordShare } from "../../../core/text/randomness.ts";

describe("words", () => {
  it.each(["password", "productionDatabase", "kubernetes-cluster", "InternalReport"])(
    "%s is made of them",
    (text) => {
      expect(wordShare(text)).toBeGreaterThan(0.8);
    },
  );

  it.each(["xkqzvtjw", "a8f3Kq09Zx", "Zk3x9Lw2Qp7Rt5Vb", ""])("%s is not", (text) => {
    expect(wordShare(text)).toBe(0);
  });
});

it("counts what a text is made of", () => {
  expect(spreadOf("aabb")).toEqual({ variety: 2, entropy: 1 });
  expect(spreadOf("")).toEqual({ variety: 0, entropy: 0 });
  expect([changesOf("abc123"), changesOf("a1b2"), changesOf("a-1")]).toEqual([1, 3, 1]);
  expect([classesOf("aB1!"), classesOf("aaa"), classesOf("")]).toEqual([4, 1, 0]);
});
