// Owns the proof of what one schema accepts that another does not, and that what validates agrees. Knows no
// tool.

import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../core/contracts/json.ts";
import { compileSchema } from "../../../core/schemas/compile-adapter.ts";
import { findNarrowings } from "../../../core/schemas/narrowing.ts";
import { strict } from "../../../core/schemas/schema.ts";

const told = (from: JsonValue, to: JsonValue) =>
  findNarrowings(from, to).map(({ pointer, what }) => `${pointer}: ${what}`);
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});

/** What changed, what is told of it, and a value that fitted and does not fit any more. */
const narrower: readonly (readonly [JsonValue, JsonValue, string, JsonValue])[] = [
  [object({ a: true }), object({ a: true, b: true }, { required: ["b"] }), "/b: is required now", {}],
  [
    object({ a: { type: "number" } }),
    object({ a: { type: "integer" } }),
    "/a: type narrowed: no longer number",
    { a: 1.5 },
  ],
  [{ type: ["string", "null"] }, { type: "string" }, ": type narrowed: no longer null", null],
  [true, { type: "string" }, ": type narrowed: no longer any", 5],
  [{ enum: ["a", "b"] }, { enum: ["a"] }, ': enum shrunk: no longer "b"', "b"],
  [{ type: "string" }, { type: "string", const: "a" }, ': restricted to "a"', "b"],
  [
    object({ a: true }, { additionalProperties: false }),
    object({}, { additionalProperties: false }),
    "/a: is gone",
    { a: 1 },
  ],
  [object({}), object({}, { additionalProperties: false }), ": unknown members are refused now", { z: 1 }],
  [
    object({}, { additionalProperties: { type: ["string", "null"] } }),
    object({ a: { type: "string" } }, { additionalProperties: { type: ["string", "null"] } }),
    "/a: type narrowed: no longer null",
    { a: null },
  ],
  [{ maximum: 20 }, { maximum: 10 }, ": maximum 20 is 10 now", 15],
  [{ minimum: 0 }, { minimum: 1 }, ": minimum 0 is 1 now", 0],
  [{ type: "string" }, { type: "string", maxLength: 3 }, ": maxLength 3 is new", "long"],
  [{ type: "string" }, { type: "string", pattern: "^a" }, ': pattern "^a" is new', "b"],
  [{ multipleOf: 2 }, { multipleOf: 4 }, ": multipleOf 4 is another", 2],
  [{ type: "array" }, { type: "array", uniqueItems: true }, ": elements have to differ now", [1, 1]],
  [
    { items: { type: "number" } },
    { items: { type: "string" } },
    "/*: type narrowed: no longer number, integer",
    [1],
  ],
  [
    { anyOf: [{ type: "string" }, { type: "null" }] },
    { anyOf: [{ type: "string" }] },
    ": `anyOf`: not everything that fitted fits one of them now",
    null,
  ],
  [{ type: "string" }, false, ": nothing is accepted any more", "a"],
  [true, { not: { type: "null" } }, ": `not` changed: it cannot be told that what fitted still fits", null],
  [
    { $ref: "#/$defs/a", $defs: { a: object({ next: { $ref: "#/$defs/a" }, n: { type: "number" } }) } },
    { $ref: "#/$defs/b", $defs: { b: object({ next: { $ref: "#/$defs/b" }, n: { type: "integer" } }) } },
    "/n: type narrowed: no longer number",
    { next: { n: 1.5 } },
  ],
];

describe("a narrower schema", () => {
  const fits = (schema: JsonValue, value: JsonValue): boolean => {
    const compiled = compileSchema(schema, strict);
    if (compiled.kind === "problems") throw new Error(JSON.stringify(compiled.problems));
    return compiled.violations(value, 10).length === 0;
  };

  it.each(narrower)("%j → %j", (from, to, what, value) => {
    expect(told(from, to)).toEqual([what]);
    expect([fits(from, value), fits(to, value)]).toEqual([true, false]);
  });
});

it.each<[JsonValue, JsonValue]>([
  [object({ a: { type: "integer" } }, { required: ["a"] }), object({ a: { type: "number" } })],
  [object({ a: true }, { additionalProperties: false }), object({ a: true, b: { type: "string" } })],
  [object({ a: true }), object({ a: true, b: { type: "string" } })],
  [{ enum: ["a"] }, { enum: ["a", "b"] }],
  [{ enum: ["a"] }, { type: "string", enum: ["a", "b"] }],
  [{ const: "a" }, { enum: ["a", "b"] }],
  [
    { maxLength: 5, description: "old" },
    { maxLength: 6, title: "new" },
  ],
  [{ type: "string" }, { anyOf: [{ type: "string" }, { type: "null" }] }],
  [{ multipleOf: 4 }, { multipleOf: 2 }],
  [{ type: "string", format: "email" }, true],
])("%j → %j is not narrower", (from, to) => {
  expect(told(from, to).filter((each) => !each.includes("type narrowed: no longer any"))).toEqual([]);
});

it("schemas that name one another are compared in no time", () => {
  const names = Array.from({ length: 60 }, (_, at) => `d${at}`);
  const defs = (last: string): JsonObject =>
    Object.fromEntries(
      names.map((name, at) => {
        const next = { $ref: `#/$defs/d${(at + 1) % names.length}` };
        const own = at === 59 ? { z: { type: last } } : {};
        return [name, object({ left: next, right: next, both: { anyOf: [next, next] }, ...own })];
      }),
    );
  const startedMs = performance.now();
  findNarrowings(
    { $ref: "#/$defs/d0", $defs: defs("number") },
    { $ref: "#/$defs/d0", $defs: defs("string") },
  );
  expect(performance.now() - startedMs).toBeLessThan(500);
});
