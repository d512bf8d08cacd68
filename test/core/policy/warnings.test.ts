// Owns the proof of what is warned of, and of what is not. Knows no file system.

import { expect, it } from "vitest";
import { formatProblem } from "../../../core/policy/problem.ts";
import { document, type Files, good, policyOf, spoil } from "./samples.ts";

const warningsIn = (files: Files): readonly string[] => policyOf(files).warnings.map(formatProblem);

const remote = "detector: remote\nconfig: { adapter: webhook, url: http://guard.internal }\naction: block";
const guarded = (spec: string): Files => ({
  ...good,
  "b.yaml": document("Agent", "b", spec),
  "g.yaml": document("Guard", "g", remote),
});

const warned: readonly (readonly [what: string, files: Files, line: string])[] = [
  [
    "a model without a price",
    spoil("provider.yaml", '{ price: { perMillion: { input: 2.50, output: "10.00" } } }', "{}"),
    "provider.yaml:9 Provider/openai spec.models.gpt-4o: has no price, so its cost is not known",
  ],
  [
    "a credential in the clear",
    spoil("provider.yaml", "https://api.openai.com", "http://llm.internal"),
    "provider.yaml:6 Provider/openai spec.baseUrl: sends the credential over plain http",
  ],
  [
    "a caller that cannot come in",
    { ...good, "c.yaml": document("Caller", "c", "team: x") },
    "c.yaml:4 Caller/c spec: has neither apiKeys nor jwt, so nobody can come in as this caller",
  ],
  [
    "a guard at the gateway of an agent that the gateway cannot go to",
    guarded("models: [gpt-4o]\nguards: { g: { guard: g, on: [llm.answer, edge.answer] } }"),
    "b.yaml:6 Agent/b spec.guards.g.on[1]: is never reached: the agent has no endpoint for the gateway",
  ],
  [
    "a guard on calls of models that an agent cannot make",
    guarded(
      'endpoints: ["http://127.0.0.1:8001"]\nguards: { g: { guard: g, on: [tool.result, edge.answer] } }',
    ),
    "b.yaml:6 Agent/b spec.guards.g.on[0]: is never reached: the agent has neither a model nor a tool",
  ],
  [
    "an agent that cannot be reached",
    { ...good, "b.yaml": document("Agent", "b", "callers: [{ anonymous: true }]") },
    "b.yaml:5 Agent/b spec.callers: may come in, but there is no endpoint to go to",
  ],
];
it.each(warned)("%s", (_what, files, line) => {
  expect(warningsIn(files)).toEqual([expect.stringContaining(line)]);
});

it("nothing in the sample, nor of plain http on loopback", () => {
  expect(warningsIn(good)).toEqual([]);
  expect(warningsIn(spoil("provider.yaml", "https://api.openai.com", "http://127.0.0.1:14000"))).toEqual([]);
});

it("nothing of a guard that Defaults put everywhere, nor of one that is reached", () => {
  const everywhere = "agent: { guards: { g: { guard: g, on: [edge.request, llm.answer] } } }";
  expect(warningsIn({ ...guarded("models: []"), "d.yaml": document("Defaults", "d", everywhere) })).toEqual(
    [],
  );
  const spec = 'endpoints: ["http://127.0.0.1:8001"]\nmodels: [gpt-4o]';
  const uses = "guards: { g: { guard: g, on: [edge.request, edge.answer, llm.request, tool.args] } }";
  expect(warningsIn(guarded(`${spec}\n${uses}`))).toEqual([]);
});
