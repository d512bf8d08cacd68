// Owns the proof of which JSON Schemas an operator may write. Knows nothing of agents.

import { describe, expect, it } from "vitest";
import { compileJsonSchema } from "../../../core/policy/json-schema.ts";
import type { Schema } from "../../../core/policy/schema/shared.ts";

const draft7 = "http://json-schema.org/draft-07/schema#";

describe("a schema that compiles", () => {
  it.each([
    ["2020-12", { type: "object", properties: { a: { type: "string", format: "email" } } }],
    ["draft-07", { $schema: draft7, definitions: { a: { type: "object" } }, $ref: "#/definitions/a" }],
    ["a reference to itself", { type: "object", properties: { next: { $ref: "#" } } }],
    ["a name many have", { $id: "https://example.com/task", type: "object" }],
    ["the same name again", { $id: "https://example.com/task", type: "object", required: ["prompt"] }],
  ])("%s", (_what, schema: Schema) => {
    const compiled = compileJsonSchema(schema);
    expect(compiled.ok && compiled.validate({ a: "x@example.com", prompt: "" })).toBe(true);
    expect(compiled.ok && compiled.validate("text")).toBe(false);
  });
});

describe("a schema that does not", () => {
  it.each([
    ["a keyword that does not exist", { requird: [] }, /unknown keyword: "requird"/],
    ["a keyword of the wrong type", { type: "object", required: "prompt" }, /required must be array/],
    ["another draft", { $schema: "http://json-schema.org/draft-04/schema#" }, /no schema with key or ref/],
    ["a name that is no text", { $id: 5 }, /\$id must be string/],
    ["a pattern that is none", { type: "string", pattern: "(" }, /Invalid regular expression/],
    ["a format nobody knows", { type: "string", format: "secret" }, /unknown format "secret"/],
    ["what would answer with a promise", { $async: true, type: "object" }, /\$async/],
  ])("%s", (_what, schema: Schema, problem) => {
    expect(compileJsonSchema(schema)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});
