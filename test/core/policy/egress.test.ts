// Owns the proof of what an agent's `egress` may say, and what is said back where it may not. Dials nothing.

import { describe, expect, it } from "vitest";
import { coversHost, readPattern } from "../../../core/policy/egress.ts";
import { check, document, good, problemsIn } from "./samples.ts";

const agent = (entries: string) => ({ "a.yaml": document("Agent", "a", `egress:\n${entries}`) });
const entry = (key: string, value = "{}") => agent(`  "${key}": ${value}\n`);

/** Without the place, which is always the entry's line. */
const said = (key: string, value?: string): readonly string[] =>
  problemsIn(entry(key, value)).map((problem) => problem.replace(/^a\.yaml:6 Agent\/a spec\.egress/, ""));

describe("what may be listed", () => {
  it.each([
    ["api.github.com:443", "{}"],
    ["api.github.com:443", "{ inspect: true }"],
    ["*.example.com:443", "{ inspect: true, connections: 8 }"],
    ["*.svc.cluster.local:8080", "{ timeouts: { idle: 30s } }"],
    ["tools.internal:8080", "{ private: true }"],
    ["localhost:9000", "{ private: true }"],
    ["10.0.0.7:8080", "{ private: true }"],
    ["[fd12::7]:8080", "{ private: true }"],
    ["93.184.216.34:80", "{}"],
    ["xn--bcher-kva.example:443", "{}"],
  ])("%s: %s", (key, value) => {
    expect(said(key, value)).toEqual([]);
  });

  it("becomes rules, with what was left out filled in", () => {
    const result = check(
      agent('  "*.example.com:443": { inspect: true }\n  "a.test:80": { private: true }\n'),
    );
    expect(result.ok && result.policy.agents.get("a")?.egress).toMatchObject([
      {
        name: "*.example.com:443",
        host: ".example.com",
        isWildcard: true,
        port: 443,
        inspect: true,
        reach: "public",
      },
      {
        name: "a.test:80",
        host: "a.test",
        inspect: false,
        reach: "private",
        connectionsMax: 64,
        timeouts: { connectMs: 5_000, firstByteMs: 30_000, idleMs: 300_000, totalMs: 3_600_000 },
      },
    ]);
  });
});

describe("what is refused, with its line and a hint", () => {
  it.each([
    ["metadata.google.internal:80", "{ private: true }", "metadata service"],
    ["169.254.169.254:80", "{ private: true }", "metadata service"],
    ["[fd00:ec2::254]:80", "{ private: true }", "metadata service"],
    ["*.google.internal:80", "{}", "metadata service"],
    ["*.internal:80", "{}", "metadata service"],
    ["*.org:443", "{}", "top-level domain"],
    ["*.corp.test:80", "{ private: true }", '["*.corp.test:80"].private: lets the agent name private hosts'],
    ["10.0.0.7:80", "{}", "is a private address (private: true"],
    ["127.0.0.1:80", "{}", "is a private address"],
    ["[::1]:80", "{}", "is a private address"],
    ["localhost:80", "{}", "is a private address"],
    ["[64:ff9b::7f00:1]:80", "{}", "is a private address"],
    ["0.0.0.0:80", "{ private: true }", "nothing may reach"],
    ["224.0.0.1:80", "{ private: true }", "nothing may reach"],
    ["93.184.216.34:443", "{ inspect: true }", '["93.184.216.34:443"].inspect: cannot be inspected'],
    ["a.test:8443", "{ inspect: true }", '["a.test:8443"].inspect: is for TLS on port 443'],
    ["a.test:80", "{ inspect: true }", "is for TLS on port 443"],
    ["0x7f.1:80", "{}", "names no host"],
    ["2130706433:80", "{}", "names no host"],
    ["0177.0.0.1:80", "{}", "names no host"],
    ["[::ffff:7f00:1]:80", "{}", "names no host"],
    ["[0:0:0:0:0:0:0:1]:80", "{}", "names no host"],
    ["a.test.:443", "{}", "names no host"],
    ["a.*.test:443", "{}", "names no host"],
    ["*:443", "{}", "names no host"],
    ["*.10.0.0.1:443", "{}", "names no host"],
    ["a.test:99999", "{}", "names no host"],
  ])("%s: %s", (key, value, problem) => {
    const problems = said(key, value);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it.each([["A.test:443"], ["a.test"], ["a.test:0443"], ["a.test:0"], ["https://a.test:443"], ["a b:80"]])(
    "%s",
    (key) => {
      expect(said(key)).toHaveLength(1);
    },
  );

  it("a field that does not exist, a value of another kind, a key twice", () => {
    expect(said("a.test:443", "{ inspct: true }")[0]).toContain('did you mean "inspect"?');
    expect(said("a.test:443", "{ inspect: yes please }")).toHaveLength(1);
    expect(problemsIn(agent('  "a.test:443": {}\n  "a.test:443": { inspect: true }\n'))).toHaveLength(1);
  });

  it("an MCP server's host that would pass unread, whoever may use it", () => {
    const server = "kind: McpServer\nmetadata: { name: docs }\nspec: { url: https://mcp.docs.test/mcp }\n";
    const files = (value: string) => ({
      ...entry("mcp.docs.test:443", value),
      "server.yaml": `apiVersion: sluice.dev/v1alpha1\n${server}`,
    });
    expect(problemsIn(files("{}"))).toEqual([
      expect.stringContaining("is the host of McpServer/docs, whose calls would pass unread (inspect: true"),
    ]);
    expect(problemsIn(files("{ inspect: true }"))).toEqual([]);
  });

  it("a Provider's host that would pass unread, and not one that is read", () => {
    const files = (value: string) => ({ ...good, ...entry("api.openai.com:443", value) });
    expect(problemsIn(files("{}"))).toEqual([
      expect.stringContaining("is the host of Provider/openai, whose calls would pass unread (inspect: true"),
    ]);
    expect(problemsIn(files("{ inspect: true }"))).toEqual([]);
  });
});

it("a wildcard is for all below its domain, at any depth, and for no other", () => {
  const pattern = readPattern("*.example.com:443");
  const covers = (name: string) => pattern !== undefined && coversHost(pattern, name);
  expect(["a.example.com", "a.b.example.com"].every(covers)).toBe(true);
  expect(["example.com", "aexample.com", ".example.com", "example.com.evil.test"].some(covers)).toBe(false);
});
