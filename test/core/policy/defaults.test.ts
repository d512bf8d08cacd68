// Owns the proof of Defaults: which agents they are laid under, their precedence, and what a lock holds.

import { describe, expect, it } from "vitest";
import type { AgentSpec } from "../../../core/contracts/policy.ts";
import { document, type Files, policyOf, problemsIn } from "./samples.ts";

const labelled = (spec: string, labels = "{ tier: standard }"): string =>
  document("Agent", "search", spec).replace("name: search", `name: search, labels: ${labels}`);

const defaults = (spec: string, name = "standard"): string => document("Defaults", name, spec);

function agentOf(files: Files): AgentSpec {
  const agent = policyOf(files).agents.get("search");
  if (agent === undefined) throw new Error("there is no agent");
  return agent;
}

describe("precedence", () => {
  const files: Files = {
    "a.yaml": labelled("limits: { two: { concurrency: 22 }, three: { concurrency: 33 } }"),
    "d.yaml": defaults(`selector: { tier: standard }
agent:
  limits: { one: { concurrency: 1 }, two: { concurrency: 2 }, three: { concurrency: 3 } }`),
    "overlay/a.yaml": document("Agent", "search", "limits: { three: { concurrency: 333 } }"),
  };

  it("is Defaults, then Agent, then overlay", () => {
    const amounts = [...agentOf(files).limits].map(([name, { amount }]) => [name, amount]);
    expect(amounts).toEqual([
      ["one", 1],
      ["two", 22],
      ["three", 333],
    ]);
  });

  it("lets an agent delete what Defaults set", () => {
    const agent = agentOf({ ...files, "a.yaml": labelled("limits: { one: null }") });
    expect([...agent.limits.keys()]).toEqual(["two", "three"]);
  });

  it("keeps the Defaults' own place as the origin", () => {
    expect(agentOf(files).limits.get("one")?.origin).toMatchObject({ line: 7 });
  });
});

describe("selector", () => {
  const files = (selector: string, labels: string): Files => ({
    "a.yaml": labelled("models: []", labels),
    "d.yaml": defaults(`${selector}agent: { onUnattributed: refuse }`),
  });
  const cases: readonly (readonly [what: string, selector: string, labels: string, set: string])[] = [
    ["matches its labels", "selector: { tier: standard }\n", "{ tier: standard, team: x }", "refuse"],
    ["needs all of them", "selector: { tier: standard, team: y }\n", "{ tier: standard, team: x }", "share"],
    ["passes others over", "selector: { tier: standard }\n", "{ tier: gold }", "share"],
    ["matches all where it is absent", "", "{}", "refuse"],
    ["does not match by what every object has", "selector: { constructor: x }\n", "{}", "share"],
  ];
  it.each(cases)("%s", (_what, selector, labels, set) => {
    expect(agentOf(files(selector, labels)).onUnattributed).toBe(set);
  });

  it("looks at labels after the overlay", () => {
    const overlay = labelled("models: []", "{ tier: gold }");
    const all = { ...files("selector: { tier: gold }\n", "{ tier: standard }"), "overlay/a.yaml": overlay };
    expect(agentOf(all).onUnattributed).toBe("refuse");
  });
});

describe("two Defaults on one agent", () => {
  const both = (first: string, second: string): Files => ({
    "a.yaml": labelled("models: []"),
    "b.yaml": defaults(`agent: ${first}`, "b"),
    "c.yaml": defaults(`agent: ${second}`, "c"),
  });

  it("may set different things, and the same to the same", () => {
    const files = both("{ errors: pass, limits: { a: { concurrency: 1 } } }", "{ errors: pass, limits: {} }");
    expect(agentOf(files)).toMatchObject({ errors: "pass" });
  });

  it("may not differ", () => {
    const files = both("{ limits: { a: { concurrency: 1 } } }", "{ limits: { a: { concurrency: 2 } } }");
    expect(problemsIn(files)).toEqual([
      "c.yaml:5 Defaults/c spec.agent.limits.a.concurrency: " +
        "differs from other Defaults that Agent/search matches too " +
        "(the other is at b.yaml:5; set it in one of them, or narrow a selector)",
    ]);
  });
});

describe("locked", () => {
  const locking = (agent: string, overlay?: string, locked = "[limits.flood, errors]"): Files => ({
    "a.yaml": labelled(agent),
    "d.yaml": defaults(`agent:
  limits:
    flood: { requests: 20, window: { sliding: 1s } }
locked: ${locked}`),
    ...(overlay === undefined ? {} : { "overlay/a.yaml": document("Agent", "search", overlay) }),
  });
  const lock = "changes what Defaults/standard locks at d.yaml:8";

  const broken: readonly (readonly [what: string, files: Files, start: string])[] = [
    [
      "an agent changes it",
      locking("models: []\nlimits: { flood: { requests: 21 } }"),
      `a.yaml:6 Agent/search spec.limits.flood.requests: ${lock} (set at d.yaml:7;`,
    ],
    [
      "an agent adds to it",
      locking("limits: { flood: { burst: 3 } }"),
      `a.yaml:5 Agent/search spec.limits.flood.burst: ${lock}`,
    ],
    [
      "an agent deletes it",
      locking("limits: { flood: null }"),
      `a.yaml:5 Agent/search spec.limits.flood: ${lock}`,
    ],
    [
      "an agent deletes all around it",
      locking("limits: null"),
      `a.yaml:5 Agent/search spec.limits.flood: ${lock}`,
    ],
    [
      "an overlay changes it",
      locking("models: []", "limits: { flood: { window: { sliding: 2s } } }"),
      `overlay/a.yaml:5 Agent/search spec.limits.flood.window.sliding: ${lock}`,
    ],
    [
      "an overlay changes what the agent was first to set",
      locking("errors: sanitize", "errors: pass"),
      `overlay/a.yaml:5 Agent/search spec.errors: ${lock} (set at a.yaml:5;`,
    ],
  ];
  it.each(broken)("is broken where %s", (_what, files, start) => {
    const lines = problemsIn(files);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith(start), lines[0]).toBe(true);
  });

  const kept: readonly (readonly [what: string, files: Files])[] = [
    ["nobody touches it", locking("models: []")],
    [
      "the same is said again",
      locking("limits: { flood: { requests: 20 } }", "limits: { flood: { requests: 20 } }"),
    ],
    ["something beside it is set", locking("limits: { strict: { requests: 2, window: { sliding: 1s } } }")],
    ["the agent is the first to set it", locking("errors: pass")],
  ];
  it.each(kept)("is kept where %s", (_what, files) => {
    expect(problemsIn(files)).toEqual([]);
  });

  it("must name a field of an agent", () => {
    expect(problemsIn(locking("models: []", undefined, '[limit.flood, "a b", \'limits["a.b"]\']'))).toEqual([
      'd.yaml:8 Defaults/standard spec.locked[0]: names no field of an agent (did you mean "limits"?)',
      expect.stringMatching(/^d\.yaml:8 Defaults\/standard spec\.locked\[1\]: is not a path below/),
    ]);
  });
});
