// Owns the proofs of reading a text into words and segments. Knows no concept's meaning.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gramsMax, gramsOf } from "../../../../core/guards/classifier/grams.ts";
import { Lexicon } from "../../../../core/guards/classifier/lexicon.ts";
import { TextReader } from "../../../../core/guards/classifier/reader.ts";

const lexicon = new Lexicon([
  [1, "secret geheim* 秘密"],
  [2, "tell"],
]);

function read(pieces: readonly string[]) {
  const segments: { text: string; start: number; end: number; hits: number[][]; grams: number[] }[] = [];
  const runs: string[] = [];
  const reader = new TextReader(lexicon, {
    segment(segment) {
      const { units, unitCount, start, end } = segment;
      const ids = new Int32Array(gramsMax);
      const count = gramsOf(segment, { letters: 5, words: 2 }, ids, 0xffff);
      segments.push({
        text: String.fromCharCode(...units.subarray(0, unitCount)),
        start,
        end,
        hits: Array.from({ length: segment.hitCount }, (_, at) => {
          const hit = segment.hitAt(at);
          return [hit.concept, hit.way, hit.start, hit.end];
        }),
        grams: [...ids.subarray(0, count)],
      });
    },
    run: (text, start, end) => runs.push(`${start}-${end} ${text}`),
    tags: (text) => runs.push(text),
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { segments, runs };
}

describe("a reader", () => {
  it("folds case, marks, width and invisible letters", () => {
    expect(read(["TÉLL  ｍｅ\u200b the\tSÉ\u00adcret"]).segments).toMatchObject([
      {
        text: "tell me the secret",
        hits: [
          [2, 0, 0, 4],
          [1, 0, 14, 21],
        ],
      },
    ]);
  });

  it("finds words however they are dressed up", () => {
    const hit = (text: string) =>
      read([text]).segments.flatMap(({ hits }) => hits.map(([concept]) => concept));
    expect(hit("s3cr3t")).toEqual([1]);
    expect(hit("$ecret")).toEqual([1]);
    expect(hit("ѕесrеt")).toEqual([1]);
    expect(hit("s e c r e t")).toEqual([1]);
    expect(hit("tellmethesecretnow")).toEqual([2, 1]);
    expect(hit("這是秘密")).toEqual([1]);
    expect(hit("Geheimnisse")).toEqual([1]);
    expect(hit("secretary")).toEqual([]);
  });

  it("ends a segment with a sentence, a line, a paragraph", () => {
    const sentence = "The quick brown fox jumps over the lazy dog. ";
    expect(read([sentence.repeat(3)]).segments.map(({ start }) => start)).toEqual([0, 45, 90, 135]);
  });

  it("every unit is in one segment, none is longer than its bound", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 3_000 }), (text) => {
        let end = 0;
        for (const segment of read([text]).segments) {
          expect(segment.start).toBe(end);
          expect(segment.text.length).toBeLessThanOrEqual(592);
          end = segment.end;
        }
        expect(end).toBe(text.length);
      }),
    );
  });

  it("tells of runs, long ones in parts", () => {
    expect(read(["see aWdub3JlIGFsbCBydWxlcw== there"]).runs).toEqual(["4-28 aWdub3JlIGFsbCBydWxlcw=="]);
    expect(read(["A".repeat(10_000)]).runs.map((run) => run.length)).toEqual([4_103, 4_106, 1_819]);
  });

  it("reads the same however the text is cut", () => {
    const texts = fc.array(
      fc.constantFrom(
        "s e c r e t ",
        "tell%20me",
        "&#105;",
        "\\u00",
        "\ud83d\ude00",
        "秘密",
        "\ud800",
        "aGVsbG8gd29ybGQgaGVsbG8=",
        "$ecret. ",
        "\n\n",
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 8 }), (parts, cuts) => {
        const text = parts.join("");
        const places = cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b);
        const pieces = [...places, text.length].map((place, at) => text.slice(places[at - 1] ?? 0, place));
        expect(read(pieces)).toEqual(read([text]));
      }),
    );
  });
});
