// Owns the proof of what a lock on guards holds: their use, and the Guards behind it. Knows no finding.

import { describe, expect, it } from "vitest";
import { document, type Files, problemsIn, said } from "./samples.ts";

const config = "adapter: webhook, url: http://guard.internal:8000";
const guard = (spec: string, name = "g"): string => document("Guard", name, spec);
const remote = (rest: string): string => guard(`detector: remote\nconfig: { ${config} }\n${rest}`);

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
