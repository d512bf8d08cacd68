// Owns the proof that MCP servers that are programs are started, watched and ended, and that no word of
// theirs is lost or logged. Knows no filter.

import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../e2e/world.ts";
import { type McpFront, startFront } from "./front.ts";
import { ask, post } from "./odd-server.ts";

/** A program of a few lines: `said` has `message` and `write`. */
const program = (body: string) => {
  const code = `
    const write = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
    const answer = (message, result) => write({ jsonrpc: "2.0", id: message.id, result });
    let rest = "";
    process.stdin.on("data", (chunk) => {
      const lines = (rest + chunk).split("\\n");
      rest = lines.pop();
      for (const line of lines) take(JSON.parse(line));
    });
    process.stdin.on("end", () => process.exit(0));
    function take(message) {
      if (message.method === "initialize") {
        const serverInfo = { name: "p", version: "1" };
        answer(message, { protocolVersion: message.params.protocolVersion, capabilities: {}, serverInfo });
      } else if (message.method === "tools/list") {
        answer(message, { tools: [{ name: "act", inputSchema: { type: "object" } }] });
      } else if (message.method === "tools/call") { ${body} }
    }`;
  return `command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(code)}]`;
};
const quick = "timeouts: { firstByte: 2s }";
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

let front: McpFront;
const open = async (body: string, more = quick, environment: NodeJS.ProcessEnv = {}) => {
  front = await startFront(
    { servers: { program: `{ ${program(body)}, ${more} }` } },
    { environment: { PATH: process.env.PATH, ...environment } },
  );
  return front.urlOf("program");
};
const ended = () => front.log.filter(({ event }) => event === "mcp.process.ended");
const callAct = (url: string) => ask(url, "tools/call", { name: "act", arguments: {} });

describe("a program", () => {
  afterEach(() => front.close());

  it("answers, large numbers and all, and sees only the environment it is given", async () => {
    const body = "answer(message, { env: Object.keys(process.env).sort(), key: process.env.API_KEY });";
    const url = await open(body, `${quick}, environment: { API_KEY: { env: REAL_KEY } }`, {
      REAL_KEY: "k-1",
      AWS_SECRET_ACCESS_KEY: "not yours",
    });
    const said = await callAct(url);
    expect(said.body.result).toMatchObject({ key: "k-1" });
    expect(said.text).not.toContain("AWS_SECRET_ACCESS_KEY");
    expect(said.text).not.toContain("REAL_KEY");
  });

  it("is one for all clients without sessions, and one for each session", async () => {
    const url = await open("answer(message, { content: [], pid: process.pid });");
    const pidOf = (said: { text: string }) => /"pid":(\d+)/.exec(said.text)?.[1];
    const [first, second] = await Promise.all([callAct(url), callAct(url)]);
    expect(pidOf(first)).toBe(pidOf(second));
    const pids = await Promise.all(
      [1, 2].map(async () => {
        const greeted = await post(url, initialize);
        const headers = { "mcp-session-id": greeted.headers.get("mcp-session-id") ?? "" };
        const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "act" } };
        return pidOf(await post(url, call, headers));
      }),
    );
    expect(new Set([...pids, pidOf(first)]).size).toBe(3);
  });

  it("that ends is told, started again, and not again and again", async () => {
    const url = await open("process.stderr.write('a secret of mine\\n'); process.exit(3);");
    expect(await callAct(url)).toMatchObject({ status: 502, code: "upstream_unreachable" });
    const end = await eventually(() => ended()[0]);
    expect(end).toMatchObject({ server: "program", exit_code: 3, expected: false, stderr_lines: 1 });
    expect(JSON.stringify(front.log)).not.toContain("a secret of mine");
    const said = await callAct(url);
    expect(said).toMatchObject({ status: 502, code: "upstream_unreachable" });
    expect(said.headers.get("retry-after")).toBe("1");
    expect(ended()).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await callAct(url);
    await eventually(() => ended().length === 2);
  });

  it.each([
    ["a line of 10 MB", "process.stdout.write('{' + 'x'.repeat(10_000_000) + '\\n');", "upstream_too_large"],
    ["invalid JSON", "process.stdout.write('{nope\\n');", "upstream_malformed"],
    ["nothing", "", "upstream_timeout"],
  ])("that says %s is told by its code", async (_, body, code) => {
    const url = await open(body);
    expect((await callAct(url)).code).toBe(code);
  });

  it("may print what is no message", async () => {
    const url = await open("process.stdout.write('Starting up …\\n'); answer(message, { content: [] });");
    expect((await callAct(url)).body.result).toEqual({ content: [] });
  });

  it("that cannot be started is unreachable", async () => {
    front = await startFront({ servers: { program: "{ command: [/no/such/program] }" } });
    expect(await callAct(front.urlOf("program"))).toMatchObject({
      status: 502,
      code: "upstream_unreachable",
    });
  });

  it("hears of a client that hangs up, where to hang up is to cancel", async () => {
    const body = `
      globalThis.before = take;
      take = (next) =>
        next.method === "notifications/cancelled" ? process.exit(9) : globalThis.before(next);`;
    const url = await open(body);
    const controller = new AbortController();
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const asking = fetch(url, {
      method: "POST",
      signal: controller.signal,
      headers: {
        "content-type": "application/json",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "act",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "act", _meta } }),
    });
    setTimeout(() => controller.abort(), 500);
    await expect(asking).rejects.toThrow();
    expect(await eventually(() => ended()[0])).toMatchObject({ exit_code: 9 });
  });

  it("ends with the sidecar, though it does not want to", async () => {
    const url = await open(
      `process.on('SIGTERM', () => {});
      process.stdin.removeAllListeners('end');
      setInterval(() => {}, 1000);
      answer(message, { pid: process.pid });`,
    );
    const pid = Number(/"pid":(\d+)/.exec((await callAct(url)).text)?.[1]);
    expect(() => process.kill(pid, 0)).not.toThrow();
    await front.sidecar.close();
    expect(() => process.kill(pid, 0)).toThrow();
    expect(ended()[0]).toMatchObject({ signal: "SIGKILL", expected: true });
    front = await startFront({ servers: {} });
  });
});
