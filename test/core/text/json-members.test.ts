// Owns the proof that the quick count of members never misses one, and is exact for most texts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countMembers, countMembersAtMost } from "../../../core/text/json-members.ts";

const indents = fc.constantFrom("", "  ", "\t");
const tricky = fc.string({ unit: fc.constantFrom(...':" \\\n{}[],a') });

/** JSON with white space where writers put it, around the colon too. */
const texts = fc.tuple(fc.jsonValue({ stringUnit: "grapheme" }), tricky, tricky, indents).map((parts) => {
  const [value, name, text, indent] = parts;
  return JSON.stringify({ value, [name]: text, list: [text, { [text]: name }] }, undefined, indent);
});

describe("the quick count", () => {
  it("is never less than the exact one", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(countMembersAtMost(text)).toBeGreaterThanOrEqual(Number(countMembers(text)));
      }),
    );
  });

  const exact: readonly [string, string][] = [
    ["colons in texts", '{"a":"b: c","d":"e:f : g"}'],
    ["JSON in a string", '{"a":"{\\"b\\":{\\"c\\":1}}"}'],
    ["a name that ends with a backslash", '{"a\\\\":1,"\\\\\\"":2}'],
    ["white space before the colon", '{"a" :1,"b"\n\t :\r{"c" : "d : e"}}'],
    ["no member", "[1,2]"],
  ];
  it.each(exact)("is the exact one: %s", (_what, text) => {
    expect(countMembersAtMost(text)).toBe(countMembers(text));
  });

  it("takes a string that begins with a colon for a name", () => {
    expect(countMembersAtMost('{"a":":)"}')).toBe(2);
  });
});
