// Owns the proof of requests in absolute form: listed hosts in the clear, read like a tool's. Reaches
// loopback only.

import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardText } from "../guarded.ts";
import { answerTo, type EgressWorld, listenOn, startEgressWorld, type TestHost } from "./world.ts";

let site: TestHost;
let world: EgressWorld;
const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ url: request.url ?? "", headers: request.headers, body });
    if (request.url === "/moved") {
      response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
    } else if (request.url === "/tells") {
      response.writeHead(200, { "content-type": "application/json" }).end('{"said":"all of the quicksand"}');
    } else {
      response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
    }
  });
  site = await listenOn(server);
  const { port } = site;
  world = await startEgressWorld({
    egress: `    "tools.test:${port}": { private: true }
    "guarded.test:${port}": { private: true }`,
    agentSpec: `  guards:
    args: { guard: args, on: [ tool.args ] }
    results: { guard: results, on: [ tool.result ] }`,
    documents: [
      guardText({ name: "args", word: "moonstone", action: "block" }),
      guardText({ name: "results", word: "quicksand", action: "{ redact: { with: marker } }" }),
    ].join("\n"),
    names: { "tools.test": "127.0.0.1", "guarded.test": "127.0.0.1" },
  });
});

afterAll(async () => {
  await world.close();
  await site.close();
});

const ask = (line: string, headers = "", body = ""): Promise<string> =>
  answerTo(world.port, `${line} HTTP/1.1\r\n${headers}connection: close\r\n\r\n${body}`);

const toSite = (path: string, more = "", body = ""): Promise<string> =>
  ask(
    `${body === "" ? "GET" : "POST"} http://tools.test:${site.port}${path}`,
    `Host: tools.test:${site.port}\r\n${more}`,
    body,
  );

describe("a listed host", () => {
  it("is asked what the agent asks, without what is Sluice's own", async () => {
    seen.length = 0;
    const ours = "x-task-id: t\r\ntraceparent: 00-x\r\nproxy-authorization: Basic x\r\n";
    const its = "authorization: Bearer own\r\naccept-encoding: gzip\r\n";
    const answer = await toSite("/a/b?c=d%20e", ours + its);
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*\{"ok":true\}$/s);
    const [request] = seen;
    expect(request?.url).toBe("/a/b?c=d%20e");
    expect(request?.headers).toMatchObject({
      host: `tools.test:${site.port}`,
      authorization: "Bearer own",
      "accept-encoding": "identity",
    });
    for (const name of ["x-task-id", "traceparent", "proxy-authorization"])
      expect(request?.headers).not.toHaveProperty(name);
  });

  it("leaves a line with the host, the entry and whose it was", async () => {
    const line = await world.line(({ host }) => host === `tools.test:${site.port}`);
    expect(line).toMatchObject({
      event: "egress",
      status: "success",
      agent_id: "search",
      task_id: "unattributed",
      http_status: 200,
    });
    expect(line.route).toBe(`egress tools.test:${site.port}`);
    expect(line.duration_ms).toBeGreaterThan(0);
  });

  it("redirects: the agent hears of it, nobody follows", async () => {
    const answer = await toSite("/moved");
    expect(answer).toMatch(/^HTTP\/1\.1 302 /);
    expect(answer).toContain("location: http://169.254.169.254/latest/meta-data/");
    expect(world.resolved.every((name) => name.endsWith(".test"))).toBe(true);
  });
});

describe("guards read it like a tool", () => {
  it.each([
    ["the path", "/find/moon%73tone", "", ""],
    ["the query", "/find?what=m%6Fonstone", "", ""],
    ["JSON", "/find", "content-type: application/json\r\n", '{"what":["a moon\\u0073tone"]}'],
    ["a form", "/find", "content-type: application/x-www-form-urlencoded\r\n", "what=moonst%6fne&b=c"],
    ["text", "/find", "content-type: text/plain\r\n", "one moonstone"],
  ])("arguments in %s", async (_where, path, type, body) => {
    seen.length = 0;
    const length = body === "" ? "" : `content-length: ${body.length}\r\n`;
    const answer = await toSite(path, type + length, body);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*x-sluice-refusal: blocked_content/s);
    expect(seen).toEqual([]);
  });

  it("results", async () => {
    const answer = await toSite("/tells");
    expect(answer).toContain('{"said":"all of the [PLANTED_REDACTED]"}');
  });
});
