// Owns the proof that a tool registers itself at the gateway and is then called through sidecars, as far as
// the policy lets it and no further. Knows no filter.

import { hash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { registrationsPerCallerMax } from "../../core/contracts/tool-registry.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { sayJson, startToolServer, type ToolServer } from "./tool-server.ts";
import { apiKey, startWorld, type World } from "./world.ts";

const registrantKey = "slk_test-key-of-the-tools-team";
const documents = `---
apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: tools-team }
spec:
  apiKeys: { current: { sha256: "${hash("sha256", registrantKey, "hex")}" } }
  registers: [ web_search, inside, unlisted ]
`;
const agentSpec = `  registeredTools:
    web_search:
      version: ^2.0
      reach: private
      hosts: [ 127.0.0.1 ]
      credential: { apiKey: { header: x-api-key, env: TOOL_KEY } }
    inside: {}`;

interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

describe.skipIf(!hasRedisServer)("a tool that registers itself", () => {
  let redis: RedisServer;
  let server: ToolServer;
  let world: World;

  beforeAll(async () => {
    redis = await startRedisServer();
    server = await startToolServer();
    server.behaviours.set("/call", sayJson({ results: ["found"] }));
    const environment = { TOOL_KEY: "key-of-the-tool" };
    world = await startWorld({ agentSpec, documents, environment, program: { store: redis.url } });
  });
  afterAll(async () => {
    await world.close();
    await server.close();
    await redis.stop();
  });
  beforeEach(() => {
    server.seen.length = 0;
  });

  async function ask(url: string, init: RequestInit = {}): Promise<Said> {
    const response = await fetch(url, init);
    return { status: response.status, body: (await response.json()) as Said["body"] };
  }

  const definition = (more: object = {}) => ({
    ...{ name: "web_search", version: "2.1.0", description: "Searches the web" },
    parameters: {
      type: "object",
      properties: {
        query: { type: "string", maxLength: 500 },
        num_results: { type: "integer", maximum: 20 },
      },
      required: ["query"],
      additionalProperties: false,
    },
    returns: { type: "object", required: ["results"] },
    ...{ endpoint: `${server.url}/call`, health_url: `${server.url}/health` },
    ...{ auth_type: "api_key", rate_limit: 60, timeout_ms: 8_000 },
    ...more,
  });

  function registry(method: string, path = "", more: { body?: unknown; key?: string } = {}): Promise<Said> {
    const { body, key = registrantKey } = more;
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return ask(`${world.gatewayUrl}/registry/tools${path}`, { method, headers, ...sent });
  }

  const register = (more: object = {}, key = registrantKey) =>
    registry("POST", "", { body: definition(more), key });
  const toolsUrl = () => `${world.openaiUrl.replace("/openai/v1", "")}/tools`;
  const names = async () =>
    ((await ask(toolsUrl())).body.tools as { readonly name: string }[]).map(({ name }) => name);
  const use = (tool: string, args: unknown) =>
    ask(`${toolsUrl()}/${tool}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(args),
    });

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + 20_000;
    while (!(await isSo()) && performance.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  it("is listed and called as its definition says, until it takes its leave", async () => {
    expect(await names()).toEqual([]);
    const { status, body } = await register();
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "web_search", heartbeat_interval_s: 20, expires_in_s: 60 });
    const id = String(body.id);
    await until(async () => (await names()).includes("web_search"));
    // A store that is new counts nothing for a moment.
    await until(async () => (await use("web_search", { query: "a" })).status === 200);
    server.seen.length = 0;
    expect(await use("web_search", { query: "sluice" })).toEqual({
      status: 200,
      body: { results: ["found"] },
    });
    const [call] = server.seen;
    expect(JSON.parse(call?.body ?? "")).toEqual({ params: { query: "sluice" } });
    expect(call?.headers).toMatchObject({ "x-agent-id": "search", "x-api-key": "key-of-the-tool" });
    expect(await use("web_search", { query: "sluice", num_results: 21 })).toMatchObject({
      status: 400,
      body: { code: "schema_violation" },
    });
    expect((await registry("POST", `/${id}/heartbeat`)).status).toBe(200);
    expect(await register()).toMatchObject({ status: 200, body: { id, since: body.since } });
    expect((await registry("GET")).body.tools).toMatchObject([{ id }]);
    expect((await registry("DELETE", `/${id}`)).status).toBe(200);
    expect(await registry("POST", `/${id}/heartbeat`)).toMatchObject({
      status: 404,
      body: { code: "registration_unknown" },
    });
    await until(async () => !(await names()).includes("web_search"));
    expect(await use("web_search", { query: "a" })).toMatchObject({
      status: 403,
      body: { code: "tool_denied" },
    });
    const lines = world.gatewayLog.filter(({ event }) => event === "tool.registry");
    expect(lines.map(({ what }) => what)).toEqual(["registered", "removed"]);
  });

  it("is heard only from who may register it", async () => {
    const none = await ask(`${world.gatewayUrl}/registry/tools`, { method: "POST", body: "{}" });
    expect(none).toMatchObject({ status: 401, body: { code: "credential_missing" } });
    expect((await register({}, "slk_wrong")).status).toBe(401);
    expect(await register({}, apiKey)).toMatchObject({ status: 403, body: { code: "registration_denied" } });
    expect(await register({ name: "send_email" })).toMatchObject({
      status: 403,
      body: { code: "registration_denied" },
    });
  });

  it("is refused where it cannot be checked, called, or kept beside another", async () => {
    expect(
      await register({ parameters: { type: "object", properties: { a: { type: "strng" } } } }),
    ).toMatchObject({
      status: 400,
      body: { code: "schema_violation" },
    });
    expect((await register({ endpoint: "http://169.254.169.254/" })).status).toBe(400);
    const { body } = await register();
    const changed = await register({ description: "Searches the web!", endpoint: `${server.url}/other` });
    expect(changed).toMatchObject({ status: 409, body: { code: "registration_conflict" } });
    const narrower = await register({ version: "2.2.0", parameters: { type: "object", maxProperties: 1 } });
    expect(narrower).toMatchObject({ status: 409, body: { code: "registration_conflict" } });
    await registry("DELETE", `/${String(body.id)}`);
  });

  it("widens no list: others' names stay unknown, and what is out of reach is not dialled", async () => {
    for (const name of ["unlisted", "inside"]) {
      expect(await register({ name, auth_type: "none" })).toMatchObject({ status: 201 });
    }
    await until(async () => (await names()).includes("inside"));
    expect(await names()).toEqual(["inside"]);
    expect((await use("unlisted", { query: "a" })).body.code).toBe("tool_denied");
    // Loopback: this agent's list says nothing of private addresses.
    expect(await use("inside", { query: "a" })).toMatchObject({
      status: 403,
      body: { code: "address_denied" },
    });
    expect(server.seen).toHaveLength(0);
  });

  it("is one of a hundred of its caller's at most, and has a place again when another has left", async () => {
    const before = (await registry("GET")).body.tools as readonly { readonly id: string }[];
    const one = (at: number) => register({ version: `3.0.${at}` });
    for (let at = before.length; at < registrationsPerCallerMax; at += 1) {
      expect((await one(at)).status).toBe(201);
    }
    const late = registrationsPerCallerMax;
    expect(await one(late)).toMatchObject({ status: 503, body: { code: "overloaded" } });
    expect((await one(late - 1)).status).toBe(200);
    await registry("DELETE", `/${before[0]?.id}`);
    expect((await one(late)).status).toBe(201);
  });
});
