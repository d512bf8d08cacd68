// Owns the proof of the bounds of texts, in characters and in bytes, in any pieces. Knows no policy.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { lengthDetector } from "../../../core/guards/length.ts";
import { sizeDetector } from "../../../core/guards/size.ts";
import { answer, expectCutsAlike, expectUnitsAlike, guardOf, readAll, timeOf } from "./readings.ts";

const openEnd = Number.MAX_SAFE_INTEGER;
const long = (type: string, start: number) => ({ type, start, end: openEnd, score: 1, method: "bound" });
const short = (type: string) => ({ type, start: 0, end: 0, score: 1, method: "bound" });

describe("answers", () => {
  const guard = guardOf(lengthDetector, { charsMax: 5, charsMin: 3 });

  it.each<[text: string, ...findings: unknown[]]>([
    ["", short("response_too_short")],
    ["ab", short("response_too_short")],
    ["abc"],
    ["abcde"],
    ["abcdef", long("response_too_long", 5)],
    ["abcd😀", long("response_too_long", 4)],
    ["abcd\ud83d"],
    ["abcde\ud83d", long("response_too_long", 5)],
  ])("%j", (text, ...findings) => {
    expect(readAll(guard, text, answer)).toEqual(findings);
    expectUnitsAlike(guard, text, answer);
  });

  it("flow on once they are long enough, and are told once", () => {
    const scanner = guard.scan(answer);
    expect(scanner?.push("ab")).toEqual({ findings: [], decided: 0 });
    expect(scanner?.push("c")).toEqual({ findings: [], decided: 3 });
    expect(scanner?.push("defg")).toEqual({ findings: [long("response_too_long", 5)], decided: 7 });
    expect(scanner?.push("hij")).toEqual({ findings: [], decided: 10 });
    expect(scanner?.end()).toEqual([]);
  });
});

describe("requests", () => {
  const guard = guardOf(sizeDetector, { bytesMax: 6, bytesMin: 2 });

  it.each<[text: string, ...findings: unknown[]]>([
    ["a", short("text_too_small")],
    ["é"],
    ["abcdef"],
    ["abcdé"],
    ["abcdeé", long("text_too_large", 5)],
    ["日本"],
    ["日本語", long("text_too_large", 2)],
    ["a😀b"],
    ["abc😀", long("text_too_large", 3)],
    ["abcd\ud83d", long("text_too_large", 4)],
    ["abcd\ud83dx", long("text_too_large", 4)],
  ])("%j", (text, ...findings) => {
    expect(readAll(guard, text)).toEqual(findings);
    expectUnitsAlike(guard, text);
  });

  it("however they are cut", () => {
    const both = guardOf(sizeDetector, { bytesMax: 12, charsMax: 9, charsMin: 3 });
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 14 }), fc.array(fc.nat(40)), (text, cuts) => {
        expectCutsAlike(both, text, cuts);
        expectUnitsAlike(both, text);
        const told = readAll(both, text).some(({ type }) => type === "text_too_large");
        expect(told).toBe(text.length > 9 || Buffer.byteLength(text) > 12);
      }),
    );
  });

  it("of ten megabytes", () => {
    const large = guardOf(sizeDetector, { bytesMax: 100_000_000, charsMax: 100_000_000 });
    expect(timeOf(large, "x".repeat(10_000_000))).toBeLessThan(2_000);
  });
});

describe("settings", () => {
  it.each<[what: string, detector: typeof lengthDetector, config: JsonObject, path: string]>([
    ["no bound", lengthDetector, {}, ""],
    ["no text between the bounds", lengthDetector, { charsMax: 1, charsMin: 2 }, "charsMin"],
    ["no bound", sizeDetector, {}, ""],
    ["no text between the bounds", sizeDetector, { bytesMax: 1, bytesMin: 2 }, "bytesMin"],
  ])("%s is refused", (_what, detector, config, path) => {
    expect(detector.check?.(config).map((problem) => problem.path.join("."))).toEqual([path]);
  });

  it("that can be met are not", () => {
    expect(lengthDetector.check?.({ charsMax: 1 })).toEqual([]);
    expect(sizeDetector.check?.({ charsMax: 1, bytesMin: 2 })).toEqual([]);
  });
});
