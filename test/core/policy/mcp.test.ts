// Owns the proof that what a policy says of MCP servers is refused where it cannot be kept. Knows no message.

import { expect, it } from "vitest";
import { document, type Files, policyOf, problemsIn } from "./samples.ts";

const server = (spec: string): Files => ({ "m.yaml": document("McpServer", "docs", spec) });
const said = "m.yaml:5 McpServer/docs spec";

it.each([
  ["neither way to reach it", "tools: {}", `m.yaml:4 McpServer/docs spec: has neither url nor command`],
  ["both", "{ url: http://a/mcp, command: [a] }", `has both url and command`],
  ["a transport of a program", "{ command: [a], transport: sse }", `${said}.transport: goes with url only`],
  [
    "a credential of a program",
    "{ command: [a], credential: { env: A } }",
    "spec.credential: goes with url only",
  ],
  ["an environment of a URL", "{ url: http://a, environment: { A: { env: A } } }", "goes with command only"],
  ["a lock that is not there", "{ url: http://a, lock: a.lock.json }", "names no lock file"],
  ["a lock of another name", "{ url: http://a, lock: a.json }", `${said}.lock`],
  ["a star in the middle", '{ url: http://a, tools: { allow: ["a*b"] } }', `${said}.tools.allow[0]`],
  [
    "a budget of tokens",
    "{ url: http://a, limits: { a: { tokens: 5, window: { sliding: 1m } } } }",
    "is not counted",
  ],
  ["a metadata address", "url: http://169.254.169.254/mcp", "cloud metadata"],
  [
    "a secret in clear",
    "{ url: http://a, environment: { A: sk-live-0123456789abcdef0123456789abcdef } }",
    "spec",
  ],
  ["a message beyond all bounds", "{ url: http://a, maxMessage: 1GiB }", "is larger than 64MiB"],
  ["a day and more", "{ url: http://a, timeouts: { total: 25h } }", "is longer than 24h"],
])("%s is refused", (_, spec, problem) => {
  const found = problemsIn(server(spec));
  expect(found.length).toBeGreaterThan(0);
  expect(found.join("\n")).toContain(problem);
});

it("an agent names servers that exist", () => {
  const files = { ...server("url: http://a"), "a.yaml": document("Agent", "a", "mcpServers: { dosc: {} }") };
  expect(problemsIn(files)).toEqual([
    'a.yaml:5 Agent/a spec.mcpServers.dosc: there is no McpServer of this name (did you mean "docs"?)',
  ]);
});

it("a lock is part of the policy: its digest changes with it", () => {
  const locked = (text: string) => {
    const files = { ...server("{ url: http://a, lock: docs.lock.json }"), "docs.lock.json": text };
    return policyOf(files);
  };
  const [first, second] = [locked('{ "version": 1 }'), locked('{ "version": 1, "tools": {} }')];
  expect(first.mcpServers.get("docs")?.lock?.tools.size).toBe(0);
  expect(first.digest).not.toBe(second.digest);
});
