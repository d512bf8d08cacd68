// Owns the proof of which conditions compile, and on what a limit holds under each.

import { describe, expect, it } from "vitest";
import { conditionOf, findConditionProblem, mentions } from "../../../core/limits/condition-adapter.ts";
import { sampleContext, sampleExchange } from "../filters/sample-exchange.ts";
import { drawFor } from "./sample-limits.ts";

const known = () => {
  const exchange = sampleExchange();
  exchange.context = { ...sampleContext, user: "jo", depth: 2 };
  exchange.model = "gpt-4o";
  return drawFor(exchange, { provider: "openai" });
};

describe("a condition", () => {
  it.each([
    ['agent == "search" && caller == "web-app" && team == "growth"', true],
    ['user in ["jo", "mo"]', true],
    ['model.startsWith("gpt-4") && provider == "openai"', true],
    ["depth > 1", true],
    ["depth > 2", false],
    ['session == "" || task == "other"', false],
    ['address == "192.0.2.1"', true],
    ["true", true],
    ["false", false],
  ])("%s", (text, holds) => {
    expect(findConditionProblem(text)).toBeUndefined();
    expect(conditionOf(text)(known())).toBe(holds);
  });

  it("finds what is absent empty, and depth nought", () => {
    const nobody = drawFor(sampleExchange());
    expect(conditionOf('user == "" && model == "" && provider == "" && depth == 0')(nobody)).toBe(true);
  });

  it("takes the caller whom the gateway knows before the context there is none of yet", () => {
    const exchange = sampleExchange();
    exchange.caller = { name: "web-app", team: "growth", trust: new Set() };
    expect(conditionOf('caller == "web-app" && team == "growth"')(drawFor(exchange))).toBe(true);
  });

  it("that fails on what it is given holds: no limit is lost by it", () => {
    expect(conditionOf("[1, 2][size(user)] == 1")(known())).toBe(true);
  });

  it.each([
    ["user", "says a string"],
    ["users == 1", "users"],
    ['user == "', "nterminated"],
    ["depth == user", ""],
    ['user.matches("(a+)+$")', "matches"],
    ['"""x" """.matches("(a+)+$")', "matches"],
    [`${"(".repeat(60)}true${")".repeat(60)}`, ""],
  ])("%s does not compile", (text, problem) => {
    expect(findConditionProblem(text)).toContain(problem);
    expect(() => conditionOf(text)).toThrow("condition:");
  });
});

it("names are looked for outside of strings", () => {
  expect(mentions('model == "x"', "model")).toBe(true);
  expect(mentions('team == "model"', "model")).toBe(false);
  expect(mentions("team == 'the \\' model'", "model")).toBe(false);
  expect(mentions("supermodel == 1", "model")).toBe(false);
});
