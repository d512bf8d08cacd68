// Owns the proof that folded text says the same, and where each unit of it came from. Knows no type.

import { describe, expect, it } from "vitest";
import { foldInPlace, foldInto, type Reading, unseenMax } from "../../../../core/guards/pii/fold.ts";

function fold(text: string): Reading {
  const reading: Reading = { text: "", starts: [], ends: [], unseen: 0 };
  foldInto(reading, text, 0);
  return reading;
}

describe("folding", () => {
  it.each([
    ["０１２３４５６７８９", "0123456789"],
    ["٠١٢٣٤٥٦٧٨٩ ۰۱۲ ०१२ ๐๑๒ ০১২ ၀၁၂", "0123456789 012 012 012 012 012"],
    ["Ａ＠ｂ．ｃ：（＋）", "A@b.c:(+)"],
    ["1\u00a02\u20073\u202f4\u30005", "1 2 3 4 5"],
    ["1‐2‑3‒4–5—6−7", "1-2-3-4-5-6-7"],
    ["plain text, “quotes” and ünïcödé, 漢字", "plain text, “quotes” and ünïcödé, 漢字"],
  ])("%s", (text, expected) => {
    expect(foldInPlace(text)).toBe(expected);
    expect(fold(text).text).toBe(expected);
  });

  it("leaves out what nobody sees, and knows where the rest stood", () => {
    expect(foldInPlace("1\u200b2")).toBeUndefined();
    expect(fold("1\u200b2\u00ad\u20603")).toEqual({
      text: "123",
      starts: [0, 2, 5],
      ends: [1, 3, 6],
      unseen: 0,
    });
  });

  it("reads mathematical letters as letters, and leaves other pairs as they are", () => {
    const { text, starts, ends } = fold("\u{1d7ce}\u{1d41a}🙂x");
    expect(text).toBe("0a🙂x");
    expect(starts).toEqual([0, 2, 4, 5, 6]);
    expect(ends).toEqual([2, 4, 5, 6, 7]);
  });

  it("takes many unseen signs in a row for a gap, once", () => {
    expect(fold(`1${"\u200b".repeat(unseenMax * 3)}2`).text).toBe("1\n2");
    expect(fold(`1${"\u200b".repeat(unseenMax - 1)}2`).text).toBe("12");
  });
});
