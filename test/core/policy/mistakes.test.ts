// Owns the proof that one directory with many mistakes tells all of them at once, each at its place.

import { expect, it } from "vitest";
import { loadPolicy } from "../../../core/policy/load.ts";
import { formatProblem } from "../../../core/policy/problem.ts";
import { makeDirectory } from "./directory.ts";
import { document, type Files, good, hash, said } from "./samples.ts";

const secret = "sk-live-4f9a8b7c6d5e4f3a2b1c";

const metadataProvider = `api: openai
baseUrl: http://169.254.169.254
credential: { env: ${secret} }`;

const guardedAgent = `models: [gpt-4o]
tools: { search: {} }
mcpServers: { docs: {} }
guards: { pii: { guard: pii, on: [edge.request] } }
limits: { a: { requests: sixty } }`;

const mistakes: Files = {
  "a-unknown-field.yaml": (good["agent.yaml"] ?? "").replace("callers:", "calers:"),
  "b-broken.yaml": "apiVersion: sluice.dev/v1alpha1\nkind: Model\nmetadata: { name: x\nspec: {}\n",
  "c-provider.yaml": `# the second document holds the mistakes
${good["provider.yaml"]}---
${document("Provider", "other", metadataProvider)}`,
  "d-kind.yaml": document("Agnet", "mistyped", "models: []"),
  "e-model.yaml": document(
    "Model",
    "gpt-4o",
    "targets:\n  - { provider: openai, model: gpt-4o }\n  - { provider: opnai, model: x }",
  ),
  "f-caller.yaml": document("Caller", "web-app", `apiKeys:\n  one: { sha256: ${hash("A")} }`),
  "g-twice.yaml": document("Model", "gpt-4o", "targets: [{ provider: openai, model: gpt-4o }]"),
  "h-guards.yaml": document("Agent", "guarded", guardedAgent),
  "i/nested.yml": "kind: Limit\nmetadata: { name: all }\nspec: { concurrency: 5 }\n",
};

it("tells ten mistakes and more in one go, each with file and line", async () => {
  const dir = await makeDirectory(mistakes);
  const result = await loadPolicy([dir]);
  expect(result.ok).toBe(false);
  const lines = result.ok
    ? []
    : result.problems.map(formatProblem).map((line) => line.replace(`${dir}/`, ""));
  expect(lines).toEqual([
    'a-unknown-field.yaml:7 Agent/search spec.calers: unknown field (did you mean "callers"?)',
    said(
      "b-broken.yaml:4",
      "is not valid YAML: Flow map in block collection must be sufficiently indented and end with a }",
    ),
    "c-provider.yaml:17 Provider/other spec.baseUrl: is a cloud metadata address, which nothing may reach",
    said(
      "c-provider.yaml:18 Provider/other spec.credential.env",
      "an API key is written out",
      "name an environment variable or a file instead, and change the secret: it is in the open",
    ),
    'd-kind.yaml:2 kind: is not a known kind (did you mean "Agent"?)',
    said(
      "e-model.yaml:7 Model/gpt-4o spec.targets[1].provider",
      "there is no Provider of this name",
      'did you mean "openai"?',
    ),
    said(
      "f-caller.yaml:6 Caller/web-app spec.apiKeys.one.sha256",
      "is not well-formed",
      "64 lower-case hex digits as `sluice keys create` prints them, never the key itself",
    ),
    said(
      `g-twice.yaml:1 Model/gpt-4o`,
      `stands twice in one directory`,
      `first at ${dir}/e-model.yaml:1; an overlay belongs in a later directory`,
    ),
    "h-guards.yaml:6 Agent/guarded spec.tools.search: there is no Tool of this name",
    "h-guards.yaml:7 Agent/guarded spec.mcpServers.docs: there is no McpServer of this name",
    "h-guards.yaml:8 Agent/guarded spec.guards.pii.guard: there is no Guard of this name",
    said(
      "h-guards.yaml:9 Agent/guarded spec.limits.a.requests",
      "must be a whole number, not a text",
      "a whole number from 1",
    ),
    "h-guards.yaml:9 Agent/guarded spec.limits.a.window: is missing (such as window: { sliding: 1m })",
    "i/nested.yml:1 apiVersion: is missing (apiVersion: sluice.dev/v1alpha1)",
  ]);
  expect(lines.join("\n")).not.toContain(secret);
});

it("finds nothing in the same directory without them", async () => {
  const result = await loadPolicy([await makeDirectory(good)]);
  expect(result).toMatchObject({ ok: true, policy: { documentCount: 4, warnings: [] } });
});

it("tells what is wrong with the directories themselves", async () => {
  const empty = await makeDirectory({ "notes.txt": "no policy" });
  const result = await loadPolicy([empty, `${empty}/missing`, `${empty}/notes.txt`]);
  const lines = result.ok ? [] : result.problems.map(formatProblem).map((line) => line.replace(empty, "DIR"));
  expect(lines).toEqual([
    "DIR:1: holds no policy file (a *.yaml file is expected in every directory given)",
    "DIR/missing:1: cannot be read as a directory: ENOENT",
    "DIR/notes.txt:1: cannot be read as a directory: ENOTDIR",
  ]);
});
