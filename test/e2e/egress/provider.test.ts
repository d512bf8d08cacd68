// Owns the proof that an SDK with no base URL of ours meets what `/{provider}` has: lists, guards, meters,
// the operator's credential. Reaches loopback only.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MockProvider, startMockProvider } from "../../../mock/provider.ts";
import { guardText } from "../guarded.ts";
import { providerKey } from "../world.ts";
import {
  answerTo,
  canListenOn443,
  type EgressWorld,
  startEgressWorld,
  type TestHost,
  tlsInFrontOf,
} from "./world.ts";

const isPossible = await canListenOn443();
const root = fileURLToPath(new URL("../../..", import.meta.url));

let mock: MockProvider;
let secure: TestHost | undefined;
let world: EgressWorld;

const provider = (name: string, baseUrl: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: ${name} }
spec:
  api: openai
  baseUrl: ${baseUrl}
  credential: { env: TEST_PROVIDER_KEY }
  models:
    gpt-4o: { price: { perMillion: { input: 2.50, output: 10.00 } } }
`;

beforeAll(async () => {
  mock = await startMockProvider({});
  const port = Number(new URL(mock.url).port);
  if (isPossible) secure = await tlsInFrontOf({ port }, { host: "api.openai.com", address: "127.0.93.4" });
  world = await startEgressWorld({
    egress: `    "api.openai.com:443": { inspect: true }
    "llm.test:${port}": { private: true }
    "*.clouds.test:443": {}`,
    agentSpec: `  models: [ gpt-4o ]
  guards:
    asked: { guard: asked, on: [ llm.request ] }`,
    documents: `${provider("openai", "https://api.openai.com")}
${provider("near", `http://llm.test:${port}/base`)}
${provider("far", "https://llm.clouds.test")}
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: gpt-4o }
spec: { targets: [ { provider: openai, model: gpt-4o } ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: forbidden }
spec: { targets: [ { provider: openai, model: gpt-4o } ] }
${guardText({ name: "asked", word: "moonstone", action: "block" })}`,
    names: { "api.openai.com": "127.0.93.4", "llm.test": "127.0.0.1", "llm.clouds.test": "127.0.0.1" },
  });
});

afterAll(async () => {
  await world.close();
  await secure?.close();
  await mock.close();
});

const program = `
import OpenAI from "openai";
const [model, content, stream] = process.argv.slice(1);
const client = new OpenAI({ apiKey: "sk-the-agents-own", maxRetries: 0 });
try {
  const messages = [{ role: "user", content }];
  if (stream === "stream") {
    let text = "";
    for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
    }
    console.log(JSON.stringify({ text }));
  } else {
    const answer = await client.chat.completions.create({ model, messages });
    console.log(JSON.stringify({ text: answer.choices[0].message.content, usage: answer.usage }));
  }
} catch (error) {
  console.log(JSON.stringify({ status: error.status, code: error.code, message: error.message }));
}`;

interface Said {
  readonly text?: string;
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly status?: number;
  readonly code?: string;
}

/** The SDK in a process of its own, which knows the proxy and its CA by its environment alone. */
function askSdk(model: string, content: string, more: readonly string[], baseUrl?: string): Promise<Said> {
  const proxied = {
    HTTPS_PROXY: world.proxyUrl,
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: world.bundleFile,
  };
  const environment = {
    PATH: process.env.PATH,
    ...(baseUrl === undefined ? proxied : { OPENAI_BASE_URL: baseUrl }),
  };
  return new Promise((resolve) => {
    const args = ["--input-type=module", "--eval", program, model, content, ...more];
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    let error = "";
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk;
    });
    child.on("close", () => resolve(said === "" ? { code: error } : JSON.parse(said)));
  });
}

describe.skipIf(!isPossible)("the openai SDK with no base URL (needs leave to listen on 443)", () => {
  const calls = () => world.log.filter(({ route }) => route === "openai/v1/chat/completions");

  it.each([[[]], [["stream"]]])("is metered as if it had come by /openai %s", async (more) => {
    const before = calls().length;
    const proxied = await askSdk("gpt-4o", "what is a sluice", more);
    const direct = await askSdk("gpt-4o", "what is a sluice", more, `${world.proxyUrl}/openai/v1`);
    expect(proxied.text).toBe(direct.text);
    expect(proxied.text?.length).toBeGreaterThan(0);
    expect(proxied.usage).toEqual(direct.usage);
    const [first, second] = calls().slice(before);
    for (const line of [first, second])
      expect(line).toMatchObject({ event: "llm_call", status: "success", model: "gpt-4o" });
    for (const field of ["input_tokens", "output_tokens", "cost_usd", "target", "agent_id", "task_id"]) {
      expect(first?.[field], field).toBe(second?.[field]);
    }
    expect(first?.cost_usd).toBeGreaterThan(0);
  });

  it("with the operator's key, and never the agent's", () => {
    const seen = JSON.stringify(mock.log);
    expect(seen).not.toContain("sk-the-agents-own");
    expect(providerKey.length).toBeGreaterThan(0);
  });

  it("is guarded and listed as if it had come by /openai", async () => {
    expect(await askSdk("gpt-4o", "the moonstone", [])).toMatchObject({
      status: 400,
      code: "blocked_content",
    });
    expect(await askSdk("forbidden", "hello", [])).toMatchObject({ status: 403, code: "model_denied" });
  });

  it("the tunnel has a line of its own", async () => {
    expect(await world.line(({ route }) => route === "connect api.openai.com:443")).toMatchObject({
      event: "egress",
      host: "api.openai.com:443",
    });
  });
});

describe("a provider's host", () => {
  const port = (): number => Number(new URL(mock.url).port);
  const post = (path: string, model: string): Promise<string> => {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] });
    const authority = `llm.test:${port()}`;
    const head = `POST http://${authority}${path} HTTP/1.1\r\nHost: ${authority}\r\nconnection: close\r\n`;
    const type = `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
    return answerTo(world.port, `${head}${type}\r\n${body}`);
  };

  it("in the clear is that provider's, with its lists and its routes alone", async () => {
    expect(await post("/base/v1/chat/completions", "forbidden")).toMatch(/^HTTP\/1\.1 403 .*model_denied/s);
    expect(await post("/base/v1/fine_tuning/jobs", "gpt-4o")).toMatch(
      /^HTTP\/1\.1 40[34] .*x-sluice-refusal: route_/s,
    );
    expect(await post("/v1/chat/completions", "gpt-4o")).toMatch(/^HTTP\/1\.1 404 .*route_unknown/s);
  });

  it("never passes unread, not even where a wildcard has it", async () => {
    const text = "CONNECT llm.clouds.test:443 HTTP/1.1\r\nHost: llm.clouds.test:443\r\n\r\n";
    expect(await answerTo(world.port, text)).toMatch(/^HTTP\/1\.1 403 .*x-sluice-refusal: egress_denied/s);
  });
});
