// Owns the proof of how a policy says which of OpenAI's two ways to chat is known. Asks nobody.

import { expect, it } from "vitest";
import { check, document, type Files, problemsIn } from "./samples.ts";

const provider = (spec: string, api = "openai"): Files => ({
  "provider.yaml": document("Provider", "p", `api: ${api}\nbaseUrl: https://a.example\n${spec}`),
});

it("is a provider's, and of its models those that say nothing else", () => {
  const result = check(provider("speaks: chat\nmodels: { a: {}, b: { speaks: responses } }"));
  if (!result.ok) throw new Error(result.problems.map(({ problem }) => problem).join());
  const models = result.policy.providers.get("p")?.models;
  expect([models?.get("a")?.speaks, models?.get("b")?.speaks]).toEqual(["chat", "responses"]);
  const unsaid = check(provider("models: { a: {} }"));
  expect(unsaid.ok && unsaid.policy.providers.get("p")?.models.get("a")?.speaks).toBeUndefined();
});

it.each([
  ["an api with one way", provider("speaks: chat", "anthropic"), "api: anthropic has one"],
  ["a model of such an api", provider("models: { a: { speaks: chat } }", "gemini"), "api: gemini has one"],
  ["a way nobody knows", provider("speaks: telepathy"), "chat"],
])("is refused of %s", (_what, files, said) => {
  expect(problemsIn(files).join("\n")).toContain(said);
});
