// Owns the proof that a client that hangs up costs what was streamed and leaves nothing behind.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Reads until the first bytes of a stream have come, then leaves. */
async function leaveMidStream(url: string): Promise<void> {
  const body = JSON.stringify({
    model: "gpt-4o",
    stream: true,
    messages: [{ role: "user", content: "hello" }],
  });
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  const outgoing = request(url, { method: "POST", headers });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  await once(response, "data");
  outgoing.destroy();
  response.on("error", () => {});
}

/** `npm run hang-up`: all of them, which takes minutes. */
const cycles = process.env.SLUICE_HANG_UP === "whole" ? 10_000 : 2_000;

const endless = { rules: [{ answer: { tokens: 2_000, betweenMs: 5 } }] };

describe("a client that hangs up in mid-stream", () => {
  it("stops the provider within a second and is charged for what was streamed", async () => {
    world = await startWorld({ script: endless });
    const leftAt = Date.now();
    await leaveMidStream(`${world.openaiUrl}/chat/completions`);
    const entry = await world.mock.waitFor(({ ended }) => ended === "client-gone");
    expect((entry.clientGoneAt ?? Number.POSITIVE_INFINITY) - leftAt).toBeLessThan(1_000);
    const line = await eventually(() => world?.sidecarLog.find(({ event }) => event === "llm_call"));
    expect(line.output_tokens).toBeGreaterThan(0);
    const [total] = world.sidecar.ledger.totals("agent").values();
    expect(total).toMatchObject({ calls: 1, estimatedCalls: 1 });
    expect(total?.outputTokens).toBeGreaterThan(0);
    expect(total?.inputTokens).toBeGreaterThan(0);
  });

  it("gives its concurrency slot back", async () => {
    world = await startWorld({
      agentSpec: "  limits: { parallel: { concurrency: 1 } }",
      agent: {
        handle: (_request, response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          const timer = setInterval(() => response.write("data: {}\n\n"), 5);
          response.on("close", () => clearInterval(timer));
        },
      },
    });
    for (let time = 0; time < 3; time++) {
      await leaveMidStream(`${world.agentUrl}/run`);
      const ended = time + 1;
      await eventually(
        () => world?.gatewayLog.filter(({ event }) => event === "agent_request").length === ended,
      );
    }
    expect(world.gatewayLog.filter(({ error_type }) => error_type === "concurrency_limited")).toHaveLength(0);
  });

  it(`leaves no socket, timer, lease or heap behind between cycle ${cycles / 10} and ${cycles}`, {
    timeout: 300_000,
  }, async () => {
    const script = fileURLToPath(new URL("hang-up-cycles.ts", import.meta.url));
    const words = ["--expose-gc", script, String(cycles)];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    const { early, late } = JSON.parse(output);
    expect(late.resources).toEqual(early.resources);
    expect(late.heapMiB - early.heapMiB).toBeLessThan(5);
  });
});
