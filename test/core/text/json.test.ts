// Owns the proof that a body has one reading or is refused. Knows readJson and its problems only.

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonDepthMax, jsonMarksMax, readJson, refuseAnswer, refuseBody } from "../../../core/text/json.ts";
import { sharedPath } from "../../shared-data.ts";

const read = (text: string | Buffer) => readJson(Buffer.from(text as string));
const problemOf = (text: string | Buffer) => {
  const reading = read(text);
  return reading.kind === "problem" ? reading.problem : "none";
};

describe("a strict reading", () => {
  const refused: readonly [string, string | Buffer, string][] = [
    ["nothing", "", "truncated"],
    ["spaces", "  ", "malformed"],
    ["a byte order mark", "\ufeff{}", "ambiguous"],
    ["UTF-16", Buffer.from("{}", "utf16le"), "malformed"],
    ["invalid UTF-8 in a string", Buffer.from([0x22, 0xff, 0x22]), "malformed"],
    ["an encoded surrogate", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), "malformed"],
    ["trailing bytes", "{} x", "malformed"],
    ["two values", "{}{}", "malformed"],
    ["a name twice", '{"a":1,"a":1}', "ambiguous"],
    ["a name twice, once escaped", '{"a":1,"\\u0061":2}', "ambiguous"],
    ["a name twice, deep", '[{"x":[{"b":{"c":1,"d":2,"c":3}}]}]', "ambiguous"],
    ["a name twice, the first one holding others", '{"a":{"b":1,"c":2},"a":1}', "ambiguous"],
    ["the empty name twice", '{"":1,"":2}', "ambiguous"],
    ["a number as a name twice", '{"1":1,"1":2}', "ambiguous"],
    ["__proto__", '{"__proto__":{"a":1}}', "ambiguous"],
    ["__proto__ escaped and deep", '[{"a":{"\\u005f_proto__":1}}]', "ambiguous"],
    ["a name with NUL", '{"a":{"model\\u0000":1}}', "ambiguous"],
    ["a name with half a surrogate pair", '[{"\\ud83d":1,"a":2}]', "ambiguous"],
    ["a name with a pair the wrong way round", '{"x\\ude00\\ud83d":1}', "ambiguous"],
    ["a cut object", '{"a":1', "truncated"],
    ["a cut string", '["abc', "truncated"],
    ["a string cut within an escape", '"abc\\', "truncated"],
    ["a comma too many", "[1,]", "malformed"],
    ["NaN", "[NaN]", "malformed"],
    ["single quotes", "{'a':1}", "malformed"],
    ["too deep", "[".repeat(jsonDepthMax + 1) + "]".repeat(jsonDepthMax + 1), "deep"],
    ["too many members", `{${Array.from({ length: 3e5 }, (_, at) => `"${at}":0`).join()}}`, "busy"],
    ["too many lists", `[${"[],".repeat(jsonMarksMax / 2)}0]`, "busy"],
    ["far too deep and cut", '{"a":'.repeat(1e6), "deep"],
  ];
  it.each(refused)("refuses %s", (_what, text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  const accepted = [
    "{}",
    " [ ] ",
    "0",
    "null",
    '"a:b\\"{:[\\\\"',
    '{"a":1,"A":2,"á":3,"á ":4}',
    '{"a":{"a":{"a":[{"a":1},{"a":1}]}}}',
    '{"constructor":1,"toString":2,"hasOwnProperty":3}',
    '{"\\ud83d\\ude00":"\\ud83d","\\u00e9":"\\u0000"}',
    '{"big":123456789012345678901234567890,"e":1E+2}',
    "[".repeat(jsonDepthMax) + "]".repeat(jsonDepthMax),
    `{"long":"${'\\"'.repeat(100)}${"x".repeat(100)}\\\\","b":":"}`,
  ];
  it.each(accepted)("accepts %s", (text) => {
    expect(read(text)).toEqual({ kind: "json", value: JSON.parse(text) });
  });

  it("finds what JSON.parse finds in any value, and one name more in none", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes("__proto__"));
        expect(read(text)).toEqual({ kind: "json", value: JSON.parse(text) });
      }),
    );
  });

  it("refuses a repeated name wherever it stands", () => {
    const wrap = fc.array(fc.constantFrom('[1,"]",%]', '{"k":%}', '{"x:":"\\"","y":%,"z":0}'), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(fc.json(), fc.string(), wrap, (value, name, layers) => {
        fc.pre(!value.includes("__proto__") && name !== "__proto__");
        const key = JSON.stringify(name);
        const escaped = `"${[...Array(name.length).keys()].map((at) => escapeUnit(name, at)).join("")}"`;
        const put = (inner: string) => layers.reduce((text, layer) => layer.replace("%", () => text), inner);
        expect(problemOf(put(`{${key}:${value}}`))).toBe("none");
        expect(problemOf(put(`{${key}:${value},"${name.length}other":1}`))).toBe("none");
        expect(problemOf(put(`{${key}:${value},"q":2, ${escaped} : ${value}}`))).toBe("ambiguous");
      }),
    );
  });

  it("never throws and never accepts what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\ 1an') }), (text) => {
        if (read(text).kind === "json") expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it("is linear: 32 MiB of text, of escapes, of cut strings", () => {
    const count = 32 * 1024 * 1024;
    expect(problemOf(`"${"x".repeat(count)}"`)).toBe("none");
    expect(problemOf(`"${'\\"'.repeat(count / 2)}"`)).toBe("none");
    expect(problemOf(`["${"\\\\".repeat(count / 2)}`)).toBe("truncated");
  });
});

function escapeUnit(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
}

describe("the refusal of a problem", () => {
  it("says for a request what is wrong, for an answer whose fault it is", () => {
    expect(refuseBody("ambiguous")).toMatchObject({ code: "body_ambiguous", status: 400 });
    expect(refuseBody("malformed")).toMatchObject({ code: "body_malformed", status: 400 });
    expect(refuseBody("truncated")).toMatchObject({ code: "body_malformed", status: 400 });
    expect(refuseBody("deep").message).toContain("128");
    expect(refuseBody("busy").code).toBe("body_too_large");
    expect(refuseAnswer("busy").code).toBe("upstream_too_large");
    expect(refuseAnswer("truncated").code).toBe("upstream_truncated");
    expect(refuseAnswer("ambiguous").code).toBe("upstream_malformed");
  });
});

describe("JSONTestSuite", () => {
  const folder = sharedPath("schema/json-parsing/test_parsing/");
  const files = folder === undefined ? [] : readdirSync(folder);
  /** What the suite must accept and one strict reading may not. */
  const ambiguous = new Set([
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
  ]);

  it.skipIf(folder === undefined)("y_ is accepted, n_ is refused, nothing throws", () => {
    expect(files.length).toBeGreaterThan(300);
    for (const file of files) {
      const bytes = readFileSync(`${folder}${file}`);
      const problem = problemOf(bytes);
      if (ambiguous.has(file)) expect([file, problem]).toEqual([file, "ambiguous"]);
      else if (file.startsWith("y_")) expect([file, problem]).toEqual([file, "none"]);
      else if (file.startsWith("n_")) expect([file, problem]).not.toEqual([file, "none"]);
    }
  });
});
