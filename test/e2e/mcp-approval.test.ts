// Owns the proof that a call of an MCP server's tool waits for a person where the policy says so, in both
// eras and whatever the server answers in. Knows no filter.

import { hash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, type OddServer, post, startOddServer } from "../mcp/odd-server.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { eventually, startWorld, type World } from "./world.ts";

const adminKey = "slk_test-key-of-an-admin";
const tools = ["send_mail", "send_fax", "look_up"].map((name) => ({
  name,
  inputSchema: { type: "object", properties: { to: { type: "string" } }, required: ["to"] },
}));

const documents = (url: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: McpServer
metadata: { name: mail }
spec:
  url: ${url}
  approval: { "send_*": { within: 10m } }
`;
const agentSpec = "  mcpServers: { mail: { approval: { send_fax: { within: 1s } } } }";
const to = { to: "ada@example.com" };

describe.skipIf(!hasRedisServer)("a call of an MCP server's tool that needs a person", () => {
  let redis: RedisServer;
  let server: OddServer;
  let world: World;
  let url: string;

  beforeAll(async () => {
    redis = await startRedisServer();
    server = await startOddServer(tools);
    world = await startWorld({
      agentSpec,
      documents: documents(server.url),
      program: { store: redis.url },
      admin: { listen: { host: "127.0.0.1", port: 0 }, keySha256s: [hash("sha256", adminKey, "hex")] },
    });
    url = `http://127.0.0.1:${world.sidecar.egressPort}/mcp/mail`;
  });
  afterAll(async () => {
    await world.close();
    await server.close();
    await redis.stop();
  });
  beforeEach(() => {
    server.asked.length = 0;
    server.answer = undefined;
  });

  interface Shown {
    readonly id: string;
    readonly tool: string;
    readonly version: string;
    readonly arguments: unknown;
  }

  async function admin(path: string, order?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
    const asking = order === undefined ? {} : { method: "POST", body: JSON.stringify(order) };
    const place = `http://127.0.0.1:${world.gateway.adminPort}/approvals${path}`;
    return (await fetch(place, { headers, ...asking })).json();
  }

  /** Those that wait, once there are so many. */
  async function waiting(count: number): Promise<readonly Shown[]> {
    for (;;) {
      const { approvals } = (await admin("")) as { readonly approvals: readonly Shown[] };
      if (approvals.length === count) {
        return Promise.all(approvals.map(({ id }) => admin(`/${id}`) as Promise<Shown>));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function decide(decision: "approve" | "deny"): Promise<Shown | undefined> {
    const [shown] = await waiting(1);
    await admin(`/${shown?.id}`, { decision, by: "grace", reason: "because" });
    return shown;
  }

  const calls = () => server.asked.filter(({ method }) => method === "tools/call");
  const lines = (what: string) => world.sidecarLog.filter((line) => line.what === what);

  /** Of the era with sessions. */
  async function openSession(): Promise<Readonly<Record<string, string>>> {
    const params = {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    };
    const { headers } = await post(url, { jsonrpc: "2.0", id: 0, method: "initialize", params });
    return { "mcp-session-id": headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-06-18" };
  }

  const callOf = (id: number, name = "send_mail", args: object = to) => ({
    ...{ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } },
  });

  it("is made once somebody has approved the very arguments, in JSON without sessions", async () => {
    const calling = ask(url, "tools/call", { name: "send_mail", arguments: to });
    const shown = await decide("approve");
    expect(shown).toMatchObject({ tool: "mcp/mail/send_mail", arguments: to });
    expect(shown?.version).toMatch(/^sha256-/);
    const { status, body } = await calling;
    expect([status, body.result?.content]).toEqual([200, [{ type: "text", text: JSON.stringify(to) }]]);
    expect(calls()).toHaveLength(1);
    expect(lines("approve").at(-1)).toMatchObject({ event: "approval", tool_name: "mcp/mail/send_mail" });
    expect(JSON.stringify(world.sidecarLog)).not.toContain("ada@example.com");
  });

  it("is made once somebody has approved it, in a stream of a session", async () => {
    const session = await openSession();
    server.answer = (asked, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const event = { jsonrpc: "2.0", id: asked.id, result: { content: [{ type: "text", text: "sent" }] } };
      response.end(`event: message\ndata: ${JSON.stringify(event)}\n\n`);
    };
    const calling = post(url, callOf(7), session);
    await decide("approve");
    const { headers, body } = await calling;
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(body.result?.content).toEqual([{ type: "text", text: "sent" }]);
  });

  it("is not made where somebody denies it, or nobody decides, and the agent hears why", async () => {
    const calling = ask(url, "tools/call", { name: "send_mail", arguments: to });
    await decide("deny");
    const denied = await calling;
    expect([denied.status, denied.code]).toEqual([200, "approval_denied"]);
    expect(denied.body.error).toMatchObject({ code: -32011, data: { status: 403, retryable: false } });
    expect(denied.body.error?.message).toContain("(because). Do not repeat it.");
    // The agent's own second goes before the server's ten minutes.
    const late = await post(url, callOf(8, "send_fax"));
    expect([late.code, calls().length]).toEqual(["approval_expired", 0]);
  });

  it("asks nobody about other tools, nor about what may not be made", async () => {
    expect((await ask(url, "tools/call", { name: "look_up", arguments: to })).code).toBeNull();
    const misfit = await ask(url, "tools/call", { name: "send_mail", arguments: {} });
    expect(misfit.code).toBe("tool_call_invalid");
    await waiting(0);
  });

  it("is withdrawn where its client has gone, or takes it back", async () => {
    const leaving = new AbortController();
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(callOf(9)), signal: leaving.signal };
    const calling = fetch(url, request).catch(() => "gone");
    await waiting(1);
    leaving.abort();
    expect(await calling).toBe("gone");
    await waiting(0);
    const patient = post(url, callOf(10));
    await waiting(1);
    const params = { requestId: 10 };
    await post(url, { jsonrpc: "2.0", method: "notifications/cancelled", params });
    expect((await patient).code).toBe("approval_expired");
    await eventually(() => lines("withdrawn").length === 2);
    expect(calls()).toHaveLength(0);
  });

  it("asks about each call of a batch, and one no is a no to all", async () => {
    const calling = post(url, [callOf(1), callOf(2, "look_up"), callOf(3)]);
    const all = await waiting(2);
    await admin(`/${all[0]?.id}`, { decision: "deny", by: "grace" });
    expect((await calling).code).toBe("approval_denied");
    await waiting(0);
    expect(calls()).toHaveLength(0);
  });

  it("shows what else is said to the tool beside its arguments", async () => {
    const params = { name: "send_mail", arguments: to, inputResponses: { ok: { action: "accept" } } };
    const calling = ask(url, "tools/call", params);
    const shown = await decide("deny");
    expect(shown?.arguments).toMatchObject(params);
    expect((await calling).code).toBe("approval_denied");
  });
});

it("is refused at the start where no gateway could hear of it", async () => {
  const starting = startWorld({ agentSpec, documents: documents("http://127.0.0.1:9") });
  await expect(starting).rejects.toThrow("the policy has");
});
