// Owns the proof that what a parser would read for long is not given to it, and that ordinary questions are.
// Parses nothing.

import { expect, it } from "vitest";
import { nestingProblem } from "../../../../core/filters/tool-calls/sql-nesting.ts";

const within = (open: string, close: string, times: number, inside = "1"): string =>
  `SELECT ${open.repeat(times)}${inside}${close.repeat(times)} FROM orders`;

it.each([
  "SELECT count(*) FROM orders WHERE customer IN (SELECT id FROM customers WHERE name IN ('((((((((', 'b'))",
  "WITH a AS (SELECT * FROM orders WHERE id IN (SELECT id FROM items)) SELECT coalesce(sum(total), 0) FROM a",
  "SELECT round(coalesce(sum(CAST(price AS int)), 0) / (1 + count(*)), 2) FROM items",
  within("(", ")", 6),
])("passes %s", (text) => {
  expect(nestingProblem(text)).toBeUndefined();
});

it.each([
  ["deep brackets", within("(", ")", 7)],
  ["what is asked within what is asked", within("(SELECT ", ")", 3)],
  ["casts", within("CAST(", " AS int)", 3)],
  ["intervals, with blanks and in small letters", within("interval (", ")", 3)],
  ["joins in brackets", "SELECT 1 FROM (a JOIN (b JOIN (c JOIN d ON 1) ON 1) ON 1)"],
  ["many of them side by side", `SELECT ${"(SELECT 1),".repeat(13)} 1`],
  ["brackets that are not closed", "SELECT (SELECT 1"],
  ["brackets that are not opened", "SELECT 1) FROM orders"],
  ["brackets behind a text that holds a quote", `SELECT 'it''s', ${"(".repeat(7)}1${")".repeat(7)}`],
  ["many words", `SELECT 1${" + 1".repeat(400)}`],
])("refuses %s", (_, text) => {
  expect(nestingProblem(text)).toBeDefined();
});

it("is read in one pass, however long", () => {
  for (const piece of ["'", '"', "(", "((a", "'a' ", "_"]) {
    expect(() => nestingProblem(piece.repeat(4_000 / piece.length))).not.toThrow();
  }
});
