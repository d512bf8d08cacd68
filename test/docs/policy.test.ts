// Owns the proof that the YAML in docs/policy.md is one policy that loads. Knows nothing of what it says.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { checkSources } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";

const page = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");

/** All blocks but the first one, which only shows what every document starts with. */
function examples(markdown: string): readonly string[] {
  return [...markdown.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? "").slice(1);
}

function lint(text: string): readonly string[] {
  const file = { path: "/docs/policy.yaml", name: "policy.yaml", layer: 0, sha256: "", text };
  const result = checkSources({ files: [file], problems: [] });
  return result.ok ? [] : result.problems.map(formatProblem);
}

it("the examples of docs/policy.md are a policy that loads", () => {
  expect(examples(page)).toHaveLength(6);
  expect(lint(examples(page).join("---\n"))).toEqual([]);
});

it("a field that does not exist would be seen", () => {
  const spoilt = page.replace("  trust: [", "  trusts: [");
  expect(lint(examples(spoilt).join("---\n"))).toHaveLength(1);
});
