// Owns the proof that bodies nobody reads are bounded as well, and that a target that is down is stepped
// over.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const headers = { authorization: `Bearer ${apiKey}` };
const sizes = [
  { what: "fits", bytes: 1024, status: 200 },
  { what: "is too large", bytes: 1025, status: 413 },
];

describe("a body that streams through", () => {
  it.each(sizes)("that $what, by its length or in chunks: $status", async ({ bytes, status }) => {
    world = await startWorld({
      agentSpec: "  api: { request: { bodyMax: 1KiB } }",
      agent: { handle: (_request, response, body) => void response.end(String(body.length)) },
    });
    const whole = await fetch(`${world.agentUrl}/x`, { method: "POST", headers, body: "a".repeat(bytes) });
    const chunked = await fetch(`${world.agentUrl}/x`, {
      method: "POST",
      headers,
      body: new Blob(["a".repeat(bytes - 1), "a"]).stream(),
      duplex: "half",
    } as RequestInit);
    expect([whole.status, chunked.status]).toEqual([status, status]);
    if (status === 200) expect([await whole.text(), await chunked.text()]).toEqual(["1024", "1024"]);
    else expect(chunked.headers.get("x-sluice-refusal")).toBe("body_too_large");
  });
});

describe("a Model with two targets", () => {
  it("is answered by the second where the first is down, and the log says so", async () => {
    const down = createServer().listen(0, "127.0.0.1");
    await once(down, "listening");
    const { port } = down.address() as AddressInfo;
    await new Promise((resolve) => down.close(resolve));
    world = await startWorld({
      documents: `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: down }
spec: { api: openai, baseUrl: "http://127.0.0.1:${port}", models: { gone: {} } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: either }
spec: { targets: [ { provider: down, model: gone }, { provider: openai, model: gpt-4o } ] }
`,
      models: ["gpt-4o", "either"],
    });
    const response = await fetch(`${world.openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "either", messages: [{ role: "user", content: "hello" }] }),
    });
    expect(response.status).toBe(200);
    expect(world.mock.log[0]?.model).toBe("gpt-4o");
    const [fallback] = world.sidecarLog.filter(({ event }) => event === "llm.fallback");
    expect(fallback).toMatchObject({ from_model: "gone", reason: "upstream_unreachable" });
    expect(world.sidecarLog.at(-1)).toMatchObject({ event: "llm_call", attempts: 2, target: "openai" });
    expect(await world.status("sidecar", "/metrics")).toContain(
      'sluice_overhead_seconds_count{component="egress"} 1',
    );
  });
});

describe("a call that is never answered", () => {
  it("is charged its input: the provider may have worked on it", async () => {
    world = await startWorld({ script: { rules: [{ fault: "stall-before-head" }] } });
    const leaving = new AbortController();
    const asked = fetch(`${world.openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] }),
      signal: leaving.signal,
    });
    await eventually(() => world.mock.log.length === 1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => world.sidecarLog.find(({ error_type }) => error_type === "client_gone"));
    const total = world.sidecar.ledger.totals("agent").get("search");
    expect(total).toMatchObject({ calls: 1, estimatedCalls: 1, outputTokens: 0 });
    expect(total?.inputTokens).toBeGreaterThan(0);
  });

  it("is free where no provider was reached", async () => {
    world = await startWorld();
    await world.mock.close();
    const response = await fetch(`${world.openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] }),
    });
    expect(response.status).toBe(502);
    expect(world.sidecar.ledger.totals("agent").size).toBe(0);
  });
});
