// Owns what passes the sidecar beside OpenAI's chat: metered routes, usage asked for, Azure, Ollama.

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import OpenAI, { AzureOpenAI, PermissionDeniedError, toFile } from "openai";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../data-path.ts";
import { eventually, providerKey, startWorld, type World } from "./world.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const usage = { prompt_tokens: 11, completion_tokens: 2, total_tokens: 13 };
const text = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n';
const extra = `data: {"id":"c","choices":[],"usage":${JSON.stringify(usage)}}\n\n`;
const done = "data: [DONE]\n\n";

const seen: Seen[] = [];
let vendor: Upstream;
let world: World;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const { method, url = "", headers } = request;
  seen.push({ method, url, headers, body });
  const send = (type: string, said: string) => {
    response.writeHead(200, { "content-type": type }).end(said);
  };
  if (url.startsWith("/api/chat")) {
    send(
      "application/x-ndjson",
      '{"model":"m","message":{"content":"hi"}}\n{"done":true,"prompt_eval_count":3,"eval_count":1}\n',
    );
  } else if (url.includes("/chat/completions")) {
    const wantsUsage = JSON.parse(body).stream_options?.include_usage === true;
    send("text/event-stream", text + (wantsUsage ? extra : "") + done);
  } else if (url.includes("/audio/speech")) send("audio/mpeg", "\u0000sound");
  else send("application/json", '{"results": [ ]}');
}

beforeAll(async () => {
  vendor = await startUpstream((request, response) => void answer(request, response));
  const provider = (name: string, api: string, more = "") => `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: ${name} }
spec:
  api: ${api}
  baseUrl: ${vendor.origin}
  credential: { env: TEST_PROVIDER_KEY }
${more}`;
  const model = (name: string, of: string) => `---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: ${name} }
spec: { targets: [ { provider: ${of}, model: real-${name} } ] }
`;
  const price = (perCall: string) => `price: { perMillion: { input: 0, output: 0 }, perCall: ${perCall} }`;
  world = await startWorld({
    models: ["asked", "left", "azured", "local"],
    agentSpec: "  metered: [moderations, audio, files]",
    documents: [
      provider("vendor", "openai", `  models: { real-asked: { ${price("0.25")} } }\n`),
      provider("plain", "openai", "  streamUsage: leave\n  models: { real-left: {} }\n"),
      provider("azure", "azure-openai", "  models: { real-azured: {} }\n"),
      provider("ollama", "ollama", "  models: { real-local: {} }\n"),
      provider("claude", "anthropic", "  models: {}\n"),
      model("asked", "vendor") + model("left", "plain") + model("azured", "azure") + model("local", "ollama"),
    ].join(""),
  });
});
afterAll(async () => {
  await world.close();
  await vendor.close();
});
beforeEach(() => {
  seen.length = 0;
});

