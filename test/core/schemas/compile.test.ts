// Owns the proof that a schema is checked as it is written or refused with its place, within bounds. Knows no
// exchange.

import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../core/contracts/json.ts";
import { compileSchema } from "../../../core/schemas/compile-adapter.ts";
import { lenient, strict } from "../../../core/schemas/schema.ts";

function problemsOf(schema: JsonValue, options = strict): readonly string[] {
  const compiled = compileSchema(schema, options);
  if (compiled.kind === "schema") return [];
  return compiled.problems.map(({ pointer, problem }) => `${pointer} ${problem}`);
}

function violationsOf(schema: JsonValue, value: JsonValue, options = strict): readonly string[] {
  const compiled = compileSchema(schema, options);
  if (compiled.kind === "problems") throw new Error(problemsOf(schema, options).join());
  return compiled.violations(value, 100);
}

const draft7 = "http://json-schema.org/draft-07/schema#";

describe("dialects", () => {
  it("2020-12 by default, and draft-07 by its name", () => {
    const tuple2020 = { prefixItems: [{ type: "string" }] };
    const tuple7 = { items: [{ type: "string" }], definitions: { a: true } };
    expect(problemsOf(tuple2020)).toEqual([]);
    expect(problemsOf({ $schema: "https://json-schema.org/draft/2020-12/schema", ...tuple2020 })).toEqual([]);
    expect(problemsOf({ $schema: draft7, ...tuple7 })).toEqual([]);
    expect(problemsOf(tuple7)).not.toEqual([]);
    expect(problemsOf({ $schema: draft7, ...tuple2020 })).not.toEqual([]);
    const other = { $schema: "https://json-schema.org/draft/2019-09/schema", type: "string" };
    expect(problemsOf(other)).toEqual(["/$schema is not 2020-12 or draft-07"]);
    expect(violationsOf(other, 1, lenient)).toEqual(["body: type string"]);
  });

  it("what others wrote may hold words and formats that nobody knows", () => {
    const schema = { type: "string", format: "emial", nullable: true, maxLenght: 1 };
    expect(violationsOf(schema, "text", lenient)).toEqual([]);
    expect(violationsOf(schema, null, lenient)).toEqual(["body: type string"]);
  });
});

