// Owns the proof that every field of the public contract is known, and what is not enforced refused by name.

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { assemble } from "../../../core/policy/assemble.ts";
import { spokenApis } from "../../../core/policy/dialects.ts";
import { formatPath, formatProblem } from "../../../core/policy/problem.ts";
import { validateDraft } from "../../../core/policy/schema/validate.ts";
import { check, document, type Files, good, problemsIn, sourceOf } from "./samples.ts";

const example = await readFile(new URL("contract-example.yaml", import.meta.url), "utf8");

it("knows every field of the contract's example", () => {
  const { drafts, problems } = assemble([sourceOf("contract.yaml", Buffer.from(example))]);
  expect(problems).toEqual([]);
  expect(drafts.all).toHaveLength(16);
  expect(drafts.all.flatMap(validateDraft)).toEqual([]);
});

it("refuses of it what is not enforced yet, and nothing else", () => {
  const result = check({ "contract.yaml": example, "tools.lock.json": '{ "version": 1 }' });
  const problems = result.ok ? [] : result.problems;
  expect(problems.map(({ path, problem }) => `${path}: ${problem}`)).toEqual([
    "Agent/search spec.callers[1].agent: calls from agent to agent are not enforced by this version",
    "Agent/search spec.egress: egress rules are not enforced by this version",
  ]);
});

const limit = (spec: string): Files => ({ "limit.yaml": document("Limit", "l", spec) });
const refused: readonly (readonly [what: string, files: Files, line: string])[] = [
  ["depth", limit("depth: 3"), "5 Limit/l spec.depth: limits on depth are"],
];
it.each(refused)("refuses %s", (_what, files, line) => {
  const start = `limit.yaml:${line} not enforced by this version (`;
  expect(problemsIn(files)).toEqual([expect.toSatisfy((problem: string) => problem.startsWith(start))]);
});

it("refuses every strategy but one", () => {
  const files = (strategy: string) => ({
    ...good,
    "m.yaml": document("Model", "m", `strategy: ${strategy}\ntargets: [{ provider: openai, model: gpt-4o }]`),
  });
  const others = ["weighted", "least-in-flight", "latency", "cheapest", "scored", "route"];
  const problem = "this strategy is not enforced by this version (enforced now: priority)";
  for (const strategy of others) {
    expect(problemsIn(files(strategy))).toEqual([`m.yaml:5 Model/m spec.strategy: ${problem}`]);
  }
  expect(problemsIn(files("priority"))).toEqual([]);
});

it("enforces every api of the contract, and Cohere's", () => {
  expect(spokenApis.toSorted()).toEqual([
    "anthropic",
    "azure-openai",
    "bedrock",
    "cohere",
    "gemini",
    "ollama",
    "openai",
  ]);
});

it("refuses the same in Defaults", () => {
  const files = { "d.yaml": document("Defaults", "all", "agent:\n  egress: { 'a.example:443': {} }") };
  expect(problemsIn(files)).toEqual([
    "d.yaml:6 Defaults/all spec.agent.egress: egress rules are not enforced by this version (remove it)",
  ]);
});

it("lets through what is empty", () => {
  const spec = "tools: {}\nmcpServers: {}\negress: {}\nguards: {}\nhostedTools: ['*']";
  expect(problemsIn({ "a.yaml": document("Agent", "a", spec) })).toEqual([]);
});

it("would notice a field that is not known", () => {
  const result = check({ "contract.yaml": example.replace("effect: read", "efect: read") });
  expect(result.ok ? [] : result.problems.map(formatProblem)).toContainEqual(
    expect.stringMatching(
      /^contract\.yaml:\d+ Tool\/web_search spec\.efect: unknown field \(did you mean "effect"/,
    ),
  );
  expect(formatPath(["spec", "egress", "a.b:1", 0])).toBe('spec.egress["a.b:1"][0]');
});
