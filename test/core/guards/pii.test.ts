// Owns the proof that personal data is found, by type, and that what only looks like it is not. Knows no rule
// of any type: each has a test of its own.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { piiTypes } from "../../../core/guards/pii/match.ts";
import { piiDetector } from "../../../core/guards/pii.ts";
import {
  expectCutsAlike,
  expectLinear,
  expectUnitsAlike,
  guardOf,
  readAll,
  source,
  textsOf,
  told,
} from "./readings.ts";

const guard = guardOf(piiDetector);
const all = guardOf(piiDetector, { types: [...piiTypes], scoreMin: 0.05, disguised: "spoken" });

describe("types", () => {
  it.each([
    ["Mail jane.doe+x@mail.example.org, please.", ["email: jane.doe+x@mail.example.org"]],
    ["My number is (415) 555-0132.", ["phone: (415) 555-0132"]],
    ["SSN 078-05-1121 it is", ["ssn: 078-05-1121"]],
    ["pay with 4111 1111 1111 1111 now", ["credit_card: 4111 1111 1111 1111"]],
    ["to GB29 NWBK 6016 1331 9268 19 today", ["iban: GB29 NWBK 6016 1331 9268 19"]],
    [
      "from 81.2.69.160 and 2001:db8:85a3::8a2e:370:7334",
      ["ip_address: 81.2.69.160", "ip_address: 2001:db8:85a3::8a2e:370:7334"],
    ],
    ["PESEL 44051401458", ["national_id: 44051401458"]],
    ["passport no. C01234565 of his", ["passport: C01234565"]],
    ["driver's license D1234567", ["driving_licence: D1234567"]],
    ["born on 12 March 1990 in Rome", ["date_of_birth: 12 March 1990"]],
  ])("%s", (text, expected) => expect(told(guard, text)).toEqual(expected));

  it("persons and addresses are told on demand only", () => {
    const text = "Mr. John Smith lives at 12 Main Street, Springfield.";
    expect(told(guard, text)).toEqual([]);
    expect(told(guardOf(piiDetector, { types: ["person", "address"] }), text)).toEqual([
      "person: John Smith",
      "address: 12 Main Street, Springfield",
    ]);
  });

  it.each([
    '{"created":1752117282,"id":"chatcmpl-9aBcD0123456789","usage":{"prompt_tokens":1234567890}}',
    "5921836d-9017-4920-b18f-699266cb9e4a",
    "sha256:8f953371d3e85eddb89b05ed6b9e680791055315c73e1025ab5dba7bb2aee189",
    "Chrome/120.0.0.0 Safari/537.36, version 1.2.3.4, 1.3.6.1.4.1.311",
    "pi is 3.14159265358979, or 0.4111111111111111",
    "at 12:34:56 on 2024-05-06, 1,234,567 of 8,901,234 rows",
    "std::vector<int> a[1::2]; ns::dec::abc",
    "icon@2x.png, git@github.com:org/repo.git, @decorator",
    "order 123-456-7890, invoice 4155550132",
    "\\begin{tabular} 1990 1991 1992 1993 1994 \\end{tabular}",
    "call_1234567890 of function 12345678",
  ])("none in %s", (text) => expect(told(guard, text)).toEqual([]));
});

describe("how it is written does not matter", () => {
  it.each([
    ["４１１１ １１１１ １１１１ １１１１", "credit_card"],
    ["4111\u00a01111\u00a01111\u00a01111", "credit_card"],
    ["4111.1111.1111.1111", "credit_card"],
    ["4111–1111–1111–1111", "credit_card"],
    ["4\u200b1\u200b1\u200b1 1111 1111 1111", "credit_card"],
    ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "credit_card"],
    ["٤١١١ ١١١١ ١١١١ ١١١١", "credit_card"],
    ["\u{1d7dc}\u{1d7d9}\u{1d7d9}\u{1d7d9} 1111 1111 1111", "credit_card"],
    ["ｊａｎｅ＠ｅｘａｍｐｌｅ．ｏｒｇ", "email"],
    ["ja\u00adne@exam\u200bple.org", "email"],
    ["jane [at] example [dot] org", "email"],
    ["jane(at)example(dot)org", "email"],
    ["jane%40example.org", "email"],
    ["jane@example[.]org", "email"],
    ["078‑05‑1121", "ssn"],
    ["+１ ４１５ ５５５ ０１３２", "phone"],
    ["2001：db8:85a3::8a2e:370:7334", "ip_address"],
  ])("%s", (text, type) => {
    expect(readAll(guard, `so ${text}, then`).map(({ type, start, end }) => ({ type, start, end }))).toEqual([
      { type, start: 3, end: 3 + text.length },
    ]);
  });

  it("an address spoken, where the settings say so", () => {
    const text = "write to jane dot doe at example dot co dot uk now";
    expect(told(guard, text)).toEqual([]);
    expect(told(guardOf(piiDetector, { disguised: "spoken" }), text)).toEqual([
      "email: doe at example dot co dot uk",
    ]);
  });

  it("lines of programs have their ends written out", () => {
    expect(told(guard, "\\n415-555-0132\\njane@example.org")).toEqual([
      "phone: 415-555-0132",
      "email: jane@example.org",
    ]);
  });
});

