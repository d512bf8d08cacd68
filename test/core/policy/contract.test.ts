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
  const result = check({ "contract.yaml": example });
  const problems = result.ok ? [] : result.problems;
  expect(problems.map(({ path, problem }) => `${path}: ${problem}`)).toEqual([
    "Agent/search spec.callers[1].agent: calls from agent to agent are not enforced by this version",
    "Agent/search spec.tools: tools are not enforced by this version",
    "Agent/search spec.mcpServers: MCP servers are not enforced by this version",
    "Agent/search spec.egress: egress rules are not enforced by this version",
    "Agent/search spec.limits.runaway.steps: limits on steps are not enforced by this version",
    "Agent/search spec.limits.runaway.window.life: windows over a life are not enforced by this version",
    "Agent/search spec.limits.session.tokens: limits on tokens are not enforced by this version",
    "Agent/search spec.limits.session.window.life: windows over a life are not enforced by this version",
    "Agent/search spec.limits.request.usd: limits on money are not enforced by this version",
    "Agent/search spec.limits.request.window.life: windows over a life are not enforced by this version",
    "Agent/search spec.limits.user-daily.usd: limits on money are not enforced by this version",
    "Agent/search spec.limits.user-daily.window.calendar: calendar windows are not enforced by this version",
    "Agent/search spec.guards: guards are not enforced by this version",
    "Limit/company-daily spec.usd: limits on money are not enforced by this version",
    "Limit/company-daily spec.window.calendar: calendar windows are not enforced by this version",
    "Guard/pii: documents of kind Guard are not enforced by this version",
    "Guard/injection: documents of kind Guard are not enforced by this version",
    "Tool/web_search: documents of kind Tool are not enforced by this version",
    "Tool/send_email: documents of kind Tool are not enforced by this version",
    "McpServer/docs: documents of kind McpServer are not enforced by this version",
    "McpServer/local: documents of kind McpServer are not enforced by this version",
  ]);
});

const limit = (spec: string): Files => ({ "limit.yaml": document("Limit", "l", spec) });
const base = "requests: 5\nwindow: { sliding: 1m }\n";
const refused: readonly (readonly [what: string, files: Files, line: string])[] = [
  [
    "tool calls",
    limit("toolCalls: 5\nwindow: { fixed: 1m }"),
    "5 Limit/l spec.toolCalls: limits on tool calls are",
  ],
  ["wall clock", limit("wallClock: 5m"), "5 Limit/l spec.wallClock: limits on wall-clock time are"],
  ["depth", limit("depth: 3"), "5 Limit/l spec.depth: limits on depth are"],
  ["a scope", limit(`${base}by: [caller, tool]`), "7 Limit/l spec.by[1]: this scope is"],
  ["an end", limit(`${base}onExceeded: end`), "7 Limit/l spec.onExceeded: other actions than refuse are"],
  ["a lease", limit(`${base}onStoreLoss: lease`), "7 Limit/l spec.onStoreLoss: leases are"],
  ["a shadow", limit(`${base}mode: shadow`), "7 Limit/l spec.mode: shadow limits are"],
  ["a condition", limit(`${base}match: 'false'`), "7 Limit/l spec.match: conditions other than 'true' are"],
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
