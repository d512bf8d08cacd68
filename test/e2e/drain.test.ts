// Owns the end of a program: what is in flight finishes, new work goes elsewhere, nothing looks complete that
// is not.

import { afterEach, describe, expect, it } from "vitest";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const stream = { model: "gpt-4o", stream: true, messages: [{ role: "user", content: "hello" }] };

function chat(url: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${url}/chat/completions`, { method: "POST", headers, body: JSON.stringify(stream) });
}

describe("drain", () => {
  it("is not ready at once, still takes requests in the delay, and lets what runs finish", async () => {
    world = await startWorld({ agent: { calls: 2 }, program: { drainDelayMs: 300 } });
    const { agentUrl, gateway, status } = world;
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const ask = () => fetch(`${agentUrl}/run`, { method: "POST", headers, body: '{"prompt":"hello"}' });
    const running = ask();
    const drained = gateway.drain();
    expect(await status("gateway", "/ready")).toContain("draining");
    expect((await ask()).status).toBe(200);
    expect((await running).status).toBe(200);
    await drained;
    await expect(ask()).rejects.toThrow();
  });

  it("ends what outlasts the grace with the dialect's error event, settled", async () => {
    world = await startWorld({
      script: { rules: [{ answer: { tokens: 10_000, betweenMs: 10 } }] },
      program: { graceMs: 200 },
    });
    const { openaiUrl, sidecar, sidecarLog, agent, mock } = world;
    const response = await chat(openaiUrl);
    await agent.close();
    await sidecar.drain();
    const text = await response.text();
    expect(text).not.toContain("[DONE]");
    expect(text.trimEnd().split("\n\n").at(-1)).toMatch(/^data: \{"error":\{.*"code":"draining"/);
    const line = await eventually(() => sidecarLog.find(({ error_type }) => error_type === "draining"));
    expect(line.output_tokens).toBeGreaterThan(0);
    await mock.waitFor(({ ended }) => ended === "client-gone");
  });
});
