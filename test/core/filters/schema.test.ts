// Owns the proof that bodies are held to an agent's schema, and told so without the client's data.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRequestSchema, schemaFilter } from "../../../core/filters/schema.ts";
import { asVisit, chatCall, sampleExchange } from "./sample-exchange.ts";

const schema = {
  type: "object",
  required: ["prompt"],
  properties: {
    prompt: { type: "string", maxLength: 20 },
    n: { type: "integer", maximum: 10 },
    items: { type: "array", items: { type: "object", properties: { id: { type: "integer" } } } },
    labels: { type: "object", additionalProperties: { type: "string" } },
    mail: { type: "string", format: "email" },
    mode: { enum: ["fast", "slow"] },
  },
  additionalProperties: false,
};

/** `allowed`, or what the refusal says after its opening words. */
async function say(body: string, rules: Record<string, unknown> = schema, method = "POST"): Promise<string> {
  const visit = asVisit(await schemaFilter(rules).open(sampleExchange({ method })));
  const value = body === "" ? undefined : JSON.parse(body);
  const halt = await visit.call?.({ ...chatCall(body), value });
  if (halt === undefined) return "allowed";
  if (halt.kind !== "refusal") throw new Error("a schema only refuses");
  expect([halt.code, halt.status]).toEqual(["schema_violation", 400]);
  return halt.message.replace(/^The body does not fit the schema: /, "");
}

describe("a body", () => {
  it("that fits passes, and nothing is added to it or changed", async () => {
    const value = { prompt: "hi", n: "3" };
    const rules = { properties: { n: { type: "string" }, more: { default: 1 } } };
    const visit = asVisit(await schemaFilter(rules).open(sampleExchange()));
    expect(await visit.call?.({ ...chatCall(JSON.stringify(value)), value })).toBeUndefined();
    expect(value).toEqual({ prompt: "hi", n: "3" });
  });

  it("that does not is told the place and the rule", async () => {
    expect(await say('{"prompt":5,"n":11}')).toBe("/prompt: type string; /n: maximum 10.");
    expect(await say("{}")).toBe("/prompt: required.");
    expect(await say("[]")).toBe("body: type object.");
    expect(await say('{"prompt":"","items":[{"id":1},{"id":"x"}]}')).toBe("/items/1/id: type integer.");
    expect(await say('{"prompt":"","mode":"x"}')).toBe('/mode: enum ["fast","slow"].');
    expect(await say('{"prompt":"","mail":"x"}')).toBe("/mail: format email.");
  });

  it("has to be there where a task could be in it", async () => {
    for (const method of ["POST", "PUT", "PATCH"])
      expect(await say("", schema, method)).toBe("it is not JSON.");
    for (const method of ["GET", "HEAD", "DELETE", "OPTIONS"]) {
      expect(await say("", schema, method)).toBe("allowed");
    }
    expect(await say("{}", schema, "DELETE")).toBe("/prompt: required.");
  });

  it("that no dialect could read is refused, whatever the method", async () => {
    const visit = asVisit(await schemaFilter(schema).open(sampleExchange({ method: "GET" })));
    expect(await visit.call?.(chatCall("not read"))).toMatchObject({ code: "schema_violation" });
  });
});

describe("a violation is told", () => {
  it("five at most, and only the first of a large body", async () => {
    const bad = (count: number) => JSON.stringify({ prompt: "", items: Array(count).fill(1) });
    expect((await say(bad(9))).split("; ")).toHaveLength(5);
    expect(await say(bad(9_000))).toBe("/items/0: type object.");
  });

  it("without names that the client made up", async () => {
    expect(await say('{"prompt":"","4111111111111111":1}')).toBe("body: additionalProperties.");
    expect(await say('{"prompt":"","labels":{"4111111111111111":1}}')).toBe("/labels/*: type string.");
    expect(await say('{"prompt":"","labels":{"a/b~c":1}}')).toBe("/labels/*: type string.");
    const names = { propertyNames: { maxLength: 3 }, unevaluatedProperties: false };
    expect(await say('{"secret-name":1}', names)).not.toContain("secret");
  });

  it("once, where places look the same", async () => {
    expect(await say('{"prompt":"","labels":{"a":1,"b":2}}')).toBe("/labels/*: type string.");
  });

  it("within bounds, however deep the place and long the rule", async () => {
    const deep = { $defs: { node: { type: "object", properties: { a: { $ref: "#/$defs/node" } } } } };
    const body = `${'{"a":'.repeat(30)}1${"}".repeat(30)}`;
    expect(await say(body, { ...deep, $ref: "#/$defs/node" })).toBe(`${"/a".repeat(12)}/…: type object.`);
    const long = await say("1", { const: "c".repeat(1_000) });
    expect(long.length).toBeLessThan(120);
  });

  it("never with the client's data", async () => {
    const canary = "canary-0451";
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(json, async (inner) => {
        const labels = `{"${canary}":${inner}}`;
        const body = `{"prompt":${inner},"labels":${labels},"${canary}":{"items":["${canary}"]}}`;
        expect(await say(body)).not.toContain(canary);
      }),
    );
  });
});

