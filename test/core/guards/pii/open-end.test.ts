// Owns the proof that a text flows up to where a match may have begun. Knows no type.

import { describe, expect, it } from "vitest";
import { openStart } from "../../../../core/guards/pii/open-end.ts";

const bounds = { floor: 0, units: 80, words: 0 };
const open = (text: string, more = {}) => text.slice(openStart(text, text.length, { ...bounds, ...more }));

describe("the open end of a text", () => {
  it.each([
    ["hello wor", "wor"],
    ["hello world ", "world "],
    ["hello (", "hello ("],
    ["see +", "see +"],
    ["(+1", "(+1"],
    ["a.b-c_d", "a.b-c_d"],
    ["done.\n", ""],
    ["", ""],
  ])("%j", (text, expected) => expect(open(text)).toBe(expected));

  it("is bounded, and does not reach into a match", () => {
    expect(open("a".repeat(200)).length).toBe(80);
    expect(open("4111 111", { floor: 5 })).toBe("111");
  });

  it("holds more words where a match may begin with them", () => {
    expect(open("write to jane at exam", { words: 3 })).toBe("to jane at exam");
  });
});
