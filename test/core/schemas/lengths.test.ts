// Owns the proof that the length of a string is counted in characters, and told with its limit.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { compileSchema } from "../../../core/schemas/compile-adapter.ts";
import { strict } from "../../../core/schemas/schema.ts";

function misfits(schema: JsonValue, value: JsonValue): readonly string[] {
  const compiled = compileSchema(schema, strict);
  if (compiled.kind === "problems") throw new Error(JSON.stringify(compiled.problems));
  return compiled.violations(value, 10);
}

it("is the number of its characters, whatever they are made of", () => {
  const text = fc.array(fc.constantFrom("a", "ß", "😀", "\ud83d", "\ude00", "é"), { maxLength: 12 });
  fc.assert(
    fc.property(text, fc.nat({ max: 14 }), (signs, limit) => {
      const value = signs.join("");
      const length = [...value].length;
      expect(misfits({ maxLength: limit }, value).length === 0).toBe(length <= limit);
      expect(misfits({ minLength: limit }, value).length === 0).toBe(length >= limit);
    }),
    { numRuns: 300 },
  );
});

it("is told with its limit, and asked of strings only", () => {
  expect(misfits({ properties: { a: { maxLength: 2 } } }, { a: "abc" })).toEqual(["/a: maxLength 2"]);
  expect(misfits({ properties: { a: { minLength: 2 } } }, { a: "😀" })).toEqual(["/a: minLength 2"]);
  expect(misfits({ minLength: 2, maxLength: 3 }, 12345)).toEqual([]);
});