describe("compiling", () => {
  const problemsOf = (rules: Record<string, unknown>) => {
    const compiled = compileRequestSchema(rules);
    return compiled.kind === "schema"
      ? []
      : compiled.problems.map(({ pointer, problem }) => `${pointer} ${problem}`);
  };

  it("takes 2020-12 by default and draft-07 by its name", () => {
    const tuple2020 = { prefixItems: [{ type: "string" }] };
    const tuple7 = { items: [{ type: "string" }], definitions: { a: true } };
    const draft7 = "http://json-schema.org/draft-07/schema#";
    expect(problemsOf(tuple2020)).toEqual([]);
    expect(problemsOf({ $schema: "https://json-schema.org/draft/2020-12/schema", ...tuple2020 })).toEqual([]);
    expect(problemsOf({ $schema: draft7, ...tuple7 })).toEqual([]);
    expect(problemsOf(tuple7)).not.toEqual([]);
    expect(problemsOf({ $schema: draft7, ...tuple2020 })).not.toEqual([]);
    expect(problemsOf({ $schema: "https://json-schema.org/draft/2019-09/schema" })).toEqual([
      "/$schema is not 2020-12 or draft-07",
    ]);
  });

  it("knows every keyword of 2020-12, anchors included", async () => {
    const rules = { $defs: { text: { $anchor: "text", type: "string" } }, $ref: "#text", deprecated: true };
    expect(problemsOf(rules)).toEqual([]);
    expect(await say("1", rules)).toBe("body: type string.");
  });

  it("tells all that is wrong with the form at once", () => {
    const rules = { properties: { a: { minimum: "x", maxLength: -1 }, b: { type: "strng" } } };
    const found = problemsOf(rules).join("\n");
    for (const place of ["/properties/a/minimum", "/properties/a/maxLength", "/properties/b/type"]) {
      expect(found).toContain(place);
    }
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["an unknown keyword", { maxLenght: 3 }, /unknown keyword: "maxLenght"/],
    ["an unknown format", { format: "emial" }, /unknown format "emial"/],
    ["a pattern that is none", { pattern: "(" }, /Invalid regular expression/],
    ["a reference to elsewhere", { $ref: "https://example.com/a.json" }, /can't resolve reference/],
    ["a reference to nothing", { $ref: "#/$defs/none" }, /can't resolve reference/],
    ["what would make every answer true", { $async: true }, /every body pass/],
    ["the same further in", { properties: { a: { $async: true } } }, /\/properties\/a\/\$async/],
    [
      "a comparison of all pairs",
      { properties: { a: { uniqueItems: true } } },
      /\/properties\/a\/uniqueItems/,
    ],
    ["one of too many", { uniqueItems: true, maxItems: 1_001 }, /compares every pair/],
  ])("refuses %s", (_what, rules, problem) => {
    expect(problemsOf(rules).join("\n")).toMatch(problem);
    expect(() => schemaFilter(rules)).toThrow("not proven");
  });

  it("takes comparisons that are cheap, and a property of any name", () => {
    expect(problemsOf({ uniqueItems: true, maxItems: 1_000 })).toEqual([]);
    expect(problemsOf({ uniqueItems: true, items: { type: "string" } })).toEqual([]);
    expect(problemsOf({ properties: { uniqueItems: true, $async: { type: "string" } } })).toEqual([]);
    expect(problemsOf({ enum: [{ uniqueItems: true }] })).toEqual([]);
  });

  it("keeps schemas of one name apart", async () => {
    expect(await say("1", { $id: "https://example.com/run", type: "string" })).toBe("body: type string.");
    expect(await say("1", { $id: "https://example.com/run", type: "number" })).toBe("allowed");
  });
});
