// Owns the proof that agents' keys are public ones that tell agents apart. Knows no file system.

import { describe, expect, it } from "vitest";
import { document, type Files, good, problemsIn, said } from "./samples.ts";

const keyA = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const keyB = "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw";
const keyed = (spec: string): Files => ({ ...good, "b.yaml": document("Agent", "b", spec) });

describe("the keys of agents", () => {
  it("are public ones, two at most", () => {
    expect(problemsIn(keyed(`keys: { a: { ed25519: ${keyA} }, b: { ed25519: ${keyB} } }`))).toEqual([]);
    expect(problemsIn(keyed(`keys: { a: { ed25519: ${keyA.slice(1)} } }`))).toHaveLength(1);
    const three = `keys: { a: { ed25519: ${keyA} }, b: { ed25519: ${keyB} }, c: { ed25519: ${keyB} } }`;
    expect(problemsIn(keyed(three))).toHaveLength(1);
  });

  it("tell agents apart", () => {
    const twice = {
      ...keyed(`keys: { a: { ed25519: ${keyA} } }`),
      "c.yaml": document("Agent", "c", `keys: { a: { ed25519: ${keyA} } }`),
    };
    expect(problemsIn(twice)).toEqual([
      said(
        "c.yaml:5 Agent/c spec.keys.a.ed25519",
        "is the key of another agent as well",
        "the other is at b.yaml:5; one key, one agent",
      ),
    ]);
    const common = document("Defaults", "all", `agent:\n  keys: { a: { ed25519: ${keyA} } }`);
    expect(problemsIn({ ...good, "d.yaml": common })).toContain(
      "d.yaml:6 Defaults/all spec.agent.keys: would make many agents one (each Agent has its own keys)",
    );
  });
});