describe("settings", () => {
  const problemsOf = (config: object) => piiDetector.check?.({ allow: [], ...config });

  it("looks for the types that are named", () => {
    expect(told(guardOf(piiDetector, { types: ["email"] }), "a@example.org or +1 415 555 0132")).toEqual([
      "email: a@example.org",
    ]);
  });

  it("lets pass what is nobody's: values as they are, domains and what is below them", () => {
    const allow = ["example.com", "+1 (415) 555-0132", "jane@example.org"];
    const text =
      "a@example.com b@mail.example.com c@notexample.com 415-555-0132 +1 415 555 0132 Jane@example.org";
    expect(told(guardOf(piiDetector, { allow }), text)).toEqual([
      "email: c@notexample.com",
      "phone: 415-555-0132",
    ]);
  });

  it("expects numbers of its regions with no word near them, and no others'", () => {
    const german = guardOf(piiDetector, { regions: ["DE"] });
    expect(told(german, "so 86095742719 is")).toEqual(["national_id: 86095742719"]);
    expect(told(guard, "so 86095742719 is")).toEqual([]);
    expect(told(german, "PESEL 44051401458 and SSN 078-05-1121")).toEqual(["ssn: 078-05-1121"]);
  });

  it("tells what is less certain where the least score is lower", () => {
    expect(told(guard, "host 127.0.0.1")).toEqual([]);
    expect(told(guardOf(piiDetector, { scoreMin: 0.2 }), "host 127.0.0.1")).toEqual([
      "ip_address: 127.0.0.1",
    ]);
  });

  it("says what is wrong with them", () => {
    expect(problemsOf({ regions: ["US", "UK", "XX"], allow: ["…"] })).toEqual([
      { path: ["regions", 1], problem: "UK is no region that is known here", hint: "GB" },
      {
        path: ["regions", 2],
        problem: "XX is no region that is known here",
        hint: "an ISO 3166 code, such as US or DE",
      },
      { path: ["allow", 0], problem: "allows nothing: it has no letter or digit", hint: "" },
    ]);
    expect(problemsOf({ regions: ["US", "DE"] })).toEqual([]);
  });
});

describe("streams", () => {
  const parts = [
    ...[
      "4111 1111",
      "1111 1111",
      "jane",
      "@",
      "example",
      ".org",
      "[at]",
      "at",
      "dot",
      "+1",
      "415",
      "555",
      "0132",
      "-",
    ],
    ...[
      "078-05-1121",
      "GB29",
      "NWBK",
      "6016 1331 9268 19",
      "81.2.69.160",
      "2001:db8",
      "::",
      "1",
      "born",
      "March",
      "1990",
    ],
    ...[
      "passport",
      "A1234567",
      "PESEL",
      "44051401458",
      "phone",
      "(",
      ")",
      "/",
      "\u200b",
      "４",
      "\ud835\udfd8",
      "🙂",
      "电话",
    ],
    ...[
      "12",
      "Main",
      "Street",
      "Mr.",
      "John",
      "Smith",
      "office",
      "x12",
      "%40",
      "\\n",
      "é",
      "::1",
      ":",
      "AA",
      "99",
      "B",
    ],
  ];

  it("findings are the same however a text is cut", () => {
    fc.assert(
      fc.property(textsOf(parts), ([text, cuts]) => {
        for (const of of [guard, all]) expectCutsAlike(of, text, cuts);
      }),
      { numRuns: 300 },
    );
  });

  it("one unit at a time as well", () => {
    fc.assert(
      fc.property(textsOf(parts), ([text]) => expectUnitsAlike(all, text)),
      { numRuns: 100 },
    );
  });

  it("text flows: no more than its last word waits", () => {
    const scanner = guard.scan(source);
    const text = "The quick brown fox, born in 1990 or so, jumps over twelve lazy dogs (and 12 cats) today. ";
    let pushed = 0;
    for (const word of text.repeat(20).split(/(?<= )/)) {
      pushed += word.length;
      const waiting = pushed - (scanner?.push(word).decided ?? 0);
      expect(waiting).toBeLessThanOrEqual(64);
    }
  });

  it("a run without spaces waits no longer than an address can be", () => {
    for (const sign of ["a", "1", "@", ":", "+", "[", ".", "-", "a@", "\u200b"]) {
      const scanner = guard.scan(source);
      const scan = scanner?.push(sign.repeat(20_000));
      expect(20_000 * sign.length - (scan?.decided ?? 0), sign).toBeLessThanOrEqual(33 * 128);
    }
  });
});

describe("hostile texts", () => {
  it.each([
    "1",
    "@",
    ":",
    "+",
    "1 ",
    "12 ",
    "1.",
    "1-",
    "(",
    "( a",
    "a@a.",
    "ab::",
    "+1",
    "１ ",
    "1\u200b",
    "电话1",
    " dot ",
    "[at",
  ])("a megabyte of %j takes as long as ten tenths", (unit) => expectLinear(guard, unit, 500_000));
});
