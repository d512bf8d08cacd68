// Owns the proof that whole sentences go, the same however the text comes. Knows no frame.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../core/contracts/guard.ts";
import { SentenceScanner, type SentencesIn } from "../../../../core/filters/guards/sentences.ts";
import { wordGuard } from "./word-detector.ts";

const source = { stage: "llm.answer", role: "assistant", kind: "text" } as const;

function findings(pieces: readonly string[], form: SentencesIn): readonly Finding[] {
  const inner = wordGuard("bad").scan(source);
  if (inner === undefined) throw new Error("a word guard reads all");
  const scanner = new SentenceScanner(inner, form);
  const found: Finding[] = [];
  let before = 0;
  for (const piece of pieces) {
    const { findings: some, decided } = scanner.push(piece);
    for (const { start } of some) expect(start).toBeGreaterThanOrEqual(before);
    expect(decided).toBeGreaterThanOrEqual(before);
    before = decided;
    found.push(...some);
  }
  const last = scanner.end();
  if (last instanceof Promise || "kind" in last) throw new Error("a word guard decides at once");
  return [...found, ...last];
}

const reached = (text: string, form: SentencesIn = "prose") =>
  findings([text], form).map(({ start, end }) => text.slice(start, end));

describe("a sentence", () => {
  it("ends at its mark, and what closes it", () => {
    expect(reached("One. It is bad! Two.")).toEqual([" It is bad!"]);
    expect(reached('He said "bad." Then he left.')).toEqual(['He said "bad." Then he left.']);
    expect(reached("He said ‘bad.’ Then he left.")).toEqual(["He said ‘bad.’"]);
    expect(reached("3.5 of bad.com are. Two.")).toEqual(["3.5 of bad.com are."]);
    expect(reached("いい。badだ。はい。")).toEqual(["badだ。"]);
    expect(reached("one\ntwo bad\nthree")).toEqual(["two bad\n"]);
    expect(reached("no end, bad")).toEqual(["no end, bad"]);
  });

  it("is cut where it has none", () => {
    const [only = ""] = reached(`${"word ".repeat(1_000)}bad ${"word ".repeat(1_000)}`);
    expect(only.length).toBeLessThanOrEqual(2_000);
    expect(only).toContain("bad");
  });

  it("of arguments is no more than its string", () => {
    expect(reached('{"to":"One. A bad one. Two","n":"bad"}', "json")).toEqual([" A bad one.", "bad"]);
  });

  it("goes to the end with what has none", () => {
    const scanner = new SentenceScanner({
      push: (text) => ({
        findings: [{ type: "long", start: 5, end: Number.MAX_SAFE_INTEGER, score: 1, method: "bound" }],
        decided: text.length,
      }),
      end: () => [],
    });
    expect(scanner.push("One. Two. Three.")).toEqual({ findings: [], decided: 4 });
    expect(scanner.end()).toMatchObject([{ start: 4, end: 16 }]);
  });

  it("is the same however it comes", () => {
    const parts = fc.array(
      fc.constantFrom("bad", "b", "ad", ".", "!", " ", "\n", "。", ")", '"', "word", "..."),
      {
        maxLength: 60,
      },
    );
    const places = fc.array(fc.nat(200), { maxLength: 30 });
    fc.assert(
      fc.property(parts, places, fc.constantFrom<SentencesIn>("prose", "json"), (words, cuts, form) => {
        const text = words.join("");
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(findings(pieces, form)).toEqual(findings([text], form));
      }),
    );
  });

  it("is looked for once in each unit", () => {
    const text = `${".".repeat(200_000)}x bad`;
    expect(reached(text).join("")).toContain("bad");
    const units = findings(`${"!)".repeat(20_000)} bad.`.split(""), "prose");
    expect(units).toHaveLength(1);
  });
});
