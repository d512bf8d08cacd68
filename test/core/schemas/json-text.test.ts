// Owns the proof that a JSON text is judged by what it writes, and that only what no schema knows is left out
// of it. Knows no call.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { type CompiledSchema, compileSchema } from "../../../core/schemas/compile-adapter.ts";
import { judgeText, stripText } from "../../../core/schemas/json-text.ts";
import { strict } from "../../../core/schemas/schema.ts";

function compiled(schema: JsonValue): CompiledSchema {
  const result = compileSchema(schema, strict);
  if (result.kind === "problems") throw new Error(JSON.stringify(result.problems));
  return result;
}

const judge = (text: string, schema: JsonValue) => judgeText(text, compiled(schema)).violations;
const strip = (text: string, schema: JsonValue) => stripText(text, compiled(schema));

describe("a text", () => {
  it("that is no JSON, or can be read in two ways, does not fit anything", () => {
    expect(judge('{"a":', {})).toEqual(["JSON that ends before its end"]);
    expect(judge("{a:1}", {})).toEqual(["not JSON"]);
    expect(judge('{"a":1,"a":2}', {})).toEqual(["JSON that can be read in more than one way"]);
    expect(judge('{"__proto__":{}}', {})).toEqual(["JSON that can be read in more than one way"]);
    expect(judge("[".repeat(1_000) + "]".repeat(1_000), {})).toEqual(["nested too deep"]);
    expect(judge("", {})).toEqual(["JSON that ends before its end"]);
  });

  it("has its big integers compared as they are written", () => {
    const max = 9_007_199_254_740_991;
    expect(judge("9007199254740992", { maximum: max })).not.toEqual([]);
    expect(judge("12345678901234567890", { type: "integer" })).toEqual([]);
    expect(judge("12345678901234567890", { const: 12 })).not.toEqual([]);
    expect(judge('{"id":1234567890123456789,"n":3}', { properties: { n: { maximum: 5 } } })).toEqual([]);
    expect(judge("-9007199254740993", { minimum: -max })).not.toEqual([]);
    expect(judge("1e400", { type: "number" })).not.toEqual([]);
  });

  it("has integers beyond any double compared as well", () => {
    const huge = `1${"0".repeat(400)}`;
    expect(judge(huge, { maximum: 5 })).not.toEqual([]);
    expect(judge(`-${huge}`, { minimum: 5 })).not.toEqual([]);
    expect(judge(`{"a":${huge}}`, { properties: { a: { minimum: 5 } } })).toEqual([]);
    expect(judge("1e22", { minimum: 5 })).toEqual([]);
  });

  it("whatever its integers, is never held to be within a bound that it passes", () => {
    const near = fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n });
    const bound = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(near, bound, (written, limit) => {
        const fits = judge(String(written), { maximum: limit }).length === 0;
        expect(fits).toBe(written <= BigInt(limit));
      }),
      { numRuns: 300 },
    );
  });
});

describe("left out is what no schema knows", () => {
  const closed = {
    type: "object",
    properties: {
      a: { type: "integer" },
      b: { type: "object", properties: { c: { type: "string" } }, additionalProperties: false },
      l: { type: "array", items: { type: "object", properties: { x: true }, additionalProperties: false } },
    },
    additionalProperties: false,
  };

  it("and all else stays as it was, to the byte", () => {
    const text = '{"x": 1, "a": 12345678901234567890 ,"y":{"z":1}, "b":{"q":[1],"c":"\\u0041"}}';
    expect(strip(text, closed)).toBe('{"a": 12345678901234567890, "b":{"c":"\\u0041"}}');
    expect(strip('{ "a" : 1 }', closed)).toBe('{ "a" : 1 }');
    expect(strip('{"q":1}', closed)).toBe("{}");
    expect(strip('{"l":[{"x":1,"y":2},{"y":3},{"x":4}]}', closed)).toBe('{"l":[{"x":1},{},{"x":4}]}');
    expect(strip('{"a/b":1,"~":2,"a":3}', closed)).toBe('{"a":3}');
  });

  it("and never what is wrong otherwise", () => {
    expect(strip('{"a":"1","x":1}', closed)).toBeUndefined();
    expect(strip('{"x":1}', { ...closed, required: ["a"] })).toBeUndefined();
    expect(strip('{"a":1', closed)).toBeUndefined();
  });

  it("with the schema that the rest fits, where there are several", () => {
    const either = {
      anyOf: [
        { properties: { kind: { const: "a" }, x: true }, required: ["kind"], additionalProperties: false },
        { properties: { kind: { const: "b" }, y: true }, required: ["kind"], additionalProperties: false },
      ],
    };
    expect(strip('{"kind":"b","y":1,"z":2}', either)).toBe('{"kind":"b","y":1}');
    expect(strip('{"kind":"c","y":1,"z":2}', either)).toBeUndefined();
    const outer = {
      allOf: [{ properties: { a: true } }],
      properties: { b: true },
      unevaluatedProperties: false,
    };
    expect(strip('{"c":1,"a":2,"d":3,"b":4}', outer)).toBe('{"a":2,"b":4}');
  });

  it("whatever the object, and what is left fits", () => {
    const schema = compiled(closed);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "l", "x", "y~/"), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        const left = stripText(text, schema);
        if (left === undefined) return;
        expect(judgeText(left, schema).violations).toEqual([]);
        for (const [name, kept] of Object.entries(JSON.parse(left))) {
          if (name === "a") expect(kept).toEqual(JSON.parse(text)[name]);
        }
      }),
    );
  });
});
