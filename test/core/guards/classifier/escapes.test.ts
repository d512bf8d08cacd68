// Owns the proofs of reading one character that is written as several. Knows no text around it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { none, open, readEscape } from "../../../../core/guards/classifier/escapes.ts";

describe("escapes", () => {
  it.each([
    ["\\n", 0x0a],
    ["\\u0041", 0x41],
    ["\\u{1d400}", 0x41],
    ["\\x69", 0x69],
    ["%69", 0x69],
    ["&#105;", 0x69],
    ["&#x69;", 0x69],
    ["&amp;", 0x26],
  ])("%s", (written, unit) => {
    for (let length = 1; length < written.length; length++) {
      expect(readEscape(written.slice(0, length))).toBe(open);
    }
    expect(readEscape(written)).toBe(unit);
  });

  it.each(["\\q", "%zz", "&;", "&#;", "&unknown", "\\u{}", "\\u00g", "&#99999999"])(
    "%s is none",
    (written) => {
      expect(readEscape(written)).toBe(none);
    },
  );

  it("none stays open for ever", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("\\", "%", "&"),
        fc.string({ minLength: 12, maxLength: 30 }),
        (sign, rest) => {
          expect(readEscape(sign + rest)).not.toBe(open);
        },
      ),
    );
  });
});
