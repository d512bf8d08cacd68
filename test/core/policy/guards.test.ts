// Owns the proof of what may be said of guards, what becomes of it, and what a lock holds. Knows no detector's
// findings.

import { describe, expect, it } from "vitest";
import { stages } from "../../../core/contracts/guard.ts";
import type { GuardAction } from "../../../core/contracts/guard-spec.ts";
import { agentGuards, configSchemaOf, fillConfig } from "../../../core/policy/guards.ts";
import { ConfigSchema } from "../../../core/policy/schema/config.ts";
import { document, type Files, policyOf, problemsIn, said } from "./samples.ts";

const config = "adapter: webhook, url: http://guard.internal:8000";
const guard = (spec: string, name = "g"): string => document("Guard", name, spec);
const remote = (rest: string): string => guard(`detector: remote\nconfig: { ${config} }\n${rest}`);
const agent = (use: string): string => document("Agent", "a", `guards:\n  first: { guard: g, ${use} }`);

describe("a Guard", () => {
  const cases: readonly (readonly [what: string, text: string, lines: readonly string[]])[] = [
    [
      "of a detector nobody knows",
      guard("detector: remotee\naction: block"),
      [said("g.yaml:5 Guard/g spec.detector", "there is no such detector", 'did you mean "remote"?')],
    ],
    [
      "without a detector, or an action",
      guard("mode: enforce"),
      [
        "g.yaml:4 Guard/g spec.detector: is missing (lower-case letters, digits, - and .)",
        "g.yaml:4 Guard/g spec.action: is missing (block, redact, flag, truncate, strip, demote, repair, filter, " +
          "{ fallback: { text } } or { redact: { with: marker } })",
      ],
    ],
    [
      "with a setting its detector does not have",
      guard(`detector: remote\nconfig:\n  adapter: webhook\n  url: http://x\n  timeuot: 1s\naction: block`),
      ['g.yaml:9 Guard/g spec.config.timeuot: unknown field (did you mean "timeout"?)'],
    ],
    [
      "with settings of other shapes, all at once",
      guard("detector: remote\nconfig:\n  adapter: webhok\n  url: http://x\n  timeout: 1\naction: block"),
      [
        expect.stringMatching(/^g\.yaml:7 Guard\/g spec\.config\.adapter: must be one of .* "webhook"\?\)$/),
        said(
          "g.yaml:9 Guard/g spec.config.timeout",
          "must be a text, not a number",
          "a duration such as 250ms, 30s or 10m",
        ),
      ] as readonly string[],
    ],
    [
      "without settings its detector needs",
      guard("detector: remote\naction: block"),
      [
        "g.yaml:4 Guard/g spec.config.adapter: is missing",
        "g.yaml:4 Guard/g spec.config.url: is missing (an http or https URL)",
      ],
    ],
    [
      "with settings only its detector can judge",
      guard("detector: remote\nconfig: { adapter: webhook, url: http://169.254.169.254/ }\naction: block"),
      ["g.yaml:6 Guard/g spec.config.url: is a cloud metadata address, which nothing may reach"],
    ],
    [
      "with a secret written out",
      guard(
        `detector: remote\nconfig: { ${config}, credential: { env: sk-live-4f9a8b7c6d5e4f3a2b1c } }\naction: block`,
      ),
      [
        said(
          "g.yaml:6 Guard/g spec.config.credential.env",
          "an API key is written out",
          "name an environment variable or a file instead, and change the secret: it is in the open",
        ),
      ],
    ],
    [
      "with two actions",
      remote("action: { block: {}, redact: {} }"),
      [
        expect.stringContaining("g.yaml:7 Guard/g spec.action: holds too many at once (block, redact"),
      ] as readonly string[],
    ],
    [
      "with an action nobody knows",
      remote("action: mask"),
      [
        expect.stringContaining("g.yaml:7 Guard/g spec.action: is not well-formed (block, redact"),
      ] as readonly string[],
    ],
    [
      "with a fallback that says nothing",
      remote("action: { fallback: {} }"),
      ["g.yaml:7 Guard/g spec.action.fallback.text: is missing (at most 1,000 characters)"],
    ],
    [
      "with a word its action does not have",
      remote("action: { redact: { whith: marker } }"),
      ['g.yaml:7 Guard/g spec.action.redact.whith: unknown field (did you mean "with"?)'],
    ],
  ];
  it.each(cases)("%s", (_what, text, lines) => {
    expect(problemsIn({ "g.yaml": text })).toEqual(lines);
  });
});

