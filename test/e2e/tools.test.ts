// Owns the proof that a call of a tool passes list, limits, schema, conditions and guards, and what its agent
// reads of each no. Knows no filter.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sayJson, startToolServer, type ToolServer } from "./tool-server.ts";
import { eventually, startWorld, type World } from "./world.ts";

const tool = (name: string, spec: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: ${name} }
spec:
${spec}
`;

const documents = (url: string): string =>
  [
    tool(
      "web_search",
      `  version: 2.1.0
  description: Search <the> web
  parameters:
    type: object
    properties:
      query: { type: string, maxLength: 500 }
      num_results: { type: integer, minimum: 1, maximum: 20 }
    required: [ query ]
    additionalProperties: false
  returns: { type: object, properties: { results: { type: array } }, required: [ results ] }
  endpoint: ${url}/search?engine=a
  credential: { apiKey: { header: x-search-key, env: SEARCH_KEY } }
  timeout: 2s
  effect: read
  cost: 0.01`,
    ),
    tool("web_search", `  version: 1.4.0\n  parameters: { type: object }\n  endpoint: ${url}/old`),
    tool(
      "send_email",
      `  version: 1.0.0
  parameters: { type: object, properties: { to: { type: string }, text: { type: string } }, required: [ to ] }
  endpoint: ${url}/mail
  body: params
  credential: { env: MAIL_TOKEN }
  limits: { rate: { requests: 4, window: { sliding: 1h }, by: [ agent, tool ] } }`,
    ),
    tool("crm", `  version: 1.0.0\n  parameters: {}\n  endpoint: ${url}/crm\n  operations: [ crm.read ]`),
    tool("secret_tool", `  version: 1.0.0\n  parameters: {}\n  endpoint: ${url}/secret`),
    tool("own_tool", "  version: 1.0.0"),
    `---
