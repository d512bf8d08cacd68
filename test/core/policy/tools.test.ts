// Owns the proof that tools of a policy are told apart by version, chosen by range, and refused where they
// cannot be kept. Knows no call.

import { describe, expect, it } from "vitest";
import { checkSources } from "../../../core/policy/load.ts";
import { document, type Files, good, policyOf, problemsIn, sourceOf } from "./samples.ts";

const parameters = `parameters:
  type: object
  properties: { to: { type: string, format: email }, n: { type: integer } }
  required: [to]
  additionalProperties: false`;
const tool = (version: string, more = parameters): string =>
  document("Tool", "send_email", `version: ${version}\n${more}`);
const uses = (use: string): Files => ({
  ...good,
  "tool.yaml": [tool("2.0.0"), tool("2.1.0"), tool("3.0.0-rc.1")].join("---\n"),
  "uses.yaml": document("Agent", "mailer", `tools: { send_email: ${use} }`),
});

describe("a tool's version", () => {
  const chosen = (use: string) => policyOf(uses(use)).agents.get("mailer")?.tools?.get("send_email");

  it("is the latest in the agent's range, and no preview unless it is asked for", () => {
    expect(chosen("{}")).toMatchObject({ name: "send_email", version: "2.1.0", when: undefined });
    expect(chosen("{ version: ^2.0 }")?.version).toBe("2.1.0");
    expect(chosen("{ version: ~2.0.0 }")?.version).toBe("2.0.0");
    expect(chosen('{ version: ">=3.0.0-rc.0" }')?.version).toBe("3.0.0-rc.1");
  });

  it("is part of its name: all of them stand in the policy, the latest first", () => {
    const { tools } = policyOf(uses("{}"));
    const versions = tools.get("send_email")?.map(({ version }) => version);
    expect(versions).toEqual(["3.0.0-rc.1", "2.1.0", "2.0.0"]);
    expect(tools.get("send_email")?.[0]).toMatchObject({ argsCharsMax: 10_000, description: undefined });
  });

  it.each([
    ["{ version: ^4 }", "version: no version of this tool is in ^4 (there is 2.0.0, 2.1.0, 3.0.0-rc.1)"],
    ["{ version: two }", "version: is not a range of versions (such as ^2.0)"],
  ])("%s is refused", (use, problem) => {
    expect(problemsIn(uses(use))).toEqual([`uses.yaml:5 Agent/mailer spec.tools.send_email.${problem}`]);
  });

  it("has to be semantic, and stand once in a directory", () => {
    expect(problemsIn({ "t.yaml": document("Tool", "t", "version: 1.02.3") })).toEqual([
      "t.yaml:5 Tool/t spec.version: is not a semantic version (such as 2.1.0)",
    ]);
    expect(problemsIn({ "t.yaml": `${tool("1.0.0")}---\n${tool("1.0.0")}` })).toEqual([
      expect.stringMatching(/Tool\/send_email: stands twice in one directory/),
    ]);
  });

  const layered = (first: readonly string[], patch: string) => {
    const files = [
      sourceOf("a/tools.yaml", Buffer.from(first.join("---\n"))),
      { ...sourceOf("b/patch.yaml", Buffer.from(patch)), layer: 1 },
    ];
    return checkSources({ files, problems: [] });
  };

  it("tells which one an overlay is about; where there is one, it need not", () => {
    const patch = document("Tool", "send_email", "maxArgsChars: 5");
    const one = layered([tool("1.0.0")], patch);
    expect(one.ok && one.policy.tools.get("send_email")?.[0]).toMatchObject({
      version: "1.0.0",
      argsCharsMax: 5,
    });
    const several = layered([tool("1.0.0"), tool("2.0.0")], patch);
    expect(!several.ok && several.problems[0]?.problem).toMatch(/several versions of this tool/);
    const named = layered([tool("1.0.0"), tool("2.0.0")], tool("2.0.0", "maxArgsChars: 5"));
    const bounds = named.ok && named.policy.tools.get("send_email")?.map((each) => each.argsCharsMax);
    expect(bounds).toEqual([5, 10_000]);
  });
});

