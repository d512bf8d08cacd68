// Owns the proof that where and how a tool is called is read as written, and refused where it cannot be kept.
// Knows no call.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { document, policyOf, problemsIn } from "./samples.ts";

const tool = (spec: string) => ({ "t.yaml": document("Tool", "t", `version: 1.0.0\n${spec}`) });
const serviceOf = (spec: string) => policyOf(tool(spec)).tools.get("t")?.[0]?.service;
const endpoint = "endpoint: http://tools.internal/invoke";

describe("a tool that is called through Sluice", () => {
  it("has what the field expects where the policy says nothing", () => {
    expect(serviceOf(endpoint)).toEqual({
      endpoint: { origin: "http://tools.internal", path: "/invoke" },
      body: "raw",
      returns: undefined,
      health: undefined,
      credential: undefined,
      timeoutMs: 10_000,
      resultBytesMax: 4 * 1024 * 1024,
      limits: new Map(),
      effect: "write",
      idempotencyMs: 24 * 3_600_000,
      costNanoUsd: 0,
      operations: [],
      errors: "sanitize",
    });
  });

  it("says all of it", () => {
    const said = serviceOf(`endpoint: https://tools.example/a?b=c
body: params
returns: { type: array }
health: https://tools.example/health
timeout: 3s
maxResult: 64KiB
limits: { rate: { requests: 60, window: { sliding: 1m }, by: [agent, tool] } }
effect: read
cost: "0.000125"
operations: [crm.read]
errors: pass`);
    expect(said).toMatchObject({
      endpoint: { origin: "https://tools.example", path: "/a?b=c" },
      ...{ body: "params", returns: { type: "array" }, timeoutMs: 3_000, resultBytesMax: 65_536 },
      health: { path: "/health" },
      ...{ effect: "read", idempotencyMs: undefined, costNanoUsd: 125_000, operations: ["crm.read"] },
    });
    expect(said?.limits.get("rate")).toMatchObject({
      name: "tool:t:rate",
      meter: "requests",
      by: ["agent", "tool"],
      onStoreLoss: "closed",
    });
  });

  const credentialOf = (credential: string) =>
    serviceOf(`${endpoint}\ncredential: ${credential}`)?.credential;
  const key = { kind: "env", name: "KEY" };

  it("shows its credential as it is told to", () => {
    expect(credentialOf("{ env: KEY }")).toEqual({ kind: "bearer", source: key });
    expect(credentialOf("{ bearer: { env: KEY } }")).toEqual({ kind: "bearer", source: key });
    expect(credentialOf("{ bearer: { file: key } }")).toEqual({
      kind: "bearer",
      source: { kind: "file", path: join(process.cwd(), "key") },
    });
    expect(credentialOf("{ apiKey: { header: X-Api-Key, env: KEY } }")).toEqual({
      kind: "apiKey",
      header: "x-api-key",
      source: key,
    });
    const oauth =
      "tokenUrl: https://id.example/token, clientId: sluice, clientSecret: { env: KEY }, scope: a b";
    expect(credentialOf(`{ oauth2: { ${oauth} } }`)).toEqual({
      kind: "oauth2",
      ...{ issuers: [], server: undefined, resource: undefined },
      tokenUrl: { origin: "https://id.example", path: "/token" },
      ...{ clientId: "sluice", clientSecret: key, scope: "a b", audience: undefined, clientAuth: "basic" },
    });
  });

  it.each([
    ["timeout: 11m", "7 Tool/t spec.timeout: is longer than 10m"],
    ["maxResult: 33MiB", "7 Tool/t spec.maxResult: is more than 32MiB"],
    [
      "effect: read\nidempotency: 1h",
      "8 Tool/t spec.idempotency: goes with effect: write only: a read may be made twice (leave it out)",
    ],
    ["health: http://169.254.169.254/", "7 Tool/t spec.health: is a cloud metadata address"],
    ["returns: { type: nothing }", "7 Tool/t spec.returns: is not a JSON Schema that can be checked"],
    ["cost: 0.0000000001", "7 Tool/t spec.cost: "],
    [
      "credential: { apiKey: { header: host, env: A } }",
      "7 Tool/t spec.credential.apiKey.header: is a header",
    ],
    ["credential: { env: A, bearer: { env: A } }", "7 Tool/t spec.credential: "],
    [
      "credential: { oauth2: { tokenUrl: http://id.example/, clientId: a, clientSecret: { env: A } } }",
      "7 Tool/t spec.credential.oauth2.tokenUrl: must be https: the client's secret is sent there",
    ],
    [
      "limits: { a: { tokens: 5, window: { sliding: 1m } } }",
      "7 Tool/t spec.limits.a.tokens: is nothing that calls of a tool use",
    ],
    [
      "limits: { a: { requests: 5, window: { sliding: 1m }, by: [model] } }",
      "7 Tool/t spec.limits.a.by[0]: is nothing that a call of a tool has",
    ],
    ["limits: { a: { requests: 5 } }", "7 Tool/t spec.limits.a.window: is missing"],
  ])("%s is refused", (more, problem) => {
    expect(problemsIn(tool(`${endpoint}\n${more}`))).toContainEqual(
      expect.stringContaining(`t.yaml:${problem}`),
    );
  });
});

it("what is counted by tool is requests, slots and money", () => {
  const by = (meter: string) =>
    problemsIn({ "l.yaml": document("Limit", "l", `${meter}\nwindow: { sliding: 1m }\nby: [tool]`) });
  expect(by("requests: 5")).toEqual([]);
  expect(by("usd: 5")).toEqual([]);
  expect(by("tokens: 5")).toEqual([
    "l.yaml:7 Limit/l spec.by[0]: does not go with tokens (by tool are counted requests, concurrency, usd)",
  ]);
});

it("operations of an agent travel in a token, so they have a bound", () => {
  const many = Array.from({ length: 20 }, (_, at) => `${"a".repeat(60)}${at}`).join(", ");
  expect(problemsIn({ "a.yaml": document("Agent", "a", `operations: [${many}]`) })).toEqual([
    "a.yaml:5 Agent/a spec.operations: are more than 1024 characters together",
  ]);
});
