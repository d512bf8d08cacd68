// Owns the proof that a session is its maker's: kept in the Store, known to every replica, and to no other
// agent. Knows no filter.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { type Fixture, startFixture } from "./fixture/server.ts";
import { type McpFront, startFront } from "./front.ts";
import { post } from "./odd-server.ts";

const others = `---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: other }
spec: { mcpServers: { fixture: {} } }
`;
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};
const list = { jsonrpc: "2.0", id: 2, method: "tools/list", params: {} };

describe.skipIf(!hasRedisServer)("a session", () => {
  let redis: RedisServer;
  let fixture: Fixture;
  let fronts: McpFront[];
  beforeAll(async () => {
    redis = await startRedisServer();
    fixture = await startFixture();
    const documents = { servers: { fixture: `{ url: ${fixture.url} }` }, others };
    const program = { store: redis.url } as const;
    fronts = await Promise.all(
      ["search", "search", "other"].map((agentName) => startFront(documents, { program, agentName })),
    );
  });
  afterAll(async () => {
    await Promise.all((fronts ?? []).map((front) => front.close()));
    await fixture?.close();
    await redis?.stop();
  });
  const urlOf = (at: number) => fronts[at]?.urlOf("fixture") ?? "";

  it("is known to every replica of its agent, and to no other agent", async () => {
    const greeted = await post(urlOf(0), initialize);
    const id = greeted.headers.get("mcp-session-id") ?? "";
    expect(id).not.toBe("");
    const headers = { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" };
    expect((await post(urlOf(0), list, headers)).status).toBe(200);
    expect((await post(urlOf(1), list, headers)).status).toBe(200);
    expect(await post(urlOf(2), list, headers)).toMatchObject({ status: 404, code: "mcp_session_unknown" });
    const stolen = { ...headers, accept: "text/event-stream" };
    const stream = await fetch(urlOf(2), { headers: stolen });
    expect([stream.status, stream.headers.get("x-sluice-refusal")]).toEqual([404, "mcp_session_unknown"]);
    expect((await fetch(urlOf(2), { method: "DELETE", headers })).status).toBe(404);
    expect((await post(urlOf(0), list, headers)).status).toBe(200);
    expect((await fetch(urlOf(1), { method: "DELETE", headers })).status).toBe(200);
    expect((await post(urlOf(0), list, headers)).status).toBe(404);
  });

  it("that nobody here has seen made is nobody's", async () => {
    const headers = { "mcp-session-id": "a-guess", "mcp-protocol-version": "2025-11-25" };
    expect(await post(urlOf(0), list, headers)).toMatchObject({ status: 404, code: "mcp_session_unknown" });
  });

  it("is not there in the era without: neither made, nor passed on, nor opened by GET", async () => {
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-session-id": "x", "last-event-id": "y" };
    for (const method of ["GET", "DELETE"]) {
      const said = await fetch(urlOf(0), { method, headers });
      expect([said.status, said.headers.get("allow")]).toEqual([405, "POST"]);
    }
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const body = { ...list, params: { _meta: meta } };
    const said = await post(urlOf(0), body, { ...headers, "mcp-method": "tools/list" });
    expect([said.status, said.headers.get("mcp-session-id")]).toEqual([200, null]);
  });

  it("a stream is open at once, and takes up where it broke off", async () => {
    const client = new Client({ name: "test", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(urlOf(0)));
    await client.connect(transport);
    const headers = { "mcp-session-id": transport.sessionId ?? "", "mcp-protocol-version": "2025-11-25" };
    const said = await client.callTool({ name: "test_tool_with_progress", arguments: {} }, undefined, {
      onprogress() {},
    });
    expect(said.content).toBeDefined();
    const call = {
      jsonrpc: "2.0",
      id: "again",
      method: "tools/call",
      params: { name: "test_tool_with_logging" },
    };
    const { text } = await post(urlOf(1), call, headers);
    const [first = ""] = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id);
    const resumed = await fetch(urlOf(0), {
      headers: { ...headers, accept: "text/event-stream", "last-event-id": first },
    });
    const reader = resumed.body?.getReader();
    let read = "";
    while (reader !== undefined && !read.includes('"id":"again"')) {
      const { value, done } = await reader.read();
      if (done) break;
      read += Buffer.from(value).toString();
    }
    await reader?.cancel();
    expect(read).toContain("Tool processing data");
    expect(read).toContain('"id":"again"');
    await client.close();
  });
});

describe("who asks", () => {
  let fixture: Fixture;
  let front: McpFront;
  beforeAll(async () => {
    fixture = await startFixture();
    const spec = `{ url: ${fixture.url}, origins: ["https://app.example"], hosts: [sidecar] }`;
    front = await startFront({ servers: { fixture: spec } });
  });
  afterAll(async () => {
    await front.close();
    await fixture.close();
  });

  it.each([
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://localhost:5173" }, 200],
    [{ origin: "https://app.example" }, 200],
  ])("%j is answered with %d", async (headers, status) => {
    const said = await post(front.urlOf("fixture"), initialize, headers as never);
    expect(said.status).toBe(status);
    expect(said.code).toBe(status === 403 ? "origin_denied" : null);
  });
});
