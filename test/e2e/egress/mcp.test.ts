// Owns the proof that an MCP client which knows nothing of the sidecar meets what `/mcp/{server}` has: lists,
// schemas, the operator's credential. Reaches loopback only.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OddServer, startOddServer } from "../../mcp/odd-server.ts";
import { tunnelled } from "./inspected-world.ts";
import {
  answerTo,
  canListenOn443,
  type EgressWorld,
  startEgressWorld,
  type TestHost,
  tlsInFrontOf,
} from "./world.ts";

const isPossible = await canListenOn443();
const tools = ["search", "drop_all"].map((name) => ({
  name,
  inputSchema: { type: "object", properties: { q: { type: "string" } }, required: ["q"] },
}));

let server: OddServer;
let other: OddServer;
let secure: TestHost | undefined;
let world: EgressWorld;

const mcpServer = (name: string, url: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: McpServer
metadata: { name: ${name} }
spec:
  url: ${url}
  credential: { env: TEST_PROVIDER_KEY }
  tools: { deny: [ "drop_*" ] }
  limits: { few: { requests: 2, window: { sliding: 1h }, match: 'tool == "search"', by: [ agent ] } }
`;

beforeAll(async () => {
  server = await startOddServer(tools);
  other = await startOddServer(tools);
  const port = Number(new URL(server.url).port);
  if (isPossible) secure = await tlsInFrontOf({ port }, { host: "mcp.docs.test", address: "127.0.93.7" });
  const hosts = [server, other].map(({ url }) => `    "${new URL(url).host}": { private: true }`).join("\n");
  world = await startEgressWorld({
    egress: `${hosts}
    "mcp.docs.test:443": { inspect: true }
    "*.clouds.test:443": {}`,
    agentSpec: "  mcpServers: { near: {}, docs: {}, far: {} }",
    documents: [
      mcpServer("near", server.url),
      mcpServer("docs", "https://mcp.docs.test/mcp"),
      mcpServer("far", "https://mcp.clouds.test/mcp"),
      mcpServer("others", other.url),
    ].join(""),
    names: { "mcp.docs.test": "127.0.93.7", "mcp.clouds.test": "127.0.0.1" },
  });
});
afterAll(async () => {
  await world.close();
  await secure?.close();
  await server.close();
  await other.close();
});
beforeEach(() => {
  server.asked.length = 0;
  other.asked.length = 0;
});

const call = (name: string, args: object = { q: "x" }) => ({
  ...{ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } },
});

const more = "content-type: application/json\r\naccept: application/json, text/event-stream\r\n";

/** In absolute form, as clients write it that heed HTTP_PROXY. */
function askAt(url: string, message: object, headers = ""): Promise<string> {
  const { host } = new URL(url);
  const body = JSON.stringify(message);
  const head = `POST ${url} HTTP/1.1\r\nHost: ${host}\r\nconnection: close\r\n${more}${headers}`;
  return answerTo(world.port, `${head}content-length: ${body.length}\r\n\r\n${body}`);
}

describe("a host of an MCP server, named in the clear", () => {
  it("has the server's list, schema, limits and credential", async () => {
    expect(await askAt(server.url, { jsonrpc: "2.0", id: 1, method: "tools/list" })).not.toContain(
      "drop_all",
    );
    const denied = await askAt(server.url, call("drop_all"));
    expect(denied).toContain("x-sluice-refusal: tool_denied");
    expect(await askAt(server.url, call("search", {}))).toContain("x-sluice-refusal: tool_call_invalid");
    server.asked.length = 0;
    const made = await askAt(server.url, call("search"), "authorization: Bearer the-agents-own\r\n");
    expect(made).toMatch(/^HTTP\/1\.1 200 /);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer sk-of-the-operator"]);
    await askAt(server.url, call("search"));
    expect(await askAt(server.url, call("search"))).toContain("x-sluice-refusal: rate_limited");
    expect(await world.line(({ event }) => event === "tool_call")).toMatchObject({
      ...{ tool: "search", route: "mcp/near", host: new URL(server.url).host },
    });
  });

  it.each(["", "/", "/mcp/x", "/MCP", "/%6dcp", "//mcp", "/mcp?x=1", "/x/../mcp", "/mcp/%2e", "/mcp;x"])(
    "answers at no other path, such as %s",
    async (path) => {
      const answer = await askAt(new URL(server.url).origin + path, call("drop_all"));
      expect(answer).toMatch(/^HTTP\/1\.1 40[034] /);
      expect(server.asked).toHaveLength(0);
    },
  );

  it("is nobody's whose agent may not use that server", async () => {
    expect(await askAt(other.url, call("search"))).toMatch(/^HTTP\/1\.1 404 .*route_unknown/s);
    expect(other.asked).toHaveLength(0);
  });

  it("never passes unread, not even where a wildcard has it", async () => {
    const text = "CONNECT mcp.clouds.test:443 HTTP/1.1\r\nHost: mcp.clouds.test:443\r\n\r\n";
    expect(await answerTo(world.port, text)).toMatch(/^HTTP\/1\.1 403 .*x-sluice-refusal: egress_denied/s);
  });
});

describe.skipIf(!isPossible)("inside TLS that is read (needs leave to listen on 443)", () => {
  it("it is that server, too", async () => {
    const post = async (message: object): Promise<string> => {
      const body = JSON.stringify(message);
      const head = `POST /mcp HTTP/1.1\r\nHost: mcp.docs.test\r\nconnection: close\r\n${more}`;
      return tunnelled(world, "mcp.docs.test", `${head}content-length: ${body.length}\r\n\r\n${body}`);
    };
    expect(await post(call("drop_all"))).toContain("x-sluice-refusal: tool_denied");
    expect(await post(call("search"))).toMatch(/^HTTP\/1\.1 200 /);
    expect(
      await world.line(({ host, event }) => event === "tool_call" && host === "mcp.docs.test:443"),
    ).toMatchObject({ route: "mcp/docs" });
  });
});
