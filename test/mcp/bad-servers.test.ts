// Owns the proof that a server that fails, lies or sends elsewhere is told by stable codes, and asked once.
// Knows no filter.

import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type McpFront, startFront } from "./front.ts";
import { type Asked, ask, type OddServer, post, say, startOddServer } from "./odd-server.ts";

const key = "sk-of-the-mcp-server";
const spec =
  "timeouts: { connect: 1s, firstByte: 500ms, idle: 500ms, total: 5s }, credential: { env: MCP_KEY }";
const json = { "content-type": "application/json" };
const events = { "content-type": "text/event-stream" };

type Answer = (asked: Asked, response: ServerResponse) => void;
const bad: readonly (readonly [string, Answer, number, string])[] = [
  ["is slow", () => {}, 504, "upstream_timeout"],
  [
    "redirects",
    (_, r) => r.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
    502,
    "upstream_redirected",
  ],
  [
    "returns HTML",
    (_, r) => r.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    502,
    "upstream_malformed",
  ],
  ["is no JSON", (_, r) => r.writeHead(200, json).end("nope"), 502, "upstream_malformed"],
  [
    "says less than its length",
    (_, r) => cut(r, { ...json, "content-length": "100" }),
    502,
    "upstream_truncated",
  ],
  [
    "sends 10 MB",
    (_, r) => r.writeHead(200, json).end(`"${"x".repeat(10_000_000)}"`),
    502,
    "upstream_too_large",
  ],
  ["sends an event of 10 MB", (_, r) => r.writeHead(200, events).end(big), 502, "upstream_too_large"],
  ["goes away", (_, r) => r.destroy(), 502, "upstream_unreachable"],
];
const big = `data: "${"x".repeat(10_000_000)}"\n\n`;

function cut(response: ServerResponse, headers: Record<string, string>): void {
  response.writeHead(200, headers).write("{");
  setTimeout(() => response.destroy(), 20);
}

describe("a server that", () => {
  let server: OddServer;
  let front: McpFront;
  let url: string;
  beforeAll(async () => {
    server = await startOddServer([{ name: "act", inputSchema: { type: "object" } }]);
    const environment = { MCP_KEY: key };
    front = await startFront({ servers: { odd: `{ url: ${server.url}, ${spec} }` } }, { environment });
    url = front.urlOf("odd");
    await ask(url, "tools/list");
  });
  afterAll(async () => {
    await front.close();
    await server.close();
  });
  beforeEach(() => {
    server.asked.length = 0;
  });

  it.each(bad)("%s is told by its code, and asked once", async (_, answer, status, code) => {
    server.answer = answer;
    const said = await ask(url, "tools/call", { name: "act", arguments: {} });
    expect(said).toMatchObject({ status, code });
    expect(said.body).toMatchObject({ jsonrpc: "2.0", id: 1, error: { data: { code } } });
    expect(server.asked).toHaveLength(1);
  });

  it.each([400, 404, 405, 500])("answers %d: its own words pass", async (status) => {
    server.answer = (_, response) =>
      response.writeHead(status, { "content-type": "text/plain" }).end("its words");
    const said = await ask(url, "tools/call", { name: "act", arguments: {} });
    expect(said).toMatchObject({ status, text: "its words", code: null });
  });

  it("fails amid a stream: the stream says so", async () => {
    server.answer = (_, response) => {
      const told = { jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "x" } };
      response.writeHead(200, events).write(`data: ${JSON.stringify(told)}\n\n`);
      setTimeout(() => response.end("data: nope\n\n"), 50);
    };
    const { status, text } = await ask(url, "tools/call", { name: "act", arguments: {} });
    expect(status).toBe(200);
    expect(text).toContain('"id":1,"error":{"code":-32012');
  });

  it("is shown the operator's credential, and nothing of the client's", async () => {
    server.answer = undefined;
    const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "act" } };
    const said = await post(url, body, {
      authorization: "Bearer of-the-agent",
      cookie: "a=b",
      "x-api-key": "of-the-agent",
      "x-user-id": "eve",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "mcp-name": "another",
    });
    expect(said.status).toBe(200);
    const [{ headers } = { headers: {} }] = server.asked;
    expect(headers).toMatchObject({ authorization: `Bearer ${key}` });
    for (const name of ["cookie", "x-api-key", "x-user-id", "traceparent", "origin", "mcp-name"]) {
      expect(headers).not.toHaveProperty(name);
    }
    expect(JSON.stringify(front.log)).not.toContain("of-the-");
  });

  it("sees one that hangs up at once", async () => {
    const gone = new Promise((resolve) => {
      server.answer = (_, response) => response.on("close", resolve).writeHead(200, events).flushHeaders();
    });
    const controller = new AbortController();
    const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
    const asking = fetch(url, {
      method: "POST",
      signal: controller.signal,
      headers: {
        ...json,
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "act",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "act", _meta } }),
    });
    setTimeout(() => controller.abort(), 100);
    await expect(asking).rejects.toThrow();
    await gone;
  });

  it("leaves a line of what was called, and nothing of its arguments", async () => {
    server.answer = ({ id }, response) => say(response, id, { content: [] });
    await ask(url, "tools/call", { name: "act", arguments: { secret: "hunter2" } });
    const line = front.log.filter(({ event }) => event === "tool_call").at(-1);
    expect(line).toMatchObject({
      route: "mcp/odd",
      status: "success",
      "mcp.method.name": "tools/call",
      "gen_ai.tool.name": "act",
    });
    expect(JSON.stringify(front.log)).not.toContain("hunter2");
  });
});
