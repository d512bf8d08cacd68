// Owns what a caller sees of the gateway in front of an agent: who comes in, with what, and what comes back.

import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKey, otherKey, startWorld, type World } from "./world.ts";

let world: World;
let signToken: (claims: Record<string, unknown>) => Promise<string>;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const keyFile = join(await mkdtemp(join(tmpdir(), "sluice-keys-")), "issuer.pem");
  await writeFile(keyFile, await exportSPKI(publicKey));
  signToken = (claims) =>
    new SignJWT({ iss: "https://issuer.test", aud: "sluice", sub: "orchestrator", ...claims })
      .setProtectedHeader({ alg: "RS256" })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  world = await startWorld({
    callers: ["web-app", "orchestrator"],
    agentSpec: agentSpec(),
    documents: documents(keyFile),
    agent: { handle },
  });
});
afterAll(() => world.close());

const handle = (
  request: { url?: string | undefined },
  response: import("node:http").ServerResponse,
  body: string,
): void => {
  if (request.url === "/broken") {
    response.writeHead(500, { "x-stack": "at secret.ts:1" }).end("Error: at /srv/secret.ts:1");
    return;
  }
  if (request.url === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: one\n\n");
    setTimeout(() => response.end("data: two\n\n"), 30);
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "x-own": "kept" }).end(body || "{}");
};

function agentSpec(): string {
  return `  hosts: [ search.example.test ]
  api:
    run: { path: /run }
    request:
      schema:
        type: object
        required: [ prompt ]
        properties: { prompt: { type: string }, n: { type: integer, maximum: 5 } }
      session: /session
      task: /id
      steps: /max_steps
      tokens: /token_budget`;
}

