// Owns the proof of what an agent hears of tools that fail, lie or take their time, and that nothing is done
// twice. Knows no filter.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sayJson, startToolServer, type ToolBehaviour, type ToolServer } from "./tool-server.ts";
import { startWorld, type World } from "./world.ts";

const tool = (name: string, spec: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: ${name} }
spec:
  version: 1.0.0
  parameters: { type: object }
  timeout: 600ms
${spec}
`;
const documents = (url: string): string =>
  [
    tool(
      "read",
      `  endpoint: ${url}/read
  effect: read
  maxResult: 4KiB
  credential:
    oauth2: { tokenUrl: ${url}/token, clientId: a, clientSecret: { env: SECRET } }
  returns: { type: object, required: [ ok ], properties: { ok: { type: boolean } } }`,
    ),
    tool("plain", `  endpoint: ${url}/plain\n  effect: read`),
    tool("write", `  endpoint: ${url}/write`),
    tool("gone", "  endpoint: http://127.0.0.1:9/\n  effect: read"),
  ].join("");
const agentSpec = "  tools: { read: {}, write: {}, gone: {}, plain: {} }";

const write =
  (head: string, body = ""): ToolBehaviour =>
  (_request, response) => {
    response.socket?.write(`HTTP/1.1 ${head}\r\n\r\n${body}`);
  };
const say =
  (type: string, body: string, status = 200): ToolBehaviour =>
  (_request, response) =>
    void response.writeHead(status, { "content-type": type }).end(body);
const json = "200 OK\r\ncontent-type: application/json\r\n";
const stack = "Error: at /srv/db.internal/pool.js password=hunter2";

describe("a tool's answer", () => {
  let server: ToolServer;
  let world: World;
  let url: string;
  let tokens = 0;

  beforeAll(async () => {
    server = await startToolServer();
    const environment = { SECRET: "client-secret" };
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
    server.behaviours.set("/token", (request, response) => {
      tokens += 1;
      return sayJson({ access_token: `token-${tokens}`, token_type: "Bearer", expires_in: 3600 })(
        request,
        response,
      );
    });
  });

  const call = async (name: string, args: unknown = {}, key?: string) => {
    const headers = key === undefined ? {} : { "idempotency-key": key };
    const response = await fetch(`${url}/${name}`, { method: "POST", body: JSON.stringify(args), headers });
    const text = await response.text();
    return { status: response.status, code: response.headers.get("x-sluice-refusal"), text, response };
  };
  const asked = (path: string) => server.seen.filter((request) => request.path === path);

  it.each<[string, number, string, ToolBehaviour]>([
    ["fails", 500, "tool_failed", say("application/json", JSON.stringify({ error: stack }), 500)],
    ["fails in HTML", 503, "tool_failed", say("text/html", `<h1>${stack}</h1>`, 503)],
    ["refuses in HTML", 404, "tool_failed", say("text/html", `<h1>${stack}</h1>`, 404)],
    ["answers with HTML", 502, "tool_answer_invalid", say("text/html", "<h1>Sign in</h1>")],
    ["says JSON and means HTML", 502, "upstream_malformed", say("application/json", "<h1>Sign in</h1>")],
    ["says a name twice", 502, "upstream_malformed", say("application/json", '{"ok":true,"ok":false}')],
    ["does not keep to what it returns", 502, "tool_answer_invalid", sayJson({ ok: "yes" })],
    ["says nothing", 502, "tool_answer_invalid", (_asked, response) => void response.writeHead(204).end()],
    ["says words where JSON is promised", 502, "tool_answer_invalid", say("text/plain", "ok")],
    [
      "redirects",
      502,
      "upstream_redirected",
      (_asked, response) => void response.writeHead(302, { location: "http://10.0.0.1/" }).end(),
    ],
    ["says too much", 502, "upstream_too_large", sayJson({ ok: true, more: "a".repeat(5_000) })],
    [
      "says too much, in chunks",
      502,
      "upstream_too_large",
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"ok":true,"more":"');
        response.end(`${"a".repeat(5_000)}"}`);
      },
    ],
    [
      "is nested too deep",
      502,
      "upstream_malformed",
      say("application/json", `{"ok":${"[".repeat(1_500)}${"]".repeat(1_500)}}`),
    ],
    [
      "promises more than it sends",
      504,
      "upstream_timeout",
      write(`${json}content-length: 50`, '{"ok":true}'),
    ],
    [
      "ends before its end",
      502,
      "upstream_truncated",
      (request, response) => {
        write(`${json}content-length: 50`, '{"ok":true}')(request, response);
        response.socket?.end();
      },
    ],
    [
      "sends more than it promises",
      502,
      "upstream_truncated",
      write(`${json}content-length: 5`, '{"ok":true}'),
    ],
    ["never answers", 504, "upstream_timeout", () => {}],
    [
      "answers drop by drop",
      504,
      "upstream_timeout",
      async (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        for (let drops = 0; drops < 20; drops += 1) {
          response.write(" ");
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
    ],
    [
      "is no HTTP",
      502,
      "upstream_malformed",
      (_request, response) => void response.socket?.end("SSH-2.0\r\n\r\n"),
    ],
  ])("that %s is %i %s", async (_what, status, code, behaviour) => {
    server.behaviours.set("/read", behaviour);
    const answered = await call("read");
    expect([answered.status, answered.code]).toEqual([status, code]);
    expect(answered.response.headers.get("content-type")).toBe("application/problem+json");
    expect(answered.text).not.toMatch(/hunter2|internal|10\.0\.0\.1/);
  });

  it("its own headers stay there, its own 4xx comes through", async () => {
    server.behaviours.set("/plain", (_request, response) => {
      response.writeHead(422, { "content-type": "application/json", "set-cookie": "a=b", server: "x" });
      response.end('{"detail":"no such city"}');
    });
    const answered = await call("plain");
    expect([answered.status, answered.code, answered.text]).toEqual([422, null, '{"detail":"no such city"}']);
    expect(answered.response.headers.get("set-cookie")).toBeNull();
    expect(answered.response.headers.get("server")).toBeNull();
    server.behaviours.set("/plain", say("text/plain; charset=utf-8", "Grüße"));
    expect(await call("plain")).toMatchObject({ status: 200, text: "Grüße" });
    expect(await call("gone")).toMatchObject({ status: 502, code: "upstream_unreachable" });
  });

  it("an OAuth token is fetched once for all, and again when the tool does not take it", async () => {
    await call("read");
    const fetched = tokens;
    await Promise.all(Array.from({ length: 8 }, () => call("read")));
    expect(tokens).toBe(fetched);
    expect(asked("/read").at(-1)?.headers.authorization).toBe(`Bearer token-${tokens}`);
    server.behaviours.set("/read", sayJson({ error: "expired" }, 401));
    const refused = await call("read");
    expect([refused.status, refused.code]).toEqual([502, "tool_failed"]);
    server.behaviours.delete("/read");
    await Promise.all(Array.from({ length: 8 }, () => call("read")));
    expect(tokens).toBe(fetched + 1);
    const posted = asked("/token").at(-1);
    expect(posted?.body).toBe("grant_type=client_credentials");
    expect(posted?.headers.authorization).toBe(`Basic ${Buffer.from("a:client-secret").toString("base64")}`);
  });

  it("a read that never arrived is tried once more, a write never", async () => {
    const breaking: ToolBehaviour = (_request, response) => void response.socket?.destroy();
    server.behaviours.set("/plain", breaking);
    server.behaviours.set("/write", breaking);
    expect(await call("plain")).toMatchObject({ status: 502, code: "upstream_unreachable" });
    expect(await call("write")).toMatchObject({ status: 502, code: "upstream_unreachable" });
    expect(await call("write", {}, "broken")).toMatchObject({ status: 502 });
    expect([asked("/plain").length, asked("/write").length]).toEqual([2, 2]);
    const again = await call("write", {}, "broken");
    expect([again.status, again.code, asked("/write").length]).toEqual([409, "idempotency_unknown", 2]);
  });

  it("a write with a key is made once, and those who repeat it hear the same", async () => {
    let calls = 0;
    server.behaviours.set("/write", async (request, response) => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 200));
      sayJson({ calls })(request, response);
    });
    const all = await Promise.all(Array.from({ length: 6 }, () => call("write", { a: 1 }, "once")));
    expect(all.map(({ text }) => text)).toEqual(Array(6).fill('{"calls":1}'));
    expect(all.filter(({ response }) => response.headers.has("idempotency-replayed"))).toHaveLength(5);
    expect(asked("/write").map(({ headers }) => headers["idempotency-key"])).toEqual(["once"]);
    const other = await call("write", { a: 2 }, "once");
    expect([other.status, other.code]).toEqual([422, "idempotency_conflict"]);
    expect((await call("write", { a: 1 }, "")).status).toBe(400);
    await call("write", { a: 1 });
    expect(calls).toBe(2);
  });

  it("what failed is failed for its key; what the tool put off is not made yet", async () => {
    server.behaviours.set("/write", sayJson({ error: stack }, 500));
    const failed = await call("write", {}, "failing");
    expect(failed.text).toContain("its own words are withheld");
    server.behaviours.set("/write", sayJson({ late: true }, 429));
    expect((await call("write", {}, "failing")).text).toBe(failed.text);
    expect(await call("write", {}, "busy")).toMatchObject({ status: 429 });
    server.behaviours.delete("/write");
    expect(await call("write", {}, "busy")).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect((await call("write", {}, "another")).response.headers.has("idempotency-replayed")).toBe(false);
  });
});