describe("its use", () => {
  const good = remote("action: block");
  const cases: readonly (readonly [what: string, use: string, lines: readonly string[]])[] = [
    ["nowhere", "on: []", ["a.yaml:6 Agent/a spec.guards.first.on: must NOT have fewer than 1 items"]],
    [
      "at a stage nobody knows",
      "on: [llm.anser]",
      [
        said(
          "a.yaml:6 Agent/a spec.guards.first.on[0]",
          `must be one of ${stages.join(", ")}`,
          'did you mean "llm.answer"?',
        ),
      ],
    ],
    [
      "on more than all",
      "on: [llm.answer], sample: 1.5",
      ["a.yaml:6 Agent/a spec.guards.first.sample: must be <= 1 (of all exchanges, from 0 to 1)"],
    ],
    [
      "on less than nothing",
      "on: [llm.answer], sample: -0.1",
      ["a.yaml:6 Agent/a spec.guards.first.sample: must be >= 0 (of all exchanges, from 0 to 1)"],
    ],
    [
      "on some in words",
      "on: [llm.answer], sample: half",
      [
        said(
          "a.yaml:6 Agent/a spec.guards.first.sample",
          "must be a number, not a text",
          "of all exchanges, from 0 to 1",
        ),
      ],
    ],
  ];
  it.each(cases)("%s", (_what, use, lines) => {
    const files = { "a.yaml": agent(use), "g.yaml": good };
    expect(problemsIn(files)).toEqual(lines);
  });

  it("of a Guard that is not there", () => {
    expect(
      problemsIn({ "a.yaml": agent("on: [llm.answer]"), "h.yaml": good.replace("name: g", "name: gg") }),
    ).toEqual([
      'a.yaml:6 Agent/a spec.guards.first.guard: there is no Guard of this name (did you mean "gg"?)',
    ]);
  });

  const hint = "use a Guard of its own there";
  const goesWith = "goes with llm.answer, llm.reasoning, tool.args only, not";
  it.each([
    ["repair", "repair", "llm.answer, llm.request, edge.request", "llm.request, edge.request"],
    ["repair with a hint", "{ repair: { hint: again } }", "tool.result", "tool.result"],
  ])("%s where no model answers", (_what, action, on, unfit) => {
    const files = { "a.yaml": agent(`on: [${on}]`), "g.yaml": remote(`action: ${action}`) };
    expect(problemsIn(files)).toEqual([
      said("a.yaml:6 Agent/a spec.guards.first.on", `repair ${goesWith} ${unfit}`, hint),
    ]);
  });

  it("demote where nobody asks", () => {
    const files = { "a.yaml": agent("on: [edge.request, tool.result]"), "g.yaml": remote("action: demote") };
    expect(problemsIn(files)).toEqual([
      said(
        "a.yaml:6 Agent/a spec.guards.first.on",
        "demote goes with edge.request, llm.request only, not tool.result",
        hint,
      ),
    ]);
  });

  it("of anything goes with a fallback", () => {
    const files = {
      "a.yaml": agent("on: [edge.request, llm.request, llm.answer, edge.answer]"),
      "g.yaml": remote("action: { fallback: { text: no } }"),
    };
    expect(problemsIn(files)).toEqual([]);
  });

  it("by Defaults has the same rules", () => {
    const defaults = document("Defaults", "d", "agent: { guards: { x: { guard: g, on: [llm.request] } } }");
    expect(problemsIn({ "d.yaml": defaults, "g.yaml": remote("action: repair") })).toEqual([
      said("d.yaml:5 Defaults/d spec.agent.guards.x.on", `repair ${goesWith} llm.request`, hint),
    ]);
  });

  it("of what a model says goes with repair", () => {
    const files = {
      "a.yaml": agent("on: [llm.answer, llm.reasoning, tool.args]"),
      "g.yaml": remote("action: repair"),
    };
    expect(problemsIn(files)).toEqual([]);
  });
});

