// Owns the proof that an answer has to be the JSON a policy asks for. Knows no dialect.

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { structuredDetector } from "../../../core/guards/structured.ts";
import { answer, expectUnitsAlike, guardOf, readAll, timeOf } from "./readings.ts";

const schema: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["name"],
  properties: {
    name: { type: "string", pattern: "^[a-z]+$" },
    items: {
      type: "array",
      items: { type: "object", properties: { price: { type: "number", minimum: 0 } } },
    },
    when: { type: "string", format: "date" },
  },
};
const guard = guardOf(structuredDetector, { schema });
const told = (text: string, config: JsonObject = { schema }) =>
  readAll(guardOf(structuredDetector, config), text, answer).map(({ type, message }) => [type, message]);

describe("an answer", () => {
  it.each(['{"name":"ada"}', ' \n{"name": "ada", "items": [{"price": 1}]}\n'])("%j fits", (text) => {
    expect(told(text)).toEqual([]);
    expectUnitsAlike(guard, text, answer);
  });

  it.each<[text: string, type: string, message: string]>([
    ["", "not_json", "The answer is not JSON."],
    ["Sure! Here it is: {}", "not_json", "The answer is not JSON."],
    ['{"name":"ada"', "not_json", "The answer is not JSON."],
    ['```json\n{"name":"ada"}\n```', "not_json", "The answer is not JSON."],
    ['{"name":"ada","name":"bob"}', "not_json", "The answer is JSON that can be read in more than one way."],
    [`${"[".repeat(200)}${"]".repeat(200)}`, "not_json", "The answer is JSON that is nested too deep."],
    ["[]", "schema_violation", "the answer: must be object"],
    ["{}", "schema_violation", "the answer: must have required property 'name'"],
    ['{"name":"Ada"}', "schema_violation", '/name: must match pattern "^[a-z]+$"'],
    ['{"name":"ada","items":[{"price":-1}]}', "schema_violation", "/items/0/price: must be >= 0"],
    ['{"name":"ada","when":"tomorrow"}', "schema_violation", '/when: must match format "date"'],
  ])("%j: %s", (text, type, message) => {
    expect(told(text)).toEqual([[type, message]]);
    expectUnitsAlike(guard, text, answer);
  });

  it("is told whole, when it is whole", () => {
    const scanner = guard.scan(answer);
    expect(scanner?.push("no")).toEqual({ findings: [], decided: 0 });
    const finding = { type: "not_json", start: 0, end: 2, score: 1, method: "bound" };
    expect(scanner?.end()).toEqual([{ ...finding, message: "The answer is not JSON." }]);
  });

  it.each(['```json\n{"name":"ada"}\n```', '  ```\n{"name":"ada"}```\n', '{"name":"ada"}'])(
    "%j may stand in a code block",
    (text) => {
      expect(told(text, { schema, fenced: "allow" })).toEqual([]);
    },
  );

  it.each(['```js\n{"name":"ada"}\n```', '```json\n{"name":"ada"}\n``` and so on', "```", "``````"])(
    "%j is no code block of JSON",
    (text) => {
      expect(told(text, { schema, fenced: "allow" })).toEqual([["not_json", "The answer is not JSON."]]);
    },
  );

  it("that is too long is not decided", async () => {
    const scanner = guardOf(structuredDetector, { schema, charsMax: 5 }).scan(answer);
    scanner?.push("123456");
    expect(await scanner?.end()).toEqual({ kind: "unable", because: "too_long" });
  });

  it("other texts are none", () => {
    for (const kind of ["reasoning", "tool.args", "refusal"]) {
      expect(guard.scan({ ...answer, kind })).toBeUndefined();
    }
  });
});

describe("settings", () => {
  it.each<[what: string, schema: JsonObject, path: string, problem: string]>([
    ["an unknown keyword", { typo: 1 }, "schema", 'unknown keyword: "typo"'],
    ["no schema", { type: "strng" }, "schema.type", "must be equal to one of the allowed values"],
    ["another draft", { $schema: "http://json-schema.org/draft-04/schema#" }, "schema.$schema", "2020-12"],
    ["a pattern with lookahead", { pattern: "(?=a)" }, "schema", "invalid"],
    [
      "pairs to compare",
      { properties: { a: { uniqueItems: true } } },
      "schema.properties.a.uniqueItems",
      "pair",
    ],
    ["a reference outside", { $ref: "https://x.test/s" }, "schema", "can't resolve reference"],
  ])("%s is refused", (_what, wrong, path, problem) => {
    const [found] = structuredDetector.check?.({ schema: wrong }) ?? [];
    expect(found?.path.join(".")).toBe(path);
    expect(found?.problem).toContain(problem);
  });

  it("draft-07 is read where it is named", () => {
    const draft07 = { $schema: "http://json-schema.org/draft-07/schema#", items: [{ type: "string" }] };
    expect(structuredDetector.check?.({ schema: draft07 })).toEqual([]);
    expect(told("[1]", { schema: draft07 })).toEqual([["schema_violation", "/0: must be string"]]);
  });
});

it("no answer makes it slow", () => {
  const slow = guardOf(structuredDetector, {
    schema: { type: "string", pattern: "^(a+)+$" },
    fenced: "allow",
  });
  for (const text of [`"${"a".repeat(200_000)}!"`, `\`\`\`\n${" ".repeat(500_000)}`, "[".repeat(500_000)]) {
    expect(timeOf(slow, text)).toBeLessThan(2_000);
  }
});
