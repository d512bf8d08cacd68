// Owns the proof that a policy's approvals hold calls that pass here, for no longer than they may. Knows no
// store.

import { describe, expect, it } from "vitest";
import { document, good, problemsIn } from "./samples.ts";

const called = "version: 1.0.0\nendpoint: https://tools.example/";
const registrant = document(
  "Caller",
  "tools-team",
  `apiKeys: { a: { sha256: ${"b".repeat(64)} } }\nregisters: [ found ]`,
);

function problems(tool: string, agent = ""): string {
  const files = {
    ...good,
    "tool.yaml": document("Tool", "mail", tool),
    "registrant.yaml": registrant,
    "agent-two.yaml": document("Agent", "two", `endpoints: [ "http://127.0.0.1:9" ]\n${agent}`),
  };
  return problemsIn(files).join("\n");
}

describe("an approval", () => {
  it("may be a tool's, an agent's, or of a tool that registers itself", () => {
    expect(problems(`${called}\napproval: { within: 10m }`)).toBe("");
    expect(problems(called, "tools: { mail: { approval: {} } }")).toBe("");
    expect(problems(called, "registeredTools: { found: { approval: { within: 1m } } }")).toBe("");
  });

  it("of a tool that the agent runs itself is refused, wherever it stands", () => {
    const why = "the agent runs this tool itself";
    expect(problems("version: 1.0.0\napproval: {}")).toContain(why);
    expect(problems("version: 1.0.0", "tools: { mail: { approval: {} } }")).toContain(why);
  });

  it("holds nothing for longer than 10 minutes", () => {
    const why = "is longer than 10m";
    expect(problems(`${called}\napproval: { within: 11m }`)).toContain(why);
    expect(problems(called, "tools: { mail: { approval: { within: 1h } } }")).toContain(why);
    expect(problems(called, "registeredTools: { found: { approval: { within: 1h } } }")).toContain(why);
  });

  it("tells nobody at a cloud's metadata service", () => {
    const webhook = '{ webhook: { url: "http://169.254.169.254/" } }';
    const why = "metadata address";
    expect(problems(`${called}\napproval: ${webhook}`)).toContain(why);
    expect(problems(called, `tools: { mail: { approval: ${webhook} } }`)).toContain(why);
    expect(problems(called, `registeredTools: { found: { approval: ${webhook} } }`)).toContain(why);
  });
});