describe("a lock", () => {
  const defaults = document(
    "Defaults",
    "d",
    "agent: { guards: { first: { guard: g, on: [llm.answer] } } }\nlocked: [guards.first]",
  );
  const files: Files = {
    "d.yaml": defaults,
    "g.yaml": remote("action: block"),
    "a.yaml": document("Agent", "a", "models: []"),
  };
  const locked = (place: string, set: string): string =>
    said(
      place,
      "changes what Defaults/d locks at d.yaml:6",
      `set at ${set}; remove it here, a stricter limit or guard takes a name of its own`,
    );
  const tidy = (line: string): string => line.replaceAll(`${process.cwd()}/`, "");

  it.each([
    ["mode: shadow", ".mode"],
    ["sample: 0.1", ".sample"],
    ["on: [edge.answer]", ".on"],
    ["guard: other", ".guard"],
  ])("keeps an agent from %s", (change, path) => {
    const other = remote("action: flag").replace("name: g", "name: other");
    const own = document("Agent", "a", `guards: { first: { ${change} } }`);
    expect(problemsIn({ ...files, "a.yaml": own, "o.yaml": other }).map(tidy)).toEqual([
      locked(`a.yaml:5 Agent/a spec.guards.first${path}`, "d.yaml:5"),
    ]);
  });

  it("keeps an agent, and an overlay, from taking it away", () => {
    const own = document("Agent", "a", "guards: { first: null }");
    expect(problemsIn({ ...files, "a.yaml": own }).map(tidy)).toEqual([
      locked("a.yaml:5 Agent/a spec.guards.first", "d.yaml:5"),
    ]);
    expect(problemsIn({ ...files, "overlay/a.yaml": own }).map(tidy)).toHaveLength(1);
  });

  it("lets an agent say the same, and add a guard of its own", () => {
    const own = document(
      "Agent",
      "a",
      "guards: { first: { guard: g }, more: { guard: g, on: [tool.args] } }",
    );
    expect(problemsIn({ ...files, "a.yaml": own })).toEqual([]);
  });

  it("holds the Guard as well: a later directory cannot put it in shadow", () => {
    const overlay = document("Guard", "g", "mode: shadow");
    expect(problemsIn({ ...files, "overlay/g.yaml": overlay }).map(tidy)).toEqual([
      locked("overlay/g.yaml:5 Guard/g spec.mode", "g.yaml:4"),
    ]);
    const unlocked = defaults.replace("[guards.first]", "[guards.first.on]");
    expect(problemsIn({ ...files, "d.yaml": unlocked, "overlay/g.yaml": overlay })).toEqual([]);
    expect(problemsIn({ ...files, "overlay/g.yaml": document("Guard", "g", "detector: remote") })).toEqual(
      [],
    );
  });

  it("on all guards holds every Guard that an agent has through them", () => {
    const overlay = document("Guard", "g", "onFailure: open");
    const all = defaults.replace("[guards.first]", "[guards]");
    expect(problemsIn({ ...files, "d.yaml": all, "overlay/g.yaml": overlay }).map(tidy)).toEqual([
      locked("overlay/g.yaml:5 Guard/g spec.onFailure", "g.yaml:4"),
    ]);
  });
});

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
