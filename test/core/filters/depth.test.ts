// Owns the proof of how deep agents may call one another. Knows no token.

import { expect, it } from "vitest";
import type { LimitSpec } from "../../../core/contracts/policy.ts";
import { depthFilter } from "../../../core/filters/depth.ts";
import { sampleExchange } from "./sample-exchange.ts";

const spec: LimitSpec = {
  ...{ name: "nesting", origin: { file: "p.yaml", line: 1 }, meter: "depth", amount: 2, window: undefined },
  ...{ burst: undefined, by: [], match: undefined, mode: "enforce", status: 429, onExceeded: "refuse" },
  ...{ onCut: "end", downgrade: undefined, wrapUp: undefined, onStoreLoss: "closed", consistency: "fast" },
};

const shadowed: string[] = [];

function say(specs: readonly LimitSpec[], depth: number): string {
  const exchange = sampleExchange();
  exchange.context = {
    ...{ task: "t", session: undefined, user: undefined, caller: "web-app", team: undefined },
    ...{ depth, stepsMax: undefined, tokensMax: undefined },
  };
  const opened = depthFilter({ specs, onShadow: ({ name }) => shadowed.push(name) }).open(exchange);
  if (opened === undefined) return "allowed";
  return "code" in opened ? `${opened.status} ${opened.message}` : "something else";
}

const over = "at most 5 agents call one another. Answer with what you have.";

it("has a bound where no limit says one", () => {
  for (const depth of [0, 1, 5]) expect(say([], depth)).toBe("allowed");
  expect(say([], 6)).toBe(`429 Sluice's bound: ${over}`);
});

it("is what a limit says, less or more", () => {
  expect(say([spec], 2)).toBe("allowed");
  expect(say([spec], 3)).toContain('429 Limit "nesting": at most 2 agents');
  const more = { ...spec, amount: 9, status: 503 as const };
  expect(say([more], 9)).toBe("allowed");
  expect(say([more], 10)).toContain("503");
});

it("holds where a condition says so, and else the bound does", () => {
  const others = { ...spec, amount: 9, match: 'caller == "batch"' };
  expect(say([others], 6)).toContain("Sluice's bound");
});

it("is only told in shadow, and the bound stays", () => {
  const shadow = { ...spec, mode: "shadow" as const };
  expect(say([shadow], 3)).toBe("allowed");
  expect(shadowed).toEqual(["nesting"]);
  expect(say([shadow], 6)).toContain("Sluice's bound");
});
