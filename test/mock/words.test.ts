// Owns the proof of the token rule, the generated text and the sampled arguments, as properties.

import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { prose, seededRandom } from "../../mock/prose.ts";
import { sampleOf } from "../../mock/sample.ts";
import { countTokens, pieces } from "../../mock/tokens.ts";

test("pieces are the text, and counting them needs no pieces", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(" ", "\n", "a", "\u3000") }),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      expect(pieces(text).join("")).toBe(text);
      expect(countTokens(text)).toBe(pieces(text).length);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("generated text has one token a piece and the wanted number", () => {
  fc.assert(
    fc.property(fc.nat({ max: 200 }), fc.nat(), (tokens, seed) => {
      const text = prose(seededRandom(seed), tokens);
      expect(text).toHaveLength(tokens);
      expect(pieces(text.join(""))).toEqual(text);
    }),
    { seed: 2 },
  );
});

const tree = {
  type: "object",
  $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } }, required: ["name"] } },
  properties: { root: { $ref: "#/$defs/node" } },
  required: ["root"],
};

test.each<[string, Record<string, unknown>]>([
  ["text bounds", { type: "string", minLength: 30, maxLength: 31 }],
  ["a number above", { type: "number", exclusiveMinimum: 3, maximum: 4 }],
  ["a number below", { type: "integer", exclusiveMaximum: -3 }],
  ["a multiple", { type: "integer", minimum: 7, multipleOf: 5 }],
  ["an array", { type: "array", minItems: 3, items: { type: "boolean" } }],
  ["a tuple", { type: "array", prefixItems: [{ type: "null" }, { const: 5 }], minItems: 2 }],
  [
    "a choice",
    { anyOf: [{ type: "object", properties: { a: { enum: [1] } }, required: ["a"] }, { type: "null" }] },
  ],
  [
    "parts",
    { allOf: [{ required: ["a"] }, { properties: { a: { type: ["null", "integer"] } } }], type: "object" },
  ],
  ["a format", { type: "object", properties: { at: { type: "string", minLength: 8, format: "date-time" } } }],
  ["a schema that holds itself", tree],
  ["anything", {}],
])("a sample fits %s", (_name, schema) => {
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  fc.assert(
    fc.property(fc.nat(), (seed) => fits(sampleOf(schema, seededRandom(seed)))),
    { seed: 3, numRuns: 20 },
  );
});
