// Owns the proof that the sieve sees in a text what reading it unit by unit shows.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Places, sift, sign, want } from "../../../core/text/sieve.ts";

const wanted = ["gather", "rule", "dan"];
want(wanted);

const list = ({ at, count }: Places): readonly number[] => [...at.subarray(0, count)];
const isLetter = (unit: string): boolean => /[a-zÀ-ÖØ-öø-ÿ]/i.test(unit) && unit < "\u0100";
const isDigit = (unit: string): boolean => /[0-9]/.test(unit);
const isSolid = (unit: string): boolean => unit > " ";
/** Where runs of such units stand, of `min` or more. */
function runs(
  text: string,
  is: (unit: string) => boolean,
  min: number,
): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (let at = 0; at < text.length; at++) {
    const start = at;
    while (at < text.length && is(text.charAt(at))) at++;
    if (at - start >= min) found.push([start, at]);
  }
  return found;
}

const starts = (all: readonly (readonly [number, number])[]): readonly number[] => all.map(([at]) => at);

const word = fc.constantFrom(
  ...wanted,
  ..."Gathering RULES dan's the of a it is up to us internationalization".split(" "),
  ..."2024-05-12 x9 éléphant ÷ https://a.example/b?c=d&e".split(" "),
);
const noise = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 9,
});
const texts = fc
  .array(fc.tuple(fc.oneof(word, noise), fc.constantFrom(" ", " ", " ", "", "\n", ", ", ".")), {
    maxLength: 90,
  })
  .map((parts) => parts.flat().join(""));

describe("a text of Latin-1", () => {
  it("is read where it is empty, behind one that is not", () => {
    expect(sift("x".repeat(10_000)).isUnread).toBe(true);
    expect(sift("").isUnread).toBe(false);
  });

  it("has its numbers, signs and runs where they stand", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const seen = sift(text);
        expect(seen.isUnread).toBe(false);
        expect(list(seen.numbers)).toEqual(starts(runs(text, isDigit, 1)));
        expect(list(seen.runs)).toEqual(starts(runs(text, isSolid, 20)));
        const mixed = [...text].flatMap((unit, at) => {
          const next = text.charAt(at + 1);
          return (isLetter(unit) && isDigit(next)) || (isDigit(unit) && isLetter(next)) ? [at] : [];
        });
        expect(list(seen.mixed)).toEqual(mixed);
        const colons = [...text].flatMap((unit, at) => (unit === ":" ? [at] : []));
        expect(list(seen.signs).filter((at) => text[at] === ":")).toEqual(colons);
        expect((seen.kinds & sign.at) !== 0).toBe(text.includes("@"));
      }),
    );
  });

  it("has all wanted words, long words, and rows of short ones", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const seen = sift(text);
        const words = runs(text, isLetter, 1);
        const own = words.filter(([from, to]) => {
          const read = text.slice(from, to).toLowerCase();
          return wanted.some((one) => one === read || (one.length > 4 && read.startsWith(one.slice(0, 5))));
        });
        expect(list(seen.words)).toEqual(expect.arrayContaining([...starts(own)]));
        expect(list(seen.joined)).toEqual(starts(runs(text, isLetter, 14)));
        const bounds = list(seen.shorts);
        const isTold = (from: number, to: number): boolean =>
          bounds.some((at, index) => index % 2 === 0 && at <= from && to <= (bounds[index + 1] ?? 0));
        for (const [from, to] of rowsOfShorts(text))
          expect(isTold(from, to), text.slice(from, to)).toBe(true);
      }),
    );
  });
});

/** Five short words or more, no long one of letters alone among them. */
function rowsOfShorts(text: string): readonly (readonly [number, number])[] {
  const words = runs(text, (unit) => isLetter(unit) || isDigit(unit), 1);
  const rows: [number, number][] = [];
  let row: (readonly [number, number])[] = [];
  const close = (): void => {
    const [first, last] = [row[0], row.at(-1)];
    if (first !== undefined && last !== undefined && row.length >= 5) rows.push([first[0], last[1]]);
    row = [];
  };
  for (const one of words) {
    if (one[1] - one[0] > 3) close();
    else row.push(one);
  }
  close();
  return rows;
}

describe("what is not of Latin-1", () => {
  it("stands for a sign alike, or is not read", () => {
    const seen = sift("“You’re 12 — and rule…”");
    expect([seen.isUnread, seen.isWide]).toEqual([false, true]);
    expect(list(seen.numbers)).toEqual([8]);
    expect(sift("правила 12").isUnread).toBe(true);
    expect(sift("\u200b").isUnread).toBe(true);
  });

  it("is not read where it is too long, and leaves nothing behind", () => {
    expect(sift(`${"x1 ".repeat(3_000)}`).isUnread).toBe(true);
    expect(list(sift("7").numbers)).toEqual([0]);
    expect(list(sift("").numbers)).toEqual([]);
    expect(list(sift("a".repeat(8_192)).joined)).toEqual([0]);
  });
});
