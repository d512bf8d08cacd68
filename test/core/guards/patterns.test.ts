// Owns the proof of the detector of a policy's own patterns and words: what it finds, in any pieces, at any
// length, and what it says of patterns that are none. Knows no policy.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { patternsDetector } from "../../../core/guards/patterns.ts";
import { expectCutsAlike, expectLinear, expectUnitsAlike, guardOf, source, told } from "./readings.ts";

const patterns = (map: Record<string, string>, more: JsonObject = {}) =>
  guardOf(patternsDetector, {
    patterns: Object.fromEntries(Object.entries(map).map(([name, regex]) => [name, { regex }])),
    ...more,
  });

describe("patterns", () => {
  it.each<[regex: string, text: string, ...told: string[]]>([
    ["ticket-\\d{4}", "see ticket-1234, ticket-12 and ticket-99999", "a: ticket-1234", "a: ticket-9999"],
    [
      "(?i)\\bproject[- ]zeus\\b",
      "Project Zeus; project-zeusling; PROJECT-ZEUS",
      "a: Project Zeus",
      "a: PROJECT-ZEUS",
    ],
    ["a+", "baaac a", "a: aaa", "a: a"],
    ["^hello", "hello hello\nhello", "a: hello"],
    ["(?m)^hello", "hello hello\nhello", "a: hello", "a: hello"],
    ["bye$", "bye bye", "a: bye"],
    ["\\p{Han}{2}", "日本語です", "a: 日本"],
    [".x", "😀x", "a: 😀x"],
    ["a*b|a", "aaab aa", "a: aaab", "a: a", "a: a"],
  ])("%s in %s", (regex, text, ...expected) => {
    const guard = patterns({ a: regex });
    expect(told(guard, text)).toEqual(expected);
    expectUnitsAlike(guard, text);
  });

  it("are told by their names, with their scores and flags", () => {
    const guard = guardOf(patternsDetector, {
      patterns: { shout: { regex: "[A-Z]{5}", score: 0.4 }, quiet: { regex: "hush", flags: "i" } },
    });
    expect(told(guard, "HUSH NOISE")).toEqual(["quiet: HUSH", "shout: NOISE"]);
    const scanner = guard.scan(source);
    scanner?.push("NOISE");
    expect(scanner?.end()).toEqual([{ type: "shout", start: 0, end: 5, score: 0.4, method: "pattern" }]);
  });

  it("are told cut where they are longer than the bound", () => {
    const guard = patterns({ a: "a+" }, { lengthMax: 16 });
    const text = `${"a".repeat(40)}b`;
    expect(told(guard, text)).toEqual([
      `a: ${"a".repeat(16)}`,
      `a: ${"a".repeat(16)}`,
      `a: ${"a".repeat(8)}`,
    ]);
    expectUnitsAlike(guard, text);
  });

  it("hold a stream back no longer than one of their matches can be", () => {
    const scanner = patterns({ a: "ticket-\\d{4}" }).scan(source);
    expect(scanner?.push("nothing of the kind here").decided).toBe(24 - 12);
    const endless = patterns({ a: "x.*y" }, { lengthMax: 20 }).scan(source);
    expect(endless?.push("nothing of the kind here, not at all").decided).toBe(36 - 21);
  });
});

describe("words", () => {
  const guard = guardOf(patternsDetector, {
    words: ["Zeus", "secret project", "禁止", "c++", "he", "she", "hers"],
  });

  it.each<[text: string, ...told: string[]]>([
    ["ZEUS and zeusling", "blocked_word: ZEUS"],
    ["a secret\nproject.", "blocked_word: secret\nproject"],
    ["それは禁止です", "blocked_word: 禁止"],
    ["I like C++!", "blocked_word: C++"],
    ["ushers, hers; she", "blocked_word: hers", "blocked_word: she"],
    ["", ...[]],
  ])("%s", (text, ...expected) => {
    expect(told(guard, text)).toEqual(expected);
    expectUnitsAlike(guard, text);
  });

  it("let a stream flow up to what may become one", () => {
    const scanner = guard.scan(source);
    expect(scanner?.push("nothing here but ze").decided).toBe(17);
    expect(scanner?.push("bra").decided).toBe(22);
  });
});

describe("settings", () => {
  const problemsOf = (config: JsonObject) =>
    patternsDetector.check?.(config).map(({ path, problem }) => [path.join("."), problem]);

  it.each<[regex: string, problem: string]>([
    ["(a", "missing closing )"],
    ["(?=a)", "invalid or unsupported Perl syntax"],
    ["(a)\\1", "invalid escape sequence"],
    ["a*", "matches an empty text"],
    ["(((a{100}){100}){100})", "invalid repeat count"],
  ])("%s is refused: %s", (regex, problem) => {
    const [[path, said] = []] = problemsOf({ patterns: { it: { regex } } }) ?? [];
    expect(path).toBe("patterns.it.regex");
    expect(said).toContain(problem);
  });

  it("with nothing to look for are refused", () => {
    expect(problemsOf({ patterns: {}, words: [] })).toEqual([["", "has neither patterns nor words"]]);
    expect(problemsOf({ words: ["zeus"] })).toEqual([]);
  });
});

describe("however the text is cut", () => {
  const regexes = [
    "a.*b",
    "(?s)<x>.*?</x>",
    "\\bab+\\b",
    "b+$",
    "^a+",
    "(?m)^b.$",
    "a?c",
    "[^a]{3}",
    "(ab|a)(bc)?",
    "😀+",
  ];
  const guard = guardOf(patternsDetector, {
    patterns: Object.fromEntries(regexes.map((regex, at) => [`p${at}`, { regex }])),
    words: ["ab", "a b", "bb", "abc"],
    lengthMax: 16,
  });

  it("the findings are the same", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", " ", "\n", "<x>", "</x>", "😀", "ab", "aaaaaaaa"), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 10 }), (parts, cuts) => {
        expectCutsAlike(guard, parts.join(""), cuts);
        expectUnitsAlike(guard, parts.join(""));
      }),
      { numRuns: 400, examples: [[["a", "c", "aaaaaaaa", "😀", "<x>", "😀", "ab"], []]] },
    );
  });

  it("over many steps, too", () => {
    const text = "x ab y aaaa b zeus c ".repeat(2_000);
    for (const size of [7, 1_000, 5_000]) {
      expectCutsAlike(
        guard,
        text,
        Array.from({ length: Math.ceil(text.length / size) }, (_, at) => at * size),
      );
    }
  });
});

describe("no text makes it slow", () => {
  const guard = guardOf(patternsDetector, {
    patterns: Object.fromEntries(
      ["(a+)+$", "a.*b", "(a|aa)+c", "(.*)(.*)(.*)x", "[a-z]+@[a-z]+"].map((regex, at) => [
        `p${at}`,
        { regex },
      ]),
    ),
    words: Array.from({ length: 60 }, (_, at) => "a".repeat(at + 2)),
    lengthMax: 64,
  });

  it.each(["a", "ab", "a ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "a@", "x"])("%j, over and over", (unit) => {
    expectLinear(guard, unit, 20_000);
  });
});
