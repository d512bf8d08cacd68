// Owns the proof that what a limit does fits what it counts, and that conditions compile. Knows no store.

import { describe, expect, it } from "vitest";
import { document, type Files, good, policyOf, problemsIn } from "./samples.ts";

const limit = (spec: string): Files => ({ ...good, "limit.yaml": document("Limit", "l", spec) });
const tokens = "tokens: 5000\nwindow: { sliding: 1m }\n";
const requests = "requests: 5\nwindow: { sliding: 1m }\n";

describe("is refused", () => {
  it.each([
    [
      "a cheaper model for requests",
      `${requests}onExceeded: downgrade\ndowngrade: { to: gpt-4o }`,
      "7",
      "onExceeded",
    ],
    ["no cheaper model", `${tokens}onExceeded: downgrade`, "4", "downgrade: is missing"],
    ["a cheaper model nobody asks for", `${tokens}downgrade: { to: gpt-4o }`, "7", "downgrade: goes with"],
    [
      "an unknown model",
      `${tokens}onExceeded: downgrade\ndowngrade: { to: gpt-9 }`,
      "8",
      "downgrade.to: there is no",
    ],
    ["an end of requests", `${requests}onExceeded: end`, "7", "onExceeded: end goes with"],
    ["a last word on requests", `${requests}wrapUp: {}`, "7", "wrapUp: a last word goes with"],
    ["a lease of slots", "concurrency: 5\nonStoreLoss: lease", "6", "onStoreLoss: lease goes with"],
    [
      "tokens in a fixed window",
      "tokens: 5\nwindow: { fixed: 1h }",
      "6",
      "window.fixed: does not go with tokens",
    ],
    ["time in a window", "wallClock: 5s\nwindow: { sliding: 1h }", "6", "window.sliding: does not go with"],
    ["a condition that does not parse", `${tokens}match: 'team =='`, "7", "match: does not compile"],
    [
      "a condition over nothing known",
      `${tokens}match: 'tea == "a"'`,
      "7",
      "match: does not compile: Unknown",
    ],
    [
      "a condition that is no condition",
      `${tokens}match: 'team'`,
      "7",
      "match: does not compile: says a string",
    ],
    [
      "a regular expression",
      `${tokens}match: 'team.matches("(a+)+$")'`,
      "7",
      "match: does not compile: `matches`",
    ],
  ])("%s", (_what, spec, line, start) => {
    const problems = problemsIn(limit(spec));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`limit.yaml:${line} Limit/l spec.${start}`);
  });

  it("a cheaper model the agent may not ask for", () => {
    const model = document("Model", "small", "targets: [{ provider: openai, model: gpt-4o }]");
    const spec = (models: string) => ({
      ...good,
      "small.yaml": model,
      "a.yaml": document(
        "Agent",
        "a",
        `models: [${models}]
limits:
  l:
    usd: 1
    window: { life: task }
    onExceeded: downgrade
    downgrade: { to: small }`,
      ),
    });
    expect(problemsIn(spec("gpt-4o"))).toEqual([expect.stringContaining("is not on the agent's models")]);
    expect(problemsIn(spec("gpt-4o, small"))).toEqual([]);
  });
});

it("what is left out is filled in", () => {
  const spec = `${tokens}match: 'team == "growth" && !user.startsWith("bot-")'
onExceeded: downgrade
downgrade: { to: gpt-4o, aboveUsd: "0.10" }
wrapUp: { at: 90 }
consistency: strict`;
  expect(policyOf(limit(spec)).limits.get("l")).toMatchObject({
    match: 'team == "growth" && !user.startsWith("bot-")',
    downgrade: { to: "gpt-4o", atPercent: 100, aboveNanoUsd: 100_000_000 },
    wrapUp: { atPercent: 90, text: expect.stringContaining("Finish") },
    onCut: "end",
    consistency: "strict",
  });
});
