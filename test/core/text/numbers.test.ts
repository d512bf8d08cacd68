// Owns the proof that passing over numbers makes nothing well-formed that is not. Knows no dialect.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../../../core/text/json.ts";
import { readJsonBeyondNumbers } from "../../../core/text/numbers.ts";

const kindOf = (text: string) => readJsonBeyondNumbers(Buffer.from(text)).kind;

describe("JSON beyond its numbers", () => {
  it.each([
    "[1,2,3,]",
    "[1,,2,3,4]",
    "[1,2,3 4,5,6]",
    "[1.2.3,4,5,6]",
    "[01,2,3,4]",
    "[1,2,3,+4]",
    "[1,2,3,4e]",
    "[1,2,3,.5]",
    "[1,2,3,--4,5]",
    "[1,2,3,4\u00a0,5]",
    '{"a":1,2,3,4}',
    "1,2,3,4",
    "[1,2,3,4",
    `[${"[1,2,3,4],".repeat(3)}]`,
    '{"a":[1,2,3,4],"a":[5,6,7,8]}',
  ])("refuses %s", (text) => {
    expect(kindOf(text)).toBe("problem");
  });

  it.each([
    "[1,2,3,4]",
    "[ 1 , -2.5e-3 ,\n0, 1E+9 ]",
    "[[1,2,3],[4,5,6],[]]",
    '{"a":[1,2,3,4],"b":"x [1,2,3,4] y"}',
  ])("accepts %s", (text) => {
    expect(kindOf(text)).toBe("json");
  });

  it("judges what looks like lists of numbers as a strict reading does", () => {
    const unit = fc.constantFrom(...'[[]],,,,  00123.-+eE"{}:');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.nat(3), (text, at) => {
        const wrapped = [text, `[1,2,3${text}]`, `[${text}4,5,6]`, `{"a":[0,1,2,${text},3,4,5]}`][at] ?? "";
        expect([wrapped, kindOf(wrapped)]).toEqual([wrapped, readJson(Buffer.from(wrapped)).kind]);
      }),
      { numRuns: 5_000 },
    );
  });

  it("takes lists of any length, whole or cut", () => {
    const many = "1,".repeat(8 * 1024 * 1024);
    expect(kindOf(`[${many}1]`)).toBe("json");
    expect(kindOf(`[${many}`)).toBe("problem");
    expect(kindOf(`[${" ".repeat(8 * 1024 * 1024)}`)).toBe("problem");
  });
});
