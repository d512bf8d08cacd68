// Owns the proof that the policies in the docs, in the README and in policies/examples load. Knows nothing of
// what they say.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkSources, loadPolicy } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const textsIn = (page: string, block: RegExp): readonly string[] =>
  [...page.matchAll(block)].map(([, text]) => text ?? "");

function lint(texts: readonly string[]): readonly string[] {
  const file = { path: "/page.yaml", name: "page.yaml", layer: 0, sha256: "", text: texts.join("---\n") };
  const result = checkSources({ files: [file], problems: [] });
  return result.ok ? [] : result.problems.map(formatProblem);
}

/** Blocks of policies in a page; those of other YAML, or that only show a shape, are left out. */
function examplesIn(page: string): readonly string[] {
  const blocks = textsIn(page, /```yaml\n(.*?)```/gs).filter((text) => text.startsWith("apiVersion:"));
  return page.startsWith("# Policy files") ? blocks.slice(1) : blocks;
}

describe.each([
  ["docs/policy.md", 7],
  ["docs/limits.md", 6],
  ["docs/tools.md", 3],
  ["docs/providers.md", 9],
  ["docs/other-vendors.md", 1],
])("%s", (path, count) => {
  const page = read(path);

  it("has examples that are one policy, and it loads", () => {
    expect(examplesIn(page)).toHaveLength(count);
    expect(lint(examplesIn(page))).toEqual([]);
  });

  it("a field that does not exist would be seen", () => {
    expect(lint(examplesIn(page.replace(/^ {2}(baseUrl|version): /m, "  $1s: ")))).not.toEqual([]);
  });
});

it("no other page quotes policies", () => {
  const pages = readdirSync(new URL("docs/", root)).filter((name) => examplesIn(read(`docs/${name}`)).length);
  expect(pages).toEqual([
    "egress.md",
    "guards.md",
    "limits.md",
    "mcp.md",
    "other-vendors.md",
    "policy.md",
    "providers.md",
    "tools.md",
  ]);
});

it("the README's files load beside the one that sluice keys writes", () => {
  const files = textsIn(read("README.md"), /<<'END'\n(.*?)END\n/gs);
  expect(files).toHaveLength(2);
  const caller = "apiVersion: sluice.dev/v1alpha1\nkind: Caller\nmetadata: { name: web-app }\nspec: {}\n";
  expect(lint([caller, ...files])).toEqual([]);
});

describe("policies/examples", () => {
  /** What each directory is laid over. */
  const bases: Readonly<Record<string, readonly string[]>> = {
    budgets: ["quickstart"],
    demo: [],
    guards: ["quickstart"],
    "mixed-vendors": ["providers"],
    "production-overlay": ["quickstart"],
    providers: [],
    quickstart: [],
  };

  it.each(readdirSync(new URL("policies/examples/", root)))("%s loads", async (name) => {
    const dirs = [...(bases[name] ?? ["no base is named"]), name];
    const paths = dirs.map((dir) => fileURLToPath(new URL(`policies/examples/${dir}`, root)));
    const result = await loadPolicy(paths);
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
  });
});
