// Owns the proof that groups are cut as they stand, the same whether they are read anew or kept. Knows no
// type.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Groups, isInRow, leftEdge, rightEdge } from "../../../../core/guards/pii/groups.ts";

const last = { isLast: true };
const more = { isLast: false };

function read(groups: Groups, text: string, start = 0) {
  groups.read(text, start, last);
  return Array.from(
    { length: groups.count },
    (_, at) => groups.gapOf(at) + text.slice(groups.startOf(at), groups.endOf(at)),
  );
}

describe("groups", () => {
  it.each([
    ["4111 1111-2", ["4111", "_1111", "-2"]],
    ["(415) 555.0132x7", ["415", ")555", ".0132x7"]],
    ["12 apples", ["12"]],
    ["12 AA 3", ["12", "_AA", "_3"]],
    ["1, 2", ["1"]],
    ["1\n2", ["1"]],
    ["GB29 NWBK 6016", ["GB29", "_NWBK", "_6016"]],
    ["1    2", ["1"]],
  ])("%s", (text, expected) =>
    expect(read(new Groups(), text, text.startsWith("(") ? 1 : 0)).toEqual(expected),
  );

  it("says where more may follow", () => {
    const groups = new Groups();
    for (const [text, isOpen] of [
      ["12", true],
      ["12 ", true],
      ["12 3", true],
      ["12,", false],
      ["12 abc", false],
    ] as const) {
      groups.forget();
      groups.read(text, 0, { isLast: false });
      expect(groups.isOpen, text).toBe(isOpen);
    }
  });

  it("are the same read on as read anew", () => {
    const parts = fc.array(
      fc.constantFrom("1", "22", "333", "a", "abc", "x1", "GB29", " ", "-", ". ", ")", "\n"),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(parts, (all) => {
        const text = all.join("");
        const kept = new Groups();
        for (const { index } of text.matchAll(/[A-Za-z0-9]+/g)) {
          const keptGroups = read(kept, text, index);
          const key = kept.count > 0 ? kept.keyOf(kept.count) : 0;
          const fresh = new Groups();
          expect(keptGroups).toEqual(read(fresh, text, index));
          expect([kept.digits, kept.isOpen, key]).toEqual([
            fresh.digits,
            fresh.isOpen,
            fresh.count > 0 ? fresh.keyOf(fresh.count) : 0,
          ]);
        }
      }),
    );
  });
});

describe("edges", () => {
  it.each([
    ["a 12", 2, "free"],
    ["id-12", 3, "named"],
    ["a1-12", 3, "tied"],
    ["1.12", 2, "tied"],
    [".12", 1, "tied"],
    ["ssn:12", 4, "free"],
    ["1,234", 2, "tied"],
    ["1,23456", 2, "free"],
  ] as const)("left of %s", (text, start, edge) => expect(leftEdge(text, start)).toBe(edge));

  it.each([
    ["12 a", "free"],
    ["12-a b", "named"],
    ["12-a1", "tied"],
    ["12.5", "tied"],
    ["12. A", "free"],
    ["12%", "tied"],
  ] as const)("right of %s", (text, edge) => expect(rightEdge(text, 2, last)).toBe(edge));

  it("waits where the text ends too soon", () => {
    expect([rightEdge("12", 2, more), rightEdge("12-", 2, more), rightEdge("12-a", 2, more)]).toEqual([
      "wait",
      "wait",
      "wait",
    ]);
  });

  it("knows the midst of a row", () => {
    const groups = new Groups();
    groups.read("1 2 3 4", 2, last);
    expect(isInRow("1 2 3 4", groups, 2)).toBe(true);
    groups.read("a 2 3 4", 2, last);
    expect(isInRow("a 2 3 4", groups, 2)).toBe(false);
  });
});
