// Owns the proof of what is warned of, and of what is not. Knows no file system.

import { expect, it } from "vitest";
import { formatProblem } from "../../../core/policy/problem.ts";
import { document, type Files, good, policyOf, spoil } from "./samples.ts";

const warningsIn = (files: Files): readonly string[] => policyOf(files).warnings.map(formatProblem);

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