function documents(keyFile: string): string {
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: orchestrator }
spec:
  jwt:
    issuer: https://issuer.test
    audience: sluice
    subject: orchestrator
    publicKey: { file: ${keyFile} }
    algorithms: [ RS256 ]
    claims: { user: email }
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: open }
spec:
  endpoints: [ http://127.0.0.1:9 ]
  callers: [ { anonymous: true } ]
`;
}

interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly key?: string | undefined;
}

async function ask({
  path = "/agents/search/run",
  method = "POST",
  body,
  headers = {},
  key = apiKey,
}: Ask = {}) {
  const authorization = key === "" ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(world.gatewayUrl + path, {
    method,
    headers: { "content-type": "application/json", ...authorization, ...headers },
    ...(method === "GET" ? {} : { body: JSON.stringify(body ?? { prompt: "hello" }) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    refusal: response.headers.get("x-sluice-refusal"),
    headers: response.headers,
    text,
  };
}

describe("who comes in", () => {
  it("lets a known key in by either header", async () => {
    expect((await ask()).status).toBe(200);
    expect((await ask({ key: "", headers: { "x-api-key": apiKey } })).status).toBe(200);
  });

  it("refuses no key, a bad key and a key for another agent, each by its code", async () => {
    expect(await ask({ key: "" })).toMatchObject({ status: 401, refusal: "credential_missing" });
    expect(await ask({ key: "slk_guess" })).toMatchObject({ status: 401, refusal: "credential_invalid" });
    expect(await ask({ key: otherKey })).toMatchObject({ status: 403, refusal: "caller_denied" });
  });

  it("takes a token of the issuer and its claim as the user", async () => {
    const key = await signToken({ email: "ada@example.test" });
    expect((await ask({ key })).status).toBe(200);
    expect(world.agent.seen.at(-1)?.["x-user-id"]).toBe("ada@example.test");
    expect(await ask({ key: await signToken({ aud: "another" }) })).toMatchObject({ status: 401 });
    expect(await ask({ key: await signToken({ sub: "somebody" }) })).toMatchObject({ status: 401 });
  });

  it("lets anybody in only where the policy says so, and still refuses a bad key there", async () => {
    const path = "/agents/open/x";
    expect(await ask({ path, key: "" })).toMatchObject({ status: 502, refusal: "upstream_unreachable" });
    expect(await ask({ path, key: "slk_guess" })).toMatchObject({ status: 401 });
  });
});

describe("what goes on to the agent", () => {
  it("is what Sluice says of the caller, never what the client says of itself", async () => {
    await ask({
      body: { prompt: "hello", id: "task-1", session: "s-1" },
      headers: {
        "x-request-id": "mine",
        "x-agent-id": "mine",
        "x-sluice-token": "mine",
        "x-forwarded-for": "203.0.113.1",
        "x-user-id": "u-1",
        "x-custom": "kept",
        "x-forwarded-user": "root",
        "x-original-url": "/admin",
        baggage: "a=b",
      },
    });
    const seen = world.agent.seen.at(-1);
    expect(seen).toMatchObject({
      "x-task-id": "task-1",
      "x-session-id": "s-1",
      "x-user-id": "u-1",
      "x-agent-id": "search",
      "x-custom": "kept",
    });
    expect(seen?.["x-request-id"]).not.toBe("mine");
    for (const name of ["authorization", "x-sluice-token", "baggage", "x-forwarded-user", "x-original-url"])
      expect(seen).not.toHaveProperty(name);
    expect(seen?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it("is the very body and the path as they came, by name and by host", async () => {
    const body = { prompt: "hello  \u{1F600}" };
    const answer = await ask({ path: "/agents/search/run?a=%2F&b", body });
    expect(answer.text).toBe(JSON.stringify(body));
    expect(answer.headers.get("x-own")).toBe("kept");
    const { port } = new URL(world.gatewayUrl);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      [
        "GET /anything/below HTTP/1.1",
        "host: search.example.test",
        `x-api-key: ${apiKey}`,
        "connection: close",
      ]
        .join("\r\n")
        .concat("\r\n\r\n"),
    );
    let raw = "";
    socket.on("data", (chunk) => {
      raw += chunk;
    });
    await once(socket, "close");
    expect(raw).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("streams as it comes", async () => {
    const answer = await ask({ path: "/agents/search/events", method: "GET" });
    expect(answer.text).toBe("data: one\n\ndata: two\n\n");
  });

  it("keeps an agent's failure but not its words", async () => {
    const answer = await ask({ path: "/agents/search/broken", method: "GET" });
    expect(answer).toMatchObject({ status: 500, refusal: "agent_failed" });
    expect(answer.text + JSON.stringify([...answer.headers])).not.toContain("secret");
  });
});

describe("bodies", () => {
  it("are checked against the schema: path and rule, never the value", async () => {
    const answer = await ask({ body: { prompt: 1, n: 9 } });
    expect(answer).toMatchObject({ status: 400, refusal: "schema_violation" });
    expect(JSON.parse(answer.text).detail).toMatch(/\/prompt.*type.*\/n.*maximum/s);
    expect(await ask({ body: {} })).toMatchObject({ status: 400, refusal: "schema_violation" });
  });

  it.each([
    [{ max_steps: 26 }, "/max_steps", "1", "25"],
    [{ max_steps: 0 }, "/max_steps", "1", "25"],
    [{ max_steps: "3" }, "/max_steps", "1", "25"],
    [{ token_budget: 100 }, "/token_budget", "512", "32768"],
    [{ token_budget: 40_000 }, "/token_budget", "512", "32768"],
  ])("may ask for less than the policy and never for more: %j", async (more, pointer, least, most) => {
    const answer = await ask({ body: { prompt: "hello", ...more } });
    expect(answer).toMatchObject({ status: 400, refusal: "ceiling_out_of_bounds" });
    for (const part of [pointer, least, most]) expect(JSON.parse(answer.text).detail).toContain(part);
  });

  it.each([
    ['{"prompt":"a","prompt":"b"}', "body_ambiguous"],
    ['{"prompt":"a"} x', "body_malformed"],
    ['{"prompt":', "body_malformed"],
    ["\ufeff{}", "body_ambiguous"],
  ])("have one reading: %s", async (body, refusal) => {
    const response = await fetch(`${world.agentUrl}/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: Buffer.from(body),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-sluice-refusal")).toBe(refusal);
  });
});

describe("every refusal", () => {
  it("leaves one log line with its code", async () => {
    const before = world.gatewayLog.length;
    await ask({ key: "slk_guess" });
    const written = world.gatewayLog.slice(before);
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      event: "agent_error",
      error_type: "credential_invalid",
      http_status: 401,
    });
  });
});
