// Owns the proof that a call which needs a person waits for one: what they see, what they may say, and what
// the agent and the tool's server hear of it. Knows no filter.

import { createHmac, hash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { approvalsCommand } from "../../cli/approvals.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { startToolServer, type ToolServer } from "./tool-server.ts";
import { eventually, startWorld, type World } from "./world.ts";

const adminKey = "slk_test-key-of-an-admin";

const documents = (url: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: send_email }
spec:
  version: 1.0.0
  parameters: { type: object, properties: { to: { type: string } }, required: [ to ] }
  endpoint: ${url}/mail
  effect: write
  approval:
    within: 10m
    webhook: { url: "${url}/hook", credential: { env: HOOK_SECRET }, signing: { env: HOOK_KEY } }
---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: web_search }
spec: { version: 1.0.0, parameters: { type: object }, endpoint: "${url}/search" }
---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: lookup }
spec: { version: 1.0.0, parameters: { type: object }, endpoint: "${url}/lookup" }
`;
const agentSpec = "  tools: { send_email: {}, web_search: {}, lookup: { approval: { within: 1s } } }";

interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

describe.skipIf(!hasRedisServer)("a call that needs a person", () => {
  let redis: RedisServer;
  let server: ToolServer;
  let world: World;

  beforeAll(async () => {
    redis = await startRedisServer();
    server = await startToolServer();
    world = await startWorld({
      agentSpec,
      documents: documents(server.url),
      program: { store: redis.url },
      environment: { HOOK_SECRET: "shared-with-the-receiver", HOOK_KEY: "whsec_c2lnbmVkLXdpdGg=" },
      admin: { listen: { host: "127.0.0.1", port: 0 }, keySha256s: [hash("sha256", adminKey, "hex")] },
    });
  });
  afterAll(async () => {
    await world.close();
    await server.close();
    await redis.stop();
  });
  beforeEach(() => {
    server.seen.length = 0;
  });

  async function said(response: Response): Promise<Said> {
    return { status: response.status, body: (await response.json()) as Said["body"] };
  }

  /** As the agent calls it. */
  async function use(tool: string, args: unknown, signal?: AbortSignal, key?: string): Promise<Said> {
    const url = `${world.openaiUrl.replace("/openai/v1", "")}/tools/${tool}`;
    const headers = { "content-type": "application/json", ...(key && { "idempotency-key": key }) };
    const body = JSON.stringify(args);
    return said(await fetch(url, { method: "POST", headers, body, ...(signal && { signal }) }));
  }

  async function admin(path: string, order?: unknown): Promise<Said> {
    const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
    const asking = order === undefined ? {} : { method: "POST", body: JSON.stringify(order) };
    return said(await fetch(`http://127.0.0.1:${world.gateway.adminPort}${path}`, { headers, ...asking }));
  }

  /** The one that waits, once it does. */
  async function waiting(): Promise<string> {
    for (;;) {
      const { body } = await admin("/approvals");
      const [first] = (body.approvals ?? []) as { readonly id: string }[];
      if (first !== undefined) return first.id;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const mails = () => server.seen.filter(({ path }) => path === "/mail");
  const lines = (what: string) => world.sidecarLog.filter((line) => line.what === what);

  it("is made once somebody has approved it, who saw the very arguments that are sent", async () => {
    const calling = use("send_email", { to: "ada@example.com" });
    const id = await waiting();
    const { body } = await admin(`/approvals/${id}`);
    expect(body).toMatchObject({
      tool: "send_email",
      agent_id: "search",
      arguments: { to: "ada@example.com" },
    });
    const hook = await eventually(() => server.seen.find(({ path }) => path === "/hook"));
    expect(hook.headers).toMatchObject({
      authorization: "Bearer shared-with-the-receiver",
      "idempotency-key": id,
      "webhook-id": id,
    });
    const signed = `${id}.${hook.headers["webhook-timestamp"]}.${hook.body}`;
    const signature = createHmac("sha256", "signed-with").update(signed).digest("base64");
    expect(hook.headers["webhook-signature"]).toBe(`v1,${signature}`);
    expect(JSON.parse(hook.body)).toMatchObject({ id, arguments: '{"to":"ada@example.com"}' });
    expect(mails()).toHaveLength(0);
    expect((await admin(`/approvals/${id}`, { decision: "approve", by: "grace" })).status).toBe(200);
    expect((await calling).status).toBe(200);
    expect(mails().map(({ body: sent }) => sent)).toEqual(['{"to":"ada@example.com"}']);
    const again = await admin(`/approvals/${id}`, { decision: "deny", by: "mallory" });
    expect(again).toMatchObject({ status: 409, body: { code: "approval_decided" } });
    const line = world.gatewayLog.find(({ event, by }) => event === "approval" && by === "grace");
    expect(line).toMatchObject({ what: "approve", approval_id: id, admin_key: expect.any(String) });
    const logs = JSON.stringify([...world.gatewayLog, ...world.sidecarLog]);
    expect(logs).not.toContain("ada@example.com");
  });

  it("is not made where somebody has denied it, and the agent hears what to do", async () => {
    const calling = use("send_email", { to: "eve@example.com" });
    const order = { decision: "deny", by: "grace", reason: "not outside of the firm" };
    expect((await admin(`/approvals/${await waiting()}`, order)).status).toBe(200);
    const { status, body } = await calling;
    expect([status, body.code]).toEqual([403, "approval_denied"]);
    expect(body.detail).toContain("not outside of the firm");
    expect(body.detail).toContain("Do not repeat it");
    expect(mails()).toHaveLength(0);
  });

  it("is not made where nobody has decided in time", async () => {
    const { status, body } = await use("lookup", {});
    expect([status, body.code]).toEqual([403, "approval_expired"]);
    expect(server.seen).toHaveLength(0);
    expect(((await admin("/approvals")).body.approvals as unknown[]).length).toBe(0);
  });

  it("is withdrawn where the agent has gone", async () => {
    const leaving = new AbortController();
    const calling = use("send_email", { to: "ada@example.com" }, leaving.signal).catch(() => "gone");
    const id = await waiting();
    leaving.abort();
    expect(await calling).toBe("gone");
    await eventually(() => lines("withdrawn").length > 0);
    expect((await admin(`/approvals/${id}`, { decision: "approve", by: "grace" })).status).toBe(409);
    expect(mails()).toHaveLength(0);
  });

  it("is asked about once where it comes again with its key, and made once", async () => {
    const to = { to: "ada@example.com" };
    const calling = use("send_email", to, undefined, "once");
    const id = await waiting();
    const meanwhile = use("send_email", to, undefined, "once");
    await admin(`/approvals/${id}`, { decision: "approve", by: "grace" });
    const answers = await Promise.all([calling, meanwhile, use("send_email", to, undefined, "once")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(mails()).toHaveLength(1);
    expect(((await admin("/approvals")).body.approvals as unknown[]).length).toBe(0);
  });

  it("is asked about only where it could be made, and others are made at once", async () => {
    expect((await use("send_email", { from: "ada" })).status).toBe(400);
    expect((await use("web_search", {})).status).toBe(200);
    expect(((await admin("/approvals")).body.approvals as unknown[]).length).toBe(0);
  });

  it("can be decided from the command line, which shows nothing invisible", async () => {
    vi.stubEnv("TEST_ADMIN_KEY", adminKey);
    const said: string[] = [];
    const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
    const where = ["--admin", `http://127.0.0.1:${world.gateway.adminPort}`, "--admin-key", "TEST_ADMIN_KEY"];
    const sluice = (...args: string[]) =>
      approvalsCommand().parseAsync([...args, ...where], { from: "user" });
    const calling = use("send_email", { to: "ada\u202e@example.com" });
    const id = await waiting();
    await sluice("list");
    await sluice("show", id);
    await sluice("approve", id, "--by", "grace");
    out.mockRestore();
    vi.unstubAllEnvs();
    expect(said[0]).toContain(`${id}  search  send_email@1.0.0`);
    expect(said[1]).toContain('"ada\\u{202e}@example.com"');
    expect(said[2]).toBe(`${id}: approve\n`);
    expect((await calling).status).toBe(200);
  });

  it("is nobody's to decide without a key, nor without a name", async () => {
    const bare = await fetch(`http://127.0.0.1:${world.gateway.adminPort}/approvals`);
    expect(bare.status).toBe(401);
    const id = "00000000-0000-4000-8000-000000000000";
    expect((await admin(`/approvals/${id}`, { decision: "approve", by: "grace" })).status).toBe(404);
    expect((await admin(`/approvals/${id}`, { decision: "approve" })).status).toBe(400);
    expect((await admin(`/approvals/${id}`, { decision: "expired", by: "grace" })).status).toBe(400);
  });
});

it("is refused at the start where no gateway could hear of it", async () => {
  await expect(startWorld({ agentSpec, documents: documents("http://127.0.0.1:9") })).rejects.toThrow(
    "the policy has",
  );
});
