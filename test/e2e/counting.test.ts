// Owns what the sidecar writes down of streams whose provider does not say their usage. Knows no tokenizer.

import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../data-path.ts";
import { eventually, startWorld, type World } from "./world.ts";

const words = ["The", " quick", " brown", " fox", " jumps", " over", " the", " lazy", " dog", "."];
function chunk(content: string, reason: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: reason }];
  return `data: ${JSON.stringify({ id: "c", choices })}\n\n`;
}

let vendor: Upstream;
let world: World;

/** Says ten words and no usage; asked for `stay`, it never ends. */
async function answer(
  ...[request, response]: Parameters<Parameters<typeof startUpstream>[0]>
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const bytes of request) chunks.push(bytes as Buffer);
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(words.map((word) => chunk(word)).join(""));
  if (!Buffer.concat(chunks).includes("stay")) response.end(`${chunk("", "stop")}data: [DONE]\n\n`);
}

beforeAll(async () => {
  vendor = await startUpstream((request, response) => void answer(request, response));
  world = await startWorld({
    models: ["priced", "assumed", "unknown"],
    documents: [
      provider("priced", "  models: { gpt-priced: { price: { perMillion: { input: 1, output: 10 } } } }"),
      provider(
        "assumed",
        "  unknownPrice: { perMillion: { input: 2, output: 20 } }\n  models: { gpt-assumed: {} }",
      ),
      provider("unknown", "  models: { gpt-unknown: {} }"),
    ].join(""),
  });
});
afterAll(async () => {
  await world.close();
  await vendor.close();
});

function provider(name: string, more: string): string {
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: ${name} }
spec:
  api: openai
  baseUrl: ${vendor.origin}
${more}
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: ${name} }
spec: { targets: [ { provider: ${name}, model: gpt-${name} } ] }
`;
}

function ask(model: string, content: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${world.openaiUrl.replace("/openai/", `/${model}/`)}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true, messages: [{ role: "user", content }] }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const totalOf = (model: string) => eventually(() => world.sidecar.ledger.totals("model").get(model));

it("an answer that ends well is counted to the token, and marked as counted", async () => {
  expect(await (await ask("priced", "Say something.")).text()).toContain("[DONE]");
  expect(await totalOf("priced")).toEqual({
    calls: 1,
    inputTokens: 3 + 4,
    cachedInputTokens: 0,
    outputTokens: 10,
    costNanoUsd: 7 * 1_000 + 10 * 10_000,
    unpricedCalls: 0,
    estimatedCalls: 1,
  });
  const line = world.sidecarLog.find(({ model }) => model === "priced");
  expect(line).toMatchObject({ input_tokens: 7, output_tokens: 10, cost_usd: 0.000107 });
});

it("a client that hangs up pays for what was streamed to it, at the price that is assumed", async () => {
  const hangUp = new AbortController();
  const { body } = await ask("assumed", "Say something and stay.", hangUp.signal);
  await body?.getReader().read();
  hangUp.abort();
  expect(await totalOf("assumed")).toEqual({
    calls: 1,
    inputTokens: 5 + 4,
    cachedInputTokens: 0,
    outputTokens: 10,
    costNanoUsd: 9 * 2_000 + 10 * 20_000,
    unpricedCalls: 1,
    estimatedCalls: 1,
  });
});

it("what a model without a price costs is not known, and the ledger says so", async () => {
  await (await ask("unknown", "Say something.")).text();
  expect(await totalOf("unknown")).toMatchObject({ calls: 1, costNanoUsd: 0, unpricedCalls: 1 });
});
