// Owns the proof that the policies in docs/policy.md and in the README load. Knows nothing of what they say.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkSources } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const textsIn = (page: string, block: RegExp): readonly string[] =>
  [...page.matchAll(block)].map(([, text]) => text ?? "");

function lint(texts: readonly string[]): readonly string[] {
  const file = { path: "/page.yaml", name: "page.yaml", layer: 0, sha256: "", text: texts.join("---\n") };
  const result = checkSources({ files: [file], problems: [] });
  return result.ok ? [] : result.problems.map(formatProblem);
}

describe("docs/policy.md", () => {
  /** All blocks but the first one, which only shows what every document starts with. */
  const examples = (page: string) => textsIn(page, /```yaml\n(.*?)```/gs).slice(1);
  const page = read("docs/policy.md");

  it("has examples that are one policy, and it loads", () => {
    expect(examples(page)).toHaveLength(6);
    expect(lint(examples(page))).toEqual([]);
  });

  it("a field that does not exist would be seen", () => {
    expect(lint(examples(page.replace("  trust: [", "  trusts: [")))).toHaveLength(1);
  });
});

it("the README's files load beside the one that sluice keys writes", () => {
  const files = textsIn(read("README.md"), /<<'END'\n(.*?)END\n/gs);
  expect(files).toHaveLength(2);
  const caller = "apiVersion: sluice.dev/v1alpha1\nkind: Caller\nmetadata: { name: web-app }\nspec: {}\n";
  expect(lint([caller, ...files])).toEqual([]);
});
