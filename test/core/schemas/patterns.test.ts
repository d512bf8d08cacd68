// Owns the proof that a pattern matches what ECMA-262 says it matches, in linear time. Knows no schema.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../core/schemas/patterns/re2-adapter.ts";

function matches(pattern: string, text: string): boolean | string {
  const compiled = compilePattern(pattern);
  return compiled.kind === "pattern" ? compiled.test(text) : compiled.because;
}

describe("a pattern", () => {
  const atoms = [
    "a",
    "b",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\S",
    "\\W",
    "\\b",
    "[ab]",
    "[^a-c]",
    "[\\s\\d]",
    "[\\S]",
  ];
  const more = [
    "\\u00e9",
    "\\u{1F600}",
    "\\x41",
    "\\t",
    "\\/",
    "\\.",
    "[\\]x-]",
    "[^]",
    "[]",
    "\\p{L}",
    "\\P{Lu}",
  ];
  const atom = fc.constantFrom(...atoms, ...more, "\\cA", "\\0", "é", "😀", " ", "(?:ab|c)", "(d)");
  const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,}", "{0,3}", "*?");
  const term = fc.tuple(atom, quantifier).map(([one, many]) => (one === "\\b" ? one : one + many));
  const pattern = fc
    .tuple(fc.constantFrom("", "^"), fc.array(term, { maxLength: 5 }), fc.constantFrom("", "$"))
    .map(([start, terms, end]) => start + terms.join("") + end);
  const signs = [
    "a",
    "b",
    "c",
    "A",
    "é",
    "😀",
    " ",
    "\n",
    "\u2028",
    "\u00a0",
    "1",
    "-",
    "]",
    ".",
    "/",
    "\u0001",
    "\0",
  ];
  const text = fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map((all) => all.join(""));

  it("matches what the language's own engine matches", () => {
    fc.assert(
      fc.property(pattern, text, (written, subject) => {
        expect(matches(written, subject)).toBe(new RegExp(written, "u").test(subject));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[string, string, boolean]>([
    ["^(?=.*[A-Z])(?=.*\\d)(?!.*\\s).{8,}$", "Passw0rdx", true],
    ["^(?=.*[A-Z])(?=.*\\d)(?!.*\\s).{8,}$", "Pass w0rdx", false],
    ["^(?=.*[A-Z])(?=.*\\d)(?!.*\\s).{8,}$", "passw0rdx", false],
    ["(?=.*[0-9]).+", "abc1", true],
    ["(?=.*[0-9]).+", "abcd", false],
    ["(?=b).a", "xba", true],
    ["(?=b).a", "aab", false],
    ["^(?<name>a)$", "a", true],
    ["^a\\-b\\_c$", "a-b_c", true],
    ["^\\p{Letter}+$", "été", true],
    ["^\\p{Script=Greek}$", "λ", true],
    ["^[^\\p{Lu}]$", "A", false],
  ])("%s on %s: %s", (written, subject, isMatch) => {
    expect(matches(written, subject)).toBe(isMatch);
  });

  it.each([
    "(",
    ")",
    "[",
    "a**",
    "*",
    "\\a",
    "\\",
    "a{2,1}",
    "(?<=a)b",
    "a(?!b)",
    "(a)\\1",
    "\\k<n>",
    "^(?=a)b|c",
    "\\p{Nope}",
    "(?i)a",
    "^*",
    "[b-a]",
    "\\u{110000}",
  ])("%s is refused", (written) => {
    expect(matches(written, "")).toBeTypeOf("string");
  });

  it("that is too long or too deep is refused", () => {
    expect(matches("x".repeat(5_000), "")).toMatch(/longer/);
    expect(matches("(".repeat(100) + ")".repeat(100), "")).toMatch(/deep/);
  });

  it("may say how long a text is", () => {
    expect(matches("^.{0,2500}$", "😀".repeat(2_500))).toBe(true);
    expect(matches("^.{0,2500}$", "a".repeat(2_501))).toBe(false);
    expect(matches("^[a-z\\]]{2,}$", "a]")).toBe(true);
    expect(matches("^[a-z]{2,}$", "a")).toBe(false);
    expect(matches("^\\d{3}$", "1234")).toBe(false);
    expect(matches("^(?:ab){0,500}c$", `${"ab".repeat(400)}c`)).toBe(true);
  });

  it("takes linear time on hostile texts", () => {
    const hostile = [
      "^[ab]*a[ab]{500}$",
      "^(a+)+$",
      "^(a|a)*$",
      "(.*)*x",
      "^(([a-z])+.)+[A-Z]([a-z])+$",
      "(?=.*[0-9])(a+)+b",
    ];
    for (const written of hostile) {
      const compiled = compilePattern(written);
      const subject = `${"a".repeat(200_000)}!`;
      const started = performance.now();
      if (compiled.kind === "pattern") compiled.test(subject);
      expect(performance.now() - started, written).toBeLessThan(1_500);
    }
  });
});