apiVersion: sluice.dev/v1alpha1
kind: Guard
metadata: { name: people }
spec: { detector: pii, config: { types: [ phone ] }, action: { redact: { with: marker } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Limit
metadata: { name: spend }
spec: { usd: 0.05, window: { calendar: day, zone: UTC }, match: 'tool == "web_search"' }
`,
  ].join("");

const agentSpec = `  operations: [ crm.read ]
  tools:
    web_search: { version: ">=1.0" }
    send_email: { when: 'args.to.endsWith("@example.com")' }
    crm: {}
    own_tool: {}
  guards: { people: { guard: people, on: [ tool.args, tool.result ] } }`;

const environment = { SEARCH_KEY: "key-of-search", MAIL_TOKEN: "token-of-mail" };
const found = { results: [{ title: "a" }] };

describe("POST /tools/{tool}", () => {
  let server: ToolServer;
  let world: World;
  let url: string;

  beforeAll(async () => {
    server = await startToolServer();
    world = await startWorld({ agentSpec, documents: documents(server.url), environment });
    url = `http://127.0.0.1:${world.sidecar.egressPort}/tools`;
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });
  beforeEach(() => {
    server.seen.length = 0;
    server.behaviours.clear();
    server.behaviours.set("/search?engine=a", sayJson(found));
  });

  const call = async (name: string, args: unknown, headers: Record<string, string> = {}) => {
    const body = typeof args === "string" ? args : JSON.stringify(args);
    const type = { "content-type": "application/json" };
    const asked = { method: "POST", body, headers: { ...type, ...headers } };
    const response = await fetch(`${url}/${name}`, asked);
    const text = await response.text();
    const said = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
    const { status } = response;
    return { status, headers: response.headers, text, said };
  };
  const code = ({ headers }: { headers: Headers }) => headers.get("x-sluice-refusal");

  it("brings the arguments to the tool, with its credential and who asks", async () => {
    const answered = await call("web_search", { query: "sluice" });
    expect(answered).toMatchObject({ status: 200, said: found });
    expect(answered.headers.get("x-tool-version")).toBe("2.1.0");
    const [asked] = server.seen;
    expect(asked).toMatchObject({ path: "/search?engine=a", body: '{"query":"sluice"}' });
    expect(asked?.headers).toMatchObject({ "x-search-key": "key-of-search", "x-agent-id": "search" });
    expect(asked?.headers["x-request-id"]).toMatch(/./);
    expect(asked?.headers.traceparent).toBeUndefined();
  });

  it("leaves a line, a metric, a cost and no argument", async () => {
    await call("web_search", { query: "a-very-private-thing" });
    const line = await eventually(() => world.sidecarLog.findLast(({ event }) => event === "tool_call"));
    expect(line).toMatchObject({ tool: "web_search", tool_version: "2.1.0", route: "tools/web_search" });
    expect(line.result_length).toBe(JSON.stringify(found).length);
    expect(line.latency_ms).toEqual(expect.any(Number));
    expect(line.cost_usd).toBe(0.01);
    expect(JSON.stringify(world.sidecarLog)).not.toContain("private-thing");
    const metrics = await world.status("sidecar", "/metrics");
    const labels = 'agent_id="search",tool_name="web_search",status="success"';
    expect(metrics).toMatch(new RegExp(`agent_tool_calls_total\\{${labels}\\} [1-9]`));
    expect(metrics).toMatch(new RegExp(`\ntool_calls_total\\{${labels}\\} [1-9]`));
    expect(metrics).toMatch(/agent_cost_usd_total\{agent_id="search",cost_type="tool"\} 0\.0[1-9]/);
    expect(world.sidecar.ledger.totals("type").get("tool")?.costNanoUsd).toBeGreaterThanOrEqual(10_000_000);
    expect(world.sidecar.ledger.totals("tool").get("web_search")?.calls).toBeGreaterThanOrEqual(1);
  });

  it("takes the version that is asked for, and says which there are", async () => {
    await call("web_search", { anything: 1 }, { "x-tool-version": "^1.0" });
    await call("web_search@^1.2", { anything: 1 });
    expect(server.seen.map(({ path }) => path)).toEqual(["/old", "/old"]);
    const unmet = await call("web_search", {}, { "x-tool-version": "^3" });
    expect([unmet.status, code(unmet)]).toEqual([404, "tool_version_unknown"]);
    expect(unmet.said.detail).toContain("2.1.0, 1.4.0");
    expect((await call("web_search", {}, { "x-tool-version": "new" })).status).toBe(400);
  });

  it.each([
    ["{}", "/query: required"],
    ['{"query": 5}', "/query: type string"],
    ['{"query": "a", "num_results": 21}', "/num_results: maximum 20"],
    ['{"query": "a", "nonsense": 1}', 'arguments: no member "nonsense"'],
  ])("refuses %s with the path of the mistake and what to do", async (args, mistake) => {
    const refused = await call("web_search", args);
    expect([refused.status, code(refused)]).toEqual([400, "schema_violation"]);
    expect(refused.said.detail).toContain(mistake);
    expect(refused.said.detail).toContain("Correct them and call it again.");
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect(server.seen).toEqual([]);
  });

  it.each([
    ["not JSON", '{"query": ', 400, "body_malformed"],
    ["a name twice", '{"query":"a","query":"b"}', 400, "body_ambiguous"],
    ["no object", "[1]", 400, "schema_violation"],
    ["too deep", `{"query":${"[".repeat(2_000)}${"]".repeat(2_000)}}`, 400, "body_malformed"],
    ["too long", JSON.stringify({ query: "a".repeat(10_001) }), 413, "body_too_large"],
    ["far too long", JSON.stringify({ query: "a".repeat(100_000) }), 413, "body_too_large"],
  ])("refuses %s", async (_what, args, status, expected) => {
    const refused = await call("web_search", args);
    expect([refused.status, code(refused)]).toEqual([status, expected]);
    expect(server.seen).toEqual([]);
  });

  it("tells of a tool that is not on the list nothing but that", async () => {
    const [hidden, unknown] = [await call("secret_tool", {}), await call("no_such_tool", {})];
    expect([hidden.status, code(hidden)]).toEqual([403, "tool_denied"]);
    expect(String(hidden.said.detail).replace("secret_tool", "no_such_tool")).toBe(unknown.said.detail);
    const own = await call("own_tool", {});
    expect([own.status, own.said.detail]).toEqual([403, expect.stringContaining("runs it itself")]);
    expect((await fetch(`${url}/web_search`)).status).toBe(405);
    const metrics = await world.status("sidecar", "/metrics");
    expect(metrics).toMatch(/tool_calls_total\{agent_id="search",tool_name="other",status="refused"\} [1-9]/);
    expect(metrics).not.toContain("secret_tool");
  });

  it("keeps to conditions over the arguments, and to what the user is permitted", async () => {
    const refused = await call("send_email", { to: "eve@elsewhere.org" });
    expect([refused.status, code(refused)]).toEqual([403, "tool_denied"]);
    await call("send_email", { to: "ada@example.com" });
    expect(server.seen[0]).toMatchObject({ body: '{"params":{"to":"ada@example.com"}}' });
    expect(server.seen[0]?.headers.authorization).toBe("Bearer token-of-mail");
    const unpermitted = await call("crm", {});
    expect(unpermitted.said.detail).toContain("`crm.read`, which the user is not permitted");
    expect(server.seen).toHaveLength(1);
  });

  it("takes what guards find out of arguments and results", async () => {
    const phone = "+49 30 901820 12";
    server.behaviours.set("/search?engine=a", sayJson({ results: [{ title: `Call ${phone} now` }] }));
    const answered = await call("web_search", { query: `who has ${phone}?` });
    expect(answered).toMatchObject({
      status: 200,
      said: { results: [{ title: "Call [PHONE_REDACTED] now" }] },
    });
    expect(server.seen[0]?.body).toBe('{"query":"who has [PHONE_REDACTED]?"}');
  });

  it("limits calls by agent and tool, and money", async () => {
    const statuses: number[] = [];
    for (let calls = 0; calls < 4; calls += 1) {
      statuses.push((await call("send_email", { to: "ada@example.com" })).status);
    }
    expect(statuses).toContain(429);
    const limited = await call("send_email", { to: "ada@example.com" });
    expect(code(limited)).toBe("rate_limited");
    expect(limited.said.detail).toContain("tool:send_email:rate");
    const spent = [];
    for (let calls = 0; calls < 6; calls += 1) spent.push(await call("web_search", { query: "a" }));
    expect(code(spent.at(-1) as { headers: Headers })).toBe("budget_exceeded");
  });
});