describe("a tool's schema", () => {
  const problems = (schema: string) =>
    problemsIn({ "t.yaml": document("Tool", "t", `version: 1.0.0\nparameters: ${schema}`) });

  it.each([
    ["{ properties: { a: { minimun: 3 } } }", '/properties/a/minimun unknown keyword: "minimun"'],
    ["{ properties: { a: { $ref: 'https://example.com/a.json' } } }", "/properties/a/$ref leads out of"],
    ["{ properties: { a: { pattern: '(a)\\1' } } }", "/properties/a/pattern the pattern refers back"],
    ["{ $schema: 'https://example.com/mine' }", "/$schema is not 2020-12 or draft-07"],
    ["{ allOf: [{ $ref: '#' }] }", "refers to itself without an end"],
  ])("%s is refused by its place", (schema, why) => {
    expect(problems(schema)).toEqual([
      expect.stringContaining(`is not a JSON Schema that can be checked (${why}`),
    ]);
  });

  it("is one of an object", () => {
    expect(problems("{ type: string }")).toEqual([
      "t.yaml:6 Tool/t spec.parameters.type: is never met: arguments are an object (type: object)",
    ]);
  });
});

describe("a condition", () => {
  it("that compiles stands in the policy", () => {
    const use = policyOf(uses(`{ when: 'args.to.endsWith("@example.com")' }`)).agents.get("mailer");
    expect(use?.tools?.get("send_email")?.when).toBe('args.to.endsWith("@example.com")');
  });

  it.each([
    ["result.ok", "Unknown variable: result"],
    ["args.too == 'a'", "args.too cannot exist: the tool has no such parameter"],
    ["args['cc'] == 'a'", "args.cc cannot exist"],
    ["args.to.matches('a')", "`matches` is not available"],
    ["args.n + 1", "says a int"],
    ["user ==", ""],
  ])("%s is refused", (when, why) => {
    expect(problemsIn(uses(`{ when: "${when}" }`))).toEqual([
      expect.stringContaining(`spec.tools.send_email.when: does not compile: ${why}`),
    ]);
  });
});

it("a rule for an argument names one that the tool has, and a dialect that is read", () => {
  const rule = (place: string, dialect = "postgresql") =>
    problemsIn(uses(`{ arguments: { ${place}: { sql: read-only, dialect: ${dialect}, tables: [a] } } }`));
  expect(rule("/to")).toEqual([]);
  expect(rule("/query")).toEqual([
    'uses.yaml:5 Agent/mailer spec.tools.send_email.arguments["/query"]: the tool has no such parameter',
  ]);
  expect(rule("/to", "cobol")).toHaveLength(1);
});

it("a tool that is not there is refused, and so is what belongs to an endpoint without one", () => {
  expect(problemsIn(uses("{}, send_male: {}"))).toEqual([
    expect.stringContaining('there is no Tool of this name (did you mean "send_email"?)'),
  ]);
  expect(problemsIn({ "t.yaml": document("Tool", "t", "version: 1.0.0\ncost: 0.01") })).toEqual([
    "t.yaml:6 Tool/t spec.cost: goes with an endpoint only: the tool is not called through Sluice " +
      "(add endpoint, or leave it out)",
  ]);
});

it("an agent without tools, one with none, and what becomes of calls that do not fit", () => {
  const agentOf = (spec: string) => policyOf({ "a.yaml": document("Agent", "a", spec) }).agents.get("a");
  expect(agentOf("models: []")).toMatchObject({ tools: undefined, invalidCalls: "block" });
  expect(agentOf("tools: {}\ninvalidCalls: repair")).toMatchObject({
    tools: new Map(),
    invalidCalls: "repair",
  });
});
