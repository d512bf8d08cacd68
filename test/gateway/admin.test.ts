// Owns the proof of the admin listener over real sockets: who comes in, what is bounded, what is logged.

import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunningGateway } from "../../gateway/main.ts";
import type { AgentBehaviour } from "../e2e/agent.ts";
import { apiKey, eventually, type LogLine, startWorld, type World } from "../e2e/world.ts";

const anywhere = { host: "127.0.0.1", port: 0 };
const adminKey = "slk_of-an-admin-canary";
const nextKey = "slk_of-the-next-admin-canary";
const sha = (key: string) => hash("sha256", key, "hex");

let world: World;
let gateway: RunningGateway;
let log: readonly LogLine[];
let admin: string;

beforeEach(async () => {
  const agentSpec = "  limits: { per-user: { requests: 2, window: { sliding: 1h }, by: [ user ] } }";
  const settings = { listen: anywhere, keySha256s: [sha(adminKey), sha(nextKey)] };
  const handle: AgentBehaviour["handle"] = (_request, response) => void response.end("{}");
  world = await startWorld({ agentSpec, agent: { handle }, admin: settings });
  gateway = world.gateway;
  log = world.gatewayLog;
  admin = `http://127.0.0.1:${gateway.adminPort}`;
});
afterEach(() => world.close());

const authorized = { authorization: `Bearer ${adminKey}` };

function get(path: string, headers: Record<string, string> = authorized): Promise<Response> {
  return fetch(admin + path, { headers });
}

function post(path: string, body: unknown, headers: Record<string, string> = authorized): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = { "content-type": "application/json" };
  return fetch(admin + path, { method: "POST", headers: { ...type, ...headers }, body: text });
}

async function call(user: string): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}`, "x-user-id": user };
  const url = `http://127.0.0.1:${gateway.dataPort}/agents/search/run`;
  const response = await fetch(url, { method: "POST", headers });
  await response.arrayBuffer();
  return response.headers.get("x-sluice-refusal") ?? String(response.status);
}

const calls = async (user: string, count: number) => {
  const said = [];
  for (let index = 0; index < count; index += 1) said.push(await call(user));
  return said;
};

const codeOf = (response: Response) => [response.status, response.headers.get("x-sluice-refusal")];

