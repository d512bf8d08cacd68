// Owns the proof that bodies are held to an agent's schema, and told so without the client's data.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaFilter } from "../../../core/filters/schema.ts";
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

describe("a schema", () => {
  it("has to be proven before", () => {
    expect(() => schemaFilter({ $ref: "https://example.com/a.json" })).toThrow("not proven");
  });

  it("of one name is kept apart from another's", async () => {
    expect(await say("1", { $id: "https://example.com/run", type: "string" })).toBe("body: type string.");
    expect(await say("1", { $id: "https://example.com/run", type: "number" })).toBe("allowed");
  });
});