function post(path: string, body: unknown): Promise<Response> {
  const url = world.openaiUrl.replace("/openai/v1", path);
  if (body instanceof FormData) return fetch(url, { method: "POST", body });
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

const messages = [{ role: "user", content: "hello" }];

it("lets a listed family pass as it came, counts it as one call and says so on its line", async () => {
  const before = world.sidecar.ledger.totals("agent").get("search")?.calls ?? 0;
  const lines = world.sidecarLog.length;
  const moderated = await post("/vendor/v1/moderations", { input: "x" });
  expect(await moderated.text()).toBe('{"results": [ ]}');
  expect(seen[0]).toMatchObject({ url: "/v1/moderations", body: '{"input":"x"}' });
  expect(seen[0]?.headers.authorization).toBe(`Bearer ${providerKey}`);
  const line = await eventually(() =>
    world.sidecarLog.slice(lines).find(({ coverage }) => coverage !== undefined),
  );
  expect(line).toMatchObject({ coverage: "metered", route: "vendor/v1/moderations", status: "success" });
  expect(world.sidecar.ledger.totals("agent").get("search")?.calls).toBe(before + 1);
});

function soundForm(model: string | undefined): FormData {
  const form = new FormData();
  if (model !== undefined) form.set("model", model);
  form.set("file", new Blob([Buffer.alloc(300_000, "s")]), "sound.mp3");
  return form;
}

it("checks and renames a model that a form names, and leaves the rest of it as it came", async () => {
  const denied = await post("/vendor/v1/audio/transcriptions", soundForm("whisper-1"));
  expect([denied.status, denied.headers.get("x-sluice-refusal")]).toEqual([403, "model_denied"]);
  expect(seen).toHaveLength(0);
  expect((await post("/vendor/v1/audio/transcriptions", soundForm("asked"))).status).toBe(200);
  const [heard] = seen;
  const sent = await new Response(heard?.body, {
    headers: { "content-type": String(heard?.headers["content-type"]) },
  }).formData();
  expect(sent.get("model")).toBe("real-asked");
  expect((sent.get("file") as File).size).toBe(300_000);
  expect((await post("/vendor/v1/files", soundForm(undefined))).status).toBe(200);
});

it("checks the deployment in Azure's path where the body is a form", async () => {
  const ask = (deployment: string, model?: string) =>
    post(`/azure/openai/deployments/${deployment}/audio/transcriptions`, soundForm(model));
  expect((await ask("forbidden")).headers.get("x-sluice-refusal")).toBe("model_denied");
  expect((await ask("forbidden", "azured")).headers.get("x-sluice-refusal")).toBe("model_denied");
  expect(seen).toHaveLength(0);
  expect((await ask("azured", "forbidden")).status).toBe(200);
  expect(seen[0]?.url).toBe("/openai/deployments/real-azured/audio/transcriptions");
  expect(seen[0]?.body).toContain("real-azured");
  expect(seen[0]?.body).not.toContain("forbidden");
});

it("takes the forms of the SDKs", async () => {
  const base = world.openaiUrl.replace("/openai/v1", "");
  const settings = { apiKey: "none", maxRetries: 0 };
  const openai = new OpenAI({ baseURL: `${base}/vendor/v1`, ...settings });
  const azure = new AzureOpenAI({ endpoint: `${base}/azure`, apiVersion: "2024-10-21", ...settings });
  const file = await toFile(Buffer.from("sound"), 'a "b" é.mp3', { type: "audio/mpeg" });
  await openai.audio.transcriptions.create({ model: "asked", file, timestamp_granularities: ["word"] });
  await azure.audio.transcriptions.create({ model: "azured", file });
  expect(seen.map(({ url }) => url)).toEqual([
    "/v1/audio/transcriptions",
    "/openai/deployments/real-azured/audio/transcriptions?api-version=2024-10-21",
  ]);
  expect(seen[0]?.body).toMatch(/name="model"\r\n\r\nreal-asked\r\n/);
  const denied = openai.audio.translations.create({ model: "forbidden", file });
  await expect(denied).rejects.toBeInstanceOf(PermissionDeniedError);
});

it("checks and renames a model that a metered body names, at its price by the call", async () => {
  const denied = await post("/vendor/v1/audio/speech", { model: "forbidden", input: "x" });
  expect([denied.status, denied.headers.get("x-sluice-refusal")]).toEqual([403, "model_denied"]);
  expect(seen).toHaveLength(0);
  const before = world.sidecar.ledger.totals("model").get("asked")?.costNanoUsd ?? 0;
  const spoken = await post("/vendor/v1/audio/speech", { model: "asked", input: "x" });
  expect(spoken.headers.get("content-type")).toBe("audio/mpeg");
  expect(await spoken.text()).toBe("\u0000sound");
  expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ model: "real-asked", input: "x" });
  const cost = () => (world.sidecar.ledger.totals("model").get("asked")?.costNanoUsd ?? 0) - before;
  expect(await eventually(cost)).toBe(250_000_000);
});

