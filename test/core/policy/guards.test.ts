// Owns the proof of what becomes of guards: specs, rules, settings filled in. Knows no finding.

import { describe, expect, it } from "vitest";
import type { GuardAction } from "../../../core/contracts/guard-spec.ts";
import { agentGuards, configSchemaOf, fillConfig } from "../../../core/policy/guards.ts";
import { ConfigSchema } from "../../../core/policy/schema/config.ts";
import { document, type Files, policyOf } from "./samples.ts";

const config = "adapter: webhook, url: http://guard.internal:8000";
const guard = (spec: string, name = "g"): string => document("Guard", name, spec);
const remote = (rest: string): string => guard(`detector: remote\nconfig: { ${config} }\n${rest}`);
const agent = (use: string): string => document("Agent", "a", `guards:\n  first: { guard: g, ${use} }`);

describe("what becomes of it", () => {
  const actions: readonly (readonly [written: string, action: GuardAction])[] = [
    ["block", { kind: "block", message: undefined }],
    ["{ block: { message: No. } }", { kind: "block", message: "No." }],
    ["redact", { kind: "redact", with: "marker" }],
    ["{ redact: { with: placeholder } }", { kind: "redact", with: "placeholder" }],
    ["flag", { kind: "flag" }],
    ["{ truncate: {} }", { kind: "truncate" }],
    ["strip", { kind: "strip" }],
    ["filter", { kind: "filter" }],
    ["repair", { kind: "repair", hint: undefined }],
    ["{ fallback: { text: Sorry. } }", { kind: "fallback", text: "Sorry." }],
  ];
  it.each(actions)("%s", (written, action) => {
    expect(policyOf({ "g.yaml": remote(`action: ${written}`) }).guards.get("g")?.action).toEqual(action);
  });

  it("has what nobody said filled in: its own, and its detector's", () => {
    const policy = policyOf({ "g.yaml": remote("action: block"), "a.yaml": agent("on: [llm.answer]") });
    expect(policy.guards.get("g")).toMatchObject({
      ...{
        mode: "enforce",
        onFailure: "closed",
        onUninspectable: "refuse",
        stream: "hold",
        escalates: false,
      },
      config: { adapter: "webhook", timeout: "2s", cache: { entries: 10_000, ttl: "5m" } },
    });
    expect(policy.agents.get("a")?.guards.get("first")).toMatchObject({ sample: 1, mode: undefined });
  });
});

describe("the rules of an agent", () => {
  const files: Files = {
    "a.yaml": document(
      "Agent",
      "a",
      `guards:
  second: { guard: g, on: [llm.answer, edge.request], mode: shadow, sample: 0.5 }
  first: { guard: g, on: [tool.args] }`,
    ),
    "g.yaml": remote("action: block\nonUninspectable: flag\nescalate: true"),
  };
  const policy = policyOf(files);
  const spec = policy.agents.get("a");
  if (spec === undefined) throw new Error("there is no agent");

  it("are those of the stages asked for, in the policy's order, on one guard", () => {
    const rules = agentGuards(policy, spec, { environment: {}, stages: ["llm.answer", "tool.args"] });
    expect(rules.map(({ name, on, mode, sample }) => ({ name, on: [...on], mode, sample }))).toEqual([
      { name: "second", on: ["llm.answer"], mode: "shadow", sample: 0.5 },
      { name: "first", on: ["tool.args"], mode: "enforce", sample: 1 },
    ]);
    expect(rules[0]).toMatchObject({ onUninspectable: "flag", escalates: true, isWhole: true });
    expect(rules[0]?.guard).toBe(rules[1]?.guard);
  });

  it("are none where none is asked for", () => {
    expect(agentGuards(policy, spec, { environment: {}, stages: ["edge.answer"] })).toEqual([]);
  });
});

describe("a detector's settings", () => {
  const schema = new ConfigSchema({
    type: "object",
    properties: {
      max: { type: "integer", default: 5 },
      types: { type: "array", items: { enum: ["a", "b"] } },
    },
    additionalProperties: false,
  });

  it("are filled in without touching what was given", () => {
    const given = { types: ["a"] };
    expect(schema.fill(given)).toEqual({ max: 5, types: ["a"] });
    expect(given).toEqual({ types: ["a"] });
  });

  it("that do not fit are all told, each at its place", () => {
    expect(schema.findings({ max: "5", types: ["a", "c"], mx: 1 })).toEqual([
      expect.objectContaining({ path: ["mx"], problem: "unknown field", hint: 'did you mean "max"?' }),
      expect.objectContaining({ path: ["max"], problem: "must be a whole number, not a text" }),
      expect.objectContaining({ path: ["types", 1], problem: "must be one of a, b" }),
    ]);
    expect(schema.findings([])).toHaveLength(1);
  });

  it("are made once a detector, and not at all for one nobody knows", () => {
    expect(configSchemaOf("remote")).toBe(configSchemaOf("remote"));
    expect(() => fillConfig("nobody", {})).toThrow("no such detector: nobody");
  });
});