describe("a policy's schema", () => {
  it("is told all that is wrong with its form at once", () => {
    const found = problemsOf({ properties: { a: { minimum: "x", maxLength: -1 }, b: { type: "strng" } } });
    for (const place of ["/properties/a/minimum", "/properties/a/maxLength", "/properties/b/type"]) {
      expect(found.join("\n")).toContain(place);
    }
  });

  it.each<[string, JsonValue, RegExp]>([
    ["an unknown keyword", { maxLenght: 3 }, /^\/maxLenght unknown keyword: "maxLenght"$/],
    [
      "one further in",
      { properties: { a: { nullable: true } } },
      /^\/properties\/a\/nullable unknown keyword/,
    ],
    ["an unknown format", { format: "emial" }, /^\/format unknown format "emial"/],
    [
      "a pattern that is none",
      { properties: { a: { pattern: "(" } } },
      /^\/properties\/a\/pattern .*not closed/,
    ],
    ["one that backtracks", { pattern: "(a)\\1" }, /linear time/],
    ["one that looks around", { pattern: "a(?=b)" }, /looks around/],
    ["one that repeats too much", { pattern: "(a{1,100}){1,100}" }, /repeats too much|repeat count/],
    [
      "a name's pattern that is none",
      { patternProperties: { "[": {} } },
      /^\/patternProperties\/\[ .*not closed/,
    ],
    [
      "a reference to elsewhere",
      { items: { $ref: "https://example.com/a.json" } },
      /^\/items\/\$ref leads out/,
    ],
    ["a reference to nothing", { $ref: "#/$defs/none" }, /^\/\$ref leads out of the schema, or to nothing/],
    [
      "what would make every answer true",
      { properties: { a: { $async: true } } },
      /^\/properties\/a\/\$async/,
    ],
    ["a word that needs another", { else: { type: "string" } }, /^\/else says nothing without if/],
    [
      "one beside a draft-07 reference",
      { $schema: draft7, properties: { a: { $ref: "#", minLength: 1 } } },
      /beside/,
    ],
    [
      "a number that no double holds",
      { properties: { a: { const: 2 ** 53 } } },
      /^\/properties\/a\/const .*too large/,
    ],
    [
      "a schema that has no end",
      { $ref: "#/$defs/a", $defs: { a: { allOf: [{ $ref: "#" }] } } },
      /without an end/,
    ],
    ["no schema", [], /neither an object/],
  ])("cannot hold %s", (_what, schema, problem) => {
    expect(problemsOf(schema).join("\n")).toMatch(problem);
  });

  it("may hold notes, anchors, words that begin with x-, and a property of any name", () => {
    const schema = {
      $defs: { text: { $anchor: "text", type: "string", "x-internal": { a: 1 } } },
      $ref: "#text",
      deprecated: true,
      description: "a text",
    };
    expect(violationsOf(schema, 1)).toEqual(["body: type string"]);
    expect(problemsOf({ properties: { uniqueItems: true, $async: { type: "string" } } })).toEqual([]);
    expect(problemsOf({ enum: [{ nullable: true }] })).toEqual([]);
  });
});

describe("what ajv decides otherwise", () => {
  it("multiples, in decimals", () => {
    expect(violationsOf({ multipleOf: 0.01 }, 19.99)).toEqual([]);
    expect(violationsOf({ multipleOf: 0.01 }, 19.999)).not.toEqual([]);
    expect(violationsOf({ multipleOf: 1e-9 }, 1e9)).toEqual([]);
    expect(violationsOf({ multipleOf: 1e300 }, 3, lenient)).not.toEqual([]);
  });

  it("names of the language's own objects", () => {
    const required = { required: ["__proto__", "toString", "constructor"] };
    expect(violationsOf(required, {})).toEqual([
      "/__proto__: required",
      "/toString: required",
      "/constructor: required",
    ]);
    const named = JSON.parse(
      '{"properties": {"__proto__": {"type": "string"}}, "additionalProperties": false}',
    );
    expect(violationsOf(named, JSON.parse('{"__proto__": 1}'))).toEqual(["/__proto__: type string"]);
    expect(violationsOf(named, JSON.parse('{"__proto__": "a"}'))).toEqual([]);
    expect(violationsOf(named, JSON.parse('{"constructor": 1}'))).toEqual(["body: additionalProperties"]);
  });

  it("lists without doubles, whatever they hold, in linear time", () => {
    const schema = { uniqueItems: true };
    expect(
      violationsOf(schema, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toEqual(["body: uniqueItems"]);
    expect(violationsOf(schema, [1, "1", true, null, [1], { a: 1 }])).toEqual([]);
    const many = Array.from({ length: 100_000 }, (_, at) => ({ at }));
    const started = performance.now();
    expect(violationsOf(schema, many)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("bounds", () => {
  const nested = (depth: number): JsonObject =>
    depth === 0 ? { type: "string" } : { properties: { a: nested(depth - 1) } };
  const doubling = (levels: number): JsonObject => ({
    $ref: "#/$defs/l0",
    $defs: Object.fromEntries(
      Array.from({ length: levels }, (_, at) => {
        const next = { $ref: `#/$defs/l${at + 1}` };
        return [`l${at}`, at === levels - 1 ? {} : { allOf: [next, next] }];
      }),
    ),
  });

  it("a schema that is too long, deep or wide, or doubles with every step, is refused at once", () => {
    const started = performance.now();
    expect(problemsOf({ description: "a".repeat(300_000) }).join()).toMatch(/longer than/);
    expect(problemsOf(nested(40)).join()).toMatch(/nested deeper/);
    expect(problemsOf(nested(20))).toEqual([]);
    const wide = Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`p${at}`, {}]));
    expect(problemsOf({ properties: wide }).join()).toMatch(/more than 1000 schemas/);
    const dependent = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`p${at}`, ["a"]]));
    expect(problemsOf({ dependentRequired: dependent }).join()).toMatch(/more than 1000 schemas/);
    expect(problemsOf(doubling(40)).join()).toMatch(/looks at one value more than 10000 times/);
    expect(problemsOf(doubling(10))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("a chain of references that is too long is refused", () => {
    const links = Array.from({ length: 1_000 }, (_, at) => [`l${at}`, { $ref: `#/$defs/l${at + 1}` }]);
    const schema = { $ref: "#/$defs/l0", $defs: { ...Object.fromEntries(links), l1000: {} } };
    expect(problemsOf(schema).join()).toMatch(/in a row/);
  });

  it("a value on which a recursive schema doubles its work is a misfit, soon", () => {
    const twice = { properties: { a: { $ref: "#" } } };
    const schema = { allOf: [twice, { ...twice }] };
    const value = JSON.parse(`${'{"a":'.repeat(60)}1${"}".repeat(60)}`);
    const started = performance.now();
    expect(violationsOf(schema, value)).toEqual(["body: too much work to check"]);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(violationsOf(schema, { a: { a: {} } })).toEqual([]);
  });

  it("patterns that would backtrack for ever are matched in linear time", () => {
    const started = performance.now();
    expect(violationsOf({ pattern: "^(a+)+$" }, `${"a".repeat(100_000)}!`)).toEqual([
      "body: pattern ^(a+)+$",
    ]);
    expect(violationsOf({ pattern: "^(a|aa)+$" }, `${"a".repeat(100_000)}!`)).not.toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
