// Owns the proof that arguments which hold JSON in a string are read as whoever takes them reads them, and
// lose what is found in them. Knows no detector.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgsView } from "../../../../core/filters/guards/args-view.ts";
import type { TextView } from "../../../../core/filters/guards/view.ts";

function read(view: TextView, pieces: readonly string[]): string {
  return pieces.map((piece) => view.read(piece)).join("");
}

function cutAt(text: string, places: readonly number[]): readonly string[] {
  const ends = [...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end));
}

/** JSON with escapes that nobody needs. */
function escaped(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[a-z](?=[^"\\]*")/g, (unit, at, whole: string) =>
    at % 3 === 0 && whole.charAt(at - 1) !== "\\" ? `\\u00${unit.charCodeAt(0).toString(16)}` : unit,
  );
}

const places = fc.array(fc.nat(500), { maxLength: 20 });

describe("JSON in a string", () => {
  it.each([
    [String.raw`{"body":"{\"x\":\"\\u0069gnore a\\nll\"}"}`, '{"body":"{"x":"ignore a\nll"}"}'],
    [String.raw`{"body":" [\"\\u0069gnore\"]"}`, '{"body":" ["ignore"]"}'],
    [String.raw`"{\"x\":\"\\u0069gnore\"}"`, '"{"x":"ignore"}"'],
    [String.raw`"\u0069gnore"`, '"ignore"'],
    [
      String.raw`{"a":"no \\u0069gnore","b":"{\"c\":\"\\u00"}`,
      String.raw`{"a":"no \u0069gnore","b":"{"c":"\u00"}`,
    ],
  ])("%s", (written, said) => {
    for (const cut of written.split("").keys())
      expect(read(new ArgsView(), cutAt(written, [cut]))).toBe(said);
  });

  const inner = fc.dictionary(
    fc.constantFrom("a", "key", "é"),
    fc.constantFrom("a secret", "", '"secret"\n', "\\"),
  );

  it("is cut where it is written, however it comes", () => {
    fc.assert(
      fc.property(inner, places, (given, cuts) => {
        const text = escaped({ n: 1, body: escaped(given), list: [escaped([given])] });
        const view = new ArgsView();
        const said = read(view, cutAt(text, cuts));
        let left = text;
        for (
          let at = said.lastIndexOf("secret");
          at >= 0;
          at = at === 0 ? -1 : said.lastIndexOf("secret", at - 1)
        ) {
          const [cut] = view.cut({ start: at, end: at + 6, replacement: "[X]" }) ?? [];
          if (cut !== undefined) left = left.slice(0, cut.start) + cut.replacement + left.slice(cut.end);
        }
        const { body, list } = JSON.parse(left);
        const wanted = JSON.parse(JSON.stringify(given).replaceAll("secret", "[X]"));
        expect([JSON.parse(body), JSON.parse(list[0])]).toEqual([wanted, [wanted]]);
      }),
    );
  });

  it("is read in time that grows with its length alone", () => {
    const text = JSON.stringify({ body: JSON.stringify("\\\u0001".repeat(60_000)) });
    expect(read(new ArgsView(), [text]).length).toBeLessThan(text.length);
  });
});