it.each(["/vendor/v1/images/generations", "/vendor/v1/rerank"])(
  "refuses %s, which is not listed",
  async (path) => {
    const refused = await post(path, { model: "asked", prompt: "x" });
    expect([refused.status, refused.headers.get("x-sluice-refusal")]).toEqual([403, "route_refused"]);
    expect(await refused.text()).toMatch(/list `(images|rerank)` under this agent's `metered`/);
    expect(seen).toHaveLength(0);
    expect(await world.status("sidecar", "/metrics")).toContain(
      `sluice_uncovered_total{route="${path.slice(1)}"} 1`,
    );
  },
);

it("refuses what is read by nobody and metered by nobody", async () => {
  for (const path of [
    "/vendor/v2/chat",
    "/vendor/v1/batches",
    "/vendor/v1/realtime/client_secrets",
    "/ollama/api/pull",
  ]) {
    const refused = await post(path, { model: "asked" });
    expect([path, refused.headers.get("x-sluice-refusal")]).toEqual([path, "route_refused"]);
  }
  expect(seen).toHaveLength(0);
});

it("asks for a stream's usage on the client's behalf, and keeps what comes of it to itself", async () => {
  const before = world.sidecar.ledger.totals("model").get("asked")?.inputTokens ?? 0;
  const streamed = await post("/vendor/v1/chat/completions", { model: "asked", messages, stream: true });
  expect(await streamed.text()).toBe(text + done);
  expect(JSON.parse(seen[0]?.body ?? "").stream_options).toEqual({ include_usage: true });
  const counted = () => (world.sidecar.ledger.totals("model").get("asked")?.inputTokens ?? 0) - before;
  expect(await eventually(counted)).toBe(11);
});

it("hides nothing from a client that asks itself, and asks for nothing where it may not", async () => {
  const asking = { model: "left", messages, stream: true, stream_options: { include_usage: true } };
  expect(await (await post("/plain/v1/chat/completions", asking)).text()).toBe(text + extra + done);
  expect(await (await post("/vendor/v1/chat/completions", { ...asking, model: "asked" })).text()).toBe(
    text + extra + done,
  );
  const streamed = await post("/plain/v1/chat/completions", { model: "left", messages, stream: true });
  expect(await streamed.text()).toBe(text + done);
  expect(seen[2]?.body).not.toContain("stream_options");
});

it("asks of another vendor's client's stream as its provider may be asked", async () => {
  for (const [model, options] of [
    ["asked", { include_usage: true }],
    ["left", undefined],
  ] as const) {
    const asking = { model, messages, stream: true, max_tokens: 9 };
    const streamed = await post("/claude/v1/messages", asking);
    expect([streamed.status, await streamed.text()]).toEqual([200, expect.stringContaining("message_stop")]);
    expect(JSON.parse(seen.at(-1)?.body ?? "").stream_options).toEqual(options);
  }
});

it("finds Azure's model in the path, and writes it there or where another API has it", async () => {
  const query = "?api-version=2024-10-21";
  const ask = (model: string) =>
    post(`/azure/openai/deployments/${model}/chat/completions${query}`, { messages, stream: true });
  expect(await (await ask("azured")).text()).toBe(text + done);
  expect(seen[0]?.url).toBe(`/openai/deployments/real-azured/chat/completions${query}`);
  expect(seen[0]?.headers["api-key"]).toBe(providerKey);
  expect(seen[0]?.headers.authorization).toBeUndefined();
  expect((await ask("asked")).status).toBe(200);
  expect(seen[1]?.url).toBe("/v1/chat/completions");
  expect(JSON.parse(seen[1]?.body ?? "")).toMatchObject({ model: "real-asked" });
  expect((await ask("forbidden")).headers.get("x-sluice-refusal")).toBe("model_denied");
  expect((await post("/vendor/v1/chat/completions", { model: "azured", messages })).status).toBe(200);
  expect(seen[2]?.url).toBe("/openai/v1/chat/completions");
});

it("is Azure to the SDK that speaks to Azure", async () => {
  const endpoint = world.openaiUrl.replace("/openai/v1", "/azure");
  const client = new AzureOpenAI({ endpoint, apiKey: "none", apiVersion: "2024-10-21", maxRetries: 0 });
  const asked = { model: "azured", messages: [{ role: "user" as const, content: "hi" }] };
  const said: string[] = [];
  for await (const { choices } of await client.chat.completions.create({ ...asked, stream: true })) {
    said.push(choices[0]?.delta.content ?? "");
  }
  expect(said.join("")).toBe("hi");
  expect(seen[0]?.url).toBe("/openai/deployments/real-azured/chat/completions?api-version=2024-10-21");
  expect(seen[0]?.headers["api-key"]).toBe(providerKey);
  expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({ model: "real-azured" });
  const denied = client.chat.completions.create({ ...asked, model: "forbidden" });
  await expect(denied).rejects.toBeInstanceOf(PermissionDeniedError);
});

it("reads Ollama's lines, and shows it the agent's models", async () => {
  const before = world.sidecar.ledger.totals("model").get("local")?.inputTokens ?? 0;
  const chatted = await post("/ollama/api/chat", { model: "local", messages });
  expect((await chatted.text()).split("\n")).toHaveLength(3);
  expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ model: "real-local", messages });
  const counted = () => (world.sidecar.ledger.totals("model").get("local")?.inputTokens ?? 0) - before;
  expect(await eventually(counted)).toBe(3);
  const tags = await fetch(world.openaiUrl.replace("/openai/v1", "/ollama/api/tags"));
  expect(await tags.json()).toMatchObject({ models: [{ name: "asked" }, {}, {}, { model: "local" }] });
  expect((await post("/ollama/v1/chat/completions", { model: "local", messages })).status).toBe(200);
  expect(seen[1]?.url).toBe("/v1/chat/completions");
});

it("refuses an upgrade on a metered route", async () => {
  const { hostname, port } = new URL(world.openaiUrl);
  const { request } = await import("node:http");
  const headers = { connection: "upgrade", upgrade: "websocket" };
  const asked = request({ hostname, port, path: "/vendor/v1/moderations", method: "POST", headers }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  expect(response.statusCode).toBeGreaterThanOrEqual(400);
  response.resume();
  expect(seen).toHaveLength(0);
});