describe("who comes in", () => {
  it.each(["/budgets", "/budgets/grant", "/no-such-path", "/", "/metrics"])(
    "nobody without the key, whatever is there: %s",
    async (path) => {
      const wrong = { authorization: "Bearer slk_wrong" };
      for (const response of [await get(path, {}), await post(path, {}, {})]) {
        expect(codeOf(response)).toEqual([401, "credential_missing"]);
        expect(response.headers.get("www-authenticate")).toBe("Bearer");
      }
      // A caller's key is no admin's.
      for (const headers of [wrong, { "x-api-key": apiKey }, { authorization: "Basic eDp5" }]) {
        expect(codeOf(await get(path, headers))).toEqual([401, "credential_invalid"]);
      }
      const answers = await Promise.all([get("/budgets", wrong), get("/no-such-path", wrong)]);
      const [one, other] = await Promise.all(answers.map((answer) => answer.text()));
      expect(one).toBe(other);
    },
  );

  it("either of two keys, as Bearer or x-api-key", async () => {
    expect((await get("/budgets")).status).toBe(200);
    expect((await get("/budgets", { "x-api-key": nextKey })).status).toBe(200);
  });

  it("nobody from an address that was wrong ten times in a minute; each is written down", async () => {
    const tries = [];
    for (let count = 0; count < 12; count += 1) {
      tries.push(codeOf(await get("/budgets", { authorization: `Bearer slk_guess-canary-${count}` })));
    }
    expect(tries.slice(0, 10)).toEqual(Array(10).fill([401, "credential_invalid"]));
    expect(tries.slice(10)).toEqual(Array(2).fill([429, "rate_limited"]));
    const late = await get("/budgets");
    expect(codeOf(late)).toEqual([429, "rate_limited"]);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    const refused = log.filter(({ event }) => event === "admin.refused");
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ level: "warn", address: "127.0.0.1" });
    expect(JSON.stringify(log)).not.toContain("canary");
    const metrics = await (await fetch(`http://127.0.0.1:${gateway.statusPort}/metrics`)).text();
    expect(metrics).toContain('sluice_refusals_total{code="credential_invalid"} 10');
  });

  it("no page of another origin: nothing allows it", async () => {
    const response = await fetch(`${admin}/budgets`, {
      method: "OPTIONS",
      headers: { ...authorized, origin: "http://evil.example", "access-control-request-method": "GET" },
    });
    expect(response.status).toBe(404);
    const names = [...response.headers.keys(), ...(await get("/budgets")).headers.keys()];
    expect(names.filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("what is asked", () => {
  it("is answered with figures", async () => {
    await calls("jo", 2);
    const response = await get("/budgets?limit=per-user&agent=search&scope=user%3Djo");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      store: "memory",
      hasMore: false,
      counters: [
        {
          limit: "per-user",
          agent: "search",
          meter: "requests",
          window: "sliding 3600s",
          scope: { user: "jo" },
          used: 2,
          left: 0,
          amount: 2,
          resetMs: expect.any(Number),
        },
      ],
    });
  });

  it.each([
    ["/budgets?limit=per-usr", 404, "budget_unknown", "did you mean"],
    ["/budgets?scope=colour%3Dred", 404, "budget_unknown", "no scope"],
    ["/budgets?scope=red", 400, "request_malformed", "name=value"],
    ["/budgets?limit=a&limit=b", 400, "schema_violation", "querystring/limit must be string"],
    ["/budgets?limits=a", 400, "schema_violation", "additional properties"],
    [`/budgets?limit=${"a".repeat(254)}`, 400, "schema_violation", "253 characters"],
    ["/budget", 404, "route_unknown", "Nothing is routed"],
    ["/%zz", 400, "request_malformed", "not well-formed"],
  ])("GET %s: %i %s", async (path, status, code, said) => {
    const response = await get(path);
    expect(codeOf(response)).toEqual([status, code]);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(((await response.json()) as { detail: string }).detail).toContain(said);
  });

  it.each([
    ["grant", { limit: "per-user" }, 400, "schema_violation"],
    ["grant", { limit: "per-user", amount: -1 }, 400, "schema_violation"],
    ["grant", { limit: "per-user", amount: 1.5 }, 400, "schema_violation"],
    ["grant", { limit: "per-user", amount: "1.5", scope: { user: "jo" } }, 400, "request_malformed"],
    ["grant", { limit: "per-user", amount: 1, scope: { user: 7 } }, 400, "schema_violation"],
    ["grant", { limit: "per-user", amount: 1, agents: "x" }, 400, "schema_violation"],
    ["grant", { limit: "per-user", amount: 1, scope: { user: "jo" }, agent: "x" }, 404, "budget_unknown"],
    ["reset", { limit: "per-user", all: "yes" }, 400, "schema_violation"],
    ["reset", {}, 400, "schema_violation"],
    ["reset", [], 400, "schema_violation"],
    ["reset", "{", 400, "body_malformed"],
    ["reset", '{"__proto__": 1}', 400, "body_malformed"],
    ["reset", { limit: "per-user" }, 404, "budget_unknown"],
  ])("POST %s %j: %i %s", async (what, body, status, code) => {
    expect(codeOf(await post(`/budgets/${what}`, body))).toEqual([status, code]);
    expect(log.filter(({ event }) => event === "budget.changed")).toEqual([]);
  });

  it("is bounded: body, type, headers", async () => {
    expect(codeOf(await post("/budgets/reset", " ".repeat(20_000)))).toEqual([413, "body_too_large"]);
    const text = { ...authorized, "content-type": "text/plain" };
    expect(codeOf(await post("/budgets/reset", "{}", text))).toEqual([415, "request_malformed"]);
    expect((await get("/budgets", { ...authorized, "x-much": "a".repeat(20_000) })).status).toBe(431);
  });

  it("reads no body before it knows the key", async () => {
    const socket = connect(gateway.adminPort ?? 0, "127.0.0.1");
    const said = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.write("POST /budgets/grant HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n");
    socket.write("Content-Type: application/json\r\n\r\n{");
    expect(await said).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });
});

describe("what is changed", () => {
  it("lets a refused call pass, and leaves a line that names nobody but the key", async () => {
    expect(await calls("jo-canary", 3)).toEqual(["200", "200", "rate_limited"]);
    expect((await calls("ann", 3)).at(-1)).toBe("rate_limited");
    const grant = { limit: "per-user", scope: { user: "jo-canary" }, amount: 1 };
    const granted = await post("/budgets/grant", grant);
    expect(granted.status).toBe(200);
    expect(await granted.json()).toMatchObject({
      changes: [{ what: "granted", usedBefore: 2, after: { used: 1, left: 1 } }],
    });
    expect(await calls("jo-canary", 2)).toEqual(["200", "rate_limited"]);
    const reset = { limit: "per-user", scope: { user: "jo-canary" } };
    expect((await post("/budgets/reset", reset, { "x-api-key": nextKey })).status).toBe(200);
    expect(await calls("jo-canary", 3)).toEqual(["200", "200", "rate_limited"]);
    expect(await call("ann")).toBe("rate_limited");

    const changes = await eventually(() => {
      const written = log.filter(({ event }) => event === "budget.changed");
      return written.length === 2 && written;
    });
    const counter = expect.stringMatching(/^h:[0-9a-f]{16}:\d+$/);
    const common = { level: "warn", limit: "per-user", agent_id: "search", meter: "requests", counter };
    expect(changes).toMatchObject([
      { ...common, what: "granted", by: sha(adminKey).slice(0, 8), used_before: 2, used_after: 1 },
      { ...common, what: "reset", by: sha(nextKey).slice(0, 8), used_before: 2, used_after: 0 },
    ]);
    expect(changes[0]?.counter).toBe(changes[1]?.counter);
    expect(JSON.stringify(log)).not.toContain("canary");
    const metrics = await (await fetch(`http://127.0.0.1:${gateway.statusPort}/metrics`)).text();
    for (const event of ["granted", "reset"]) {
      expect(metrics).toContain(`sluice_budget_events_total{limit="per-user",event="${event}"} 1`);
    }
  });

  it("is under the policy in force", async () => {
    expect((await get("/budgets?limit=later")).status).toBe(404);
    const file = `${world.policyDir}/policy.yaml`;
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("per-user:", "later:"));
    await gateway.reload();
    expect((await get("/budgets?limit=later")).status).toBe(200);
  });
});

it("its port is told at the start", () => {
  expect(log.find(({ event }) => event === "program.started")?.ports).toEqual({
    data: gateway.dataPort,
    status: gateway.statusPort,
    admin: gateway.adminPort,
  });
});
