// Owns the proof that each mistake in a Guard, or in its use, gets its own line and a hint. Knows no finding.

import { describe, expect, it } from "vitest";
import { stages } from "../../../core/contracts/guard.ts";
import { document, problemsIn, said } from "./samples.ts";

const secret = "sk-live-4f9a8b7c6d5e4f3a2b1c";
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
        "g.yaml:4 Guard/g spec.action: is missing (block, redact, flag, truncate, strip, demote, repair, " +
          "filter, { fallback: { text } } or { redact: { with: marker } })",
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
      guard(`detector: remote\nconfig: { ${config}, credential: { env: ${secret} } }\naction: block`),
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
