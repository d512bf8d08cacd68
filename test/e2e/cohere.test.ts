// Owns what passes the sidecar to Cohere: its own chat, unread but for what it bills, and its
// OpenAI-compatible one.

import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../data-path.ts";
import { eventually, startWorld, type World } from "./world.ts";

const golden = new URL("../golden/cohere-chat/stream-v2.json", import.meta.url);
const { body: streamed }: { readonly body: string } = JSON.parse(readFileSync(golden, "utf8"));
const compatible = { id: "c", choices: [{ index: 0, message: { content: "hi" }, finish_reason: "stop" }] };

const urls: string[] = [];
let vendor: Upstream;
let world: World;

beforeAll(async () => {
  vendor = await startUpstream(({ url = "" }, response) => {
    urls.push(url);
    const isOwn = url.startsWith("/v2/");
    response.writeHead(200, { "content-type": isOwn ? "text/event-stream" : "application/json" });
    response.end(isOwn ? streamed : JSON.stringify(compatible));
  });
  world = await startWorld({
    models: ["command"],
    agentSpec: "  metered: [chat]",
    documents: `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: cohere }
spec:
  api: cohere
  baseUrl: ${vendor.origin}
  credential: { env: TEST_PROVIDER_KEY }
  models: { real-command: { price: { perMillion: { input: 100, output: 1000 } } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: command }
spec: { targets: [ { provider: cohere, model: real-command } ] }
`,
  });
});
afterAll(async () => {
  await world.close();
  await vendor.close();
});

it("passes its own chat as it came, and charges the tokens it bills", async () => {
  const from = world.sidecarLog.length;
  const answer = await fetch(world.openaiUrl.replace("/openai/v1", "/cohere/v2/chat"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "command", stream: true, messages: [] }),
  });
  expect(await answer.text()).toBe(streamed);
  const line = await eventually(() => world.sidecarLog.slice(from).find(({ coverage }) => coverage));
  expect(line).toMatchObject({ coverage: "metered", status: "success", input_tokens: 68, output_tokens: 8 });
  expect(line.cost_usd).toBe((68 * 100 + 8 * 1000) / 1e6);
});

it("is asked in OpenAI's format by an agent that speaks it", async () => {
  const baseURL = world.openaiUrl.replace("/openai/", "/cohere/compatibility/");
  const said = await new OpenAI({ apiKey: "none", baseURL }).chat.completions.create({
    model: "command",
    messages: [],
  });
  expect(said.choices[0]?.message.content).toBe("hi");
  expect(urls.at(-1)).toBe("/compatibility/v1/chat/completions");
});
