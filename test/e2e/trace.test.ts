// Owns the proof that one trace runs from the gateway to the LLM call, and that no secret leaves through
// telemetry.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startOtlpSink } from "../otlp-sink.ts";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

const canary = "CANARY-7f3a9c51";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("one trace", () => {
  it("has one id over gateway, agent, sidecar and LLM call, each span below the one before", async () => {
    const sink = await startOtlpSink();
    world = await startWorld({
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
      agent: { forwards: ["traceparent"] },
    });
    const stranger = `00-${"c".repeat(32)}-${"d".repeat(16)}-01`;
    await (await post(`${world.agentUrl}/run`, { prompt: "hello" }, { traceparent: stranger })).text();
    const { agent, mock } = world;
    await world.close();
    world = undefined;
    const spans = await sink.waitFor(3);
    await sink.close();
    const [edge] = spans.filter((span) => span.service === "sluice-gateway");
    const [inbound] = spans.filter((span) => span.service === "sluice-sidecar" && span.name === "agent.run");
    const [llm] = spans.filter((span) => span.name === "agent.llm_call");
    expect(spans).toHaveLength(3);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    // The caller is not trusted with a trace: it does not go on.
    expect(edge?.traceId).not.toBe("c".repeat(32));
    expect(edge?.parentSpanId).toBe("");
    expect(inbound?.parentSpanId).toBe(edge?.spanId);
    expect(llm?.parentSpanId).toBe(inbound?.spanId);
    expect(agent.seen[0]?.traceparent).toBe(`00-${edge?.traceId}-${inbound?.spanId}-01`);
    expect(mock.log[0]?.headers).not.toHaveProperty("traceparent");
    expect(llm?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.output_tokens": mock.log[0]?.completionTokens,
      "agent.id": "search",
    });
  });
});

describe("the canary", () => {
  it("is in no log, span, metric or error body, wherever it was put", async () => {
    const sink = await startOtlpSink();
    world = await startWorld({
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, TEST_PROVIDER_KEY: `sk-${canary}` },
      agentSpec:
        "  api: { request: { schema: { properties: { prompt: { type: string }, n: { type: integer } } } } }",
      agent: { forwards: ["traceparent"] },
    });
    const answers = await sendCanaries(world);
    const { gatewayLog, sidecarLog } = world;
    const metrics = (await world.status("gateway", "/metrics")) + (await world.status("sidecar", "/metrics"));
    const views =
      (await world.status("gateway", "/policy")) + (await world.status("sidecar", "/ready?verbose"));
    await world.close();
    world = undefined;
    await sink.waitFor(answers.length);
    const spans = sink.received().toString("latin1");
    await sink.close();
    expect(gatewayLog.length).toBeGreaterThan(3);
    expect(sidecarLog.length).toBeGreaterThan(3);
    expect(JSON.stringify(gatewayLog)).not.toContain(canary);
    expect(JSON.stringify(sidecarLog)).not.toContain(canary);
    expect(metrics + views).not.toContain(canary);
    expect(spans).not.toContain(canary);
    for (const { status, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain(canary);
    }
  });
});

const canaryHeaders = {
  "x-custom": canary,
  "user-agent": canary,
  "x-request-id": canary,
  "x-task-id": canary,
  "x-session-id": canary,
  "x-user-id": canary,
  baggage: `key=${canary}`,
  cookie: canary,
};

/** Every way in, each refused or failing at another place. */
async function sendCanaries(world: World): Promise<readonly { status: number; body: string }[]> {
  const { agentUrl, gatewayUrl, openaiUrl, mock } = world;
  mock.setScript({
    rules: [{ fault: { kind: "status", status: 500, body: `{"error":{"message":"${canary}"}}` } }],
  });
  const bad = { authorization: `Bearer ${canary}`, ...canaryHeaders };
  const chat = `${openaiUrl}/chat/completions`;
  const messages = [{ role: "user", content: canary }];
  const asked = [
    post(`${agentUrl}/run?q=${canary}`, { prompt: canary }, canaryHeaders),
    post(`${agentUrl}/run?q=${canary}`, { prompt: canary }, bad),
    post(`${agentUrl}/run`, { prompt: 1, n: canary, [canary]: canary }, canaryHeaders),
    post(`${gatewayUrl}/agents/${canary}/x?q=${canary}`, { prompt: canary }, canaryHeaders),
    post(`${gatewayUrl}/${canary}`, { prompt: canary }, { [canary]: canary }),
    post(chat, { model: canary, messages }, canaryHeaders),
    post(chat, { model: "gpt-4o", messages: canary }, canaryHeaders),
    post(`${openaiUrl}/${canary}?q=${canary}`, {}, canaryHeaders),
    post(`${openaiUrl}/embeddings`, { model: canary, input: canary }, canaryHeaders),
    rawRequest(chat, `POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\n${canary}\r\n\r\n`),
  ];
  const responses = await Promise.all(asked);
  return Promise.all(
    responses.map(async (response) => ({ status: response.status, body: await textOf(response) })),
  );
}

async function textOf(response: Response): Promise<string> {
  return JSON.stringify([...response.headers]) + (await response.text());
}

/** Bytes no client library would send. */
async function rawRequest(url: string, bytes: string): Promise<Response> {
  const { connect } = await import("node:net");
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(bytes);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  await once(socket, "close");
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 400);
  return new Response(answer, { status });
}

describe("the canary's own control", () => {
  it("would be found in an error body that repeats it", async () => {
    const server = createServer((_request, response) => response.writeHead(500).end(`it broke on ${canary}`));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await textOf(response)).toContain(canary);
    server.close();
  });

  it("waits for what it looks for", async () => {
    expect(await eventually(() => "there")).toBe("there");
  });
});
