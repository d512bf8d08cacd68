// Owns the proof that the official AWS SDK takes the mock provider for Amazon Bedrock.

import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ThrottlingException,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { call } from "./raw-client.ts";

let mock: MockProvider;
let client: BedrockRuntimeClient;
const asked = {
  modelId: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  messages: [{ role: "user" as const, content: [{ text: "How is the weather?" }] }],
};

beforeAll(async () => {
  mock = await startMockProvider();
  client = new BedrockRuntimeClient({
    endpoint: mock.url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not-a-secret" },
    maxAttempts: 1,
    // By default it speaks HTTP/2, in clear text too.
    requestHandler: new NodeHttpHandler(),
  });
});

afterAll(async () => {
  client.destroy();
  await mock.close();
});

beforeEach(() => {
  mock.setScript({});
  mock.reset();
});

const twoCalls = {
  reasoning: "I need both towns.",
  text: "Let me look.",
  toolCalls: [
    { name: "get_weather", arguments: { city: "Paris" } },
    { name: "get_weather", arguments: { city: "Rome" } },
  ],
};

test("converse says thought, text and calls, and tells its usage without what was cached", async () => {
  const usage = { promptTokens: 1_000, cachedTokens: 600, cacheWriteTokens: 100 };
  mock.setScript({ rules: [{ answer: { ...twoCalls, usage } }] });
  const answer = await client.send(new ConverseCommand(asked));
  expect(answer.output?.message?.content).toMatchObject([
    { reasoningContent: { reasoningText: { text: "I need both towns." } } },
    { text: "Let me look." },
    { toolUse: { name: "get_weather", input: { city: "Paris" } } },
    { toolUse: { name: "get_weather", input: { city: "Rome" } } },
  ]);
  expect(answer).toMatchObject({
    stopReason: "tool_use",
    usage: { inputTokens: 300, cacheReadInputTokens: 600, outputTokens: mock.log[0]?.completionTokens },
  });
  expect(mock.log[0]).toMatchObject({ dialect: "bedrock-converse", model: asked.modelId });
});

test("converse-stream says the same in events whose checksums hold", async () => {
  mock.setScript({ rules: [{ answer: twoCalls }] });
  const { stream } = await client.send(new ConverseStreamCommand(asked));
  const inputs: string[] = [];
  let text = "";
  let told: number | undefined;
  for await (const event of stream ?? []) {
    const { contentBlockIndex = 0, delta } = event.contentBlockDelta ?? {};
    text += delta?.text ?? "";
    if (delta?.toolUse?.input) {
      inputs[contentBlockIndex] = (inputs[contentBlockIndex] ?? "") + delta.toolUse.input;
    }
    told = event.metadata?.usage?.outputTokens ?? told;
  }
  expect(text).toBe("Let me look.");
  expect(inputs.flatMap((input) => [JSON.parse(input)])).toEqual([{ city: "Paris" }, { city: "Rome" }]);
  expect(told).toBe(mock.log[0]?.completionTokens);
});

const decoder = new TextDecoder();

test.each([
  [
    asked.modelId,
    { anthropic_version: "bedrock-2023-05-31", max_tokens: 50, messages: [{ role: "user", content: "hi" }] },
  ],
  ["amazon.nova-micro-v1:0", { messages: asked.messages }],
])("invoke takes the own body of %s, whole and streamed", async (modelId, body) => {
  mock.setScript({ rules: [{ answer: { text: "Sunny and warm." } }] });
  const sent = { modelId, body: JSON.stringify(body), contentType: "application/json" };
  const whole = await client.send(new InvokeModelCommand(sent));
  expect(decoder.decode(whole.body)).toContain('"text":"Sunny and warm."');
  const { body: stream } = await client.send(new InvokeModelWithResponseStreamCommand(sent));
  let text = "";
  for await (const event of stream ?? []) {
    const said = JSON.parse(decoder.decode(event.chunk?.bytes));
    text += said.delta?.text ?? said.contentBlockDelta?.delta.text ?? "";
  }
  expect(text).toBe("Sunny and warm.");
  expect(mock.log.map((entry) => entry.completionTokens)).toEqual([3, 3]);
});

test("tokens are counted as they will be priced", async () => {
  const { modelId, messages } = asked;
  const counted = await client.send(new CountTokensCommand({ modelId, input: { converse: { messages } } }));
  await client.send(new ConverseCommand(asked));
  expect(mock.log[1]?.promptTokens).toBe(counted.inputTokens);
});

test("errors raise the SDK's own classes, before the head and in the stream", async () => {
  mock.setScript({ rules: [{ fault: 429 }] });
  await expect(client.send(new ConverseCommand(asked))).rejects.toBeInstanceOf(ThrottlingException);
  mock.setScript({ models: ["amazon.nova-lite-v1:0"] });
  await expect(client.send(new ConverseCommand(asked))).rejects.toBeInstanceOf(ValidationException);
  mock.setScript({ rules: [{ fault: { kind: "error-in-stream", afterFrames: 2 } }] });
  const { stream } = await client.send(new ConverseStreamCommand(asked));
  const drain = async () => {
    for await (const _event of stream ?? []) {
      // Read to its end.
    }
  };
  await expect(drain()).rejects.toBeInstanceOf(ThrottlingException);
});

test("nobody is heard who has not signed", async () => {
  const path = `/model/${asked.modelId}/converse`;
  const body = { messages: asked.messages };
  expect(await call(mock, { path, body })).toMatchObject({ status: 403 });
  const headers = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
  expect(await call(mock, { path, body, headers })).toMatchObject({ status: 403 });
  expect(await call(mock, { path, body, headers: { authorization: "Bearer key" } })).toMatchObject({
    status: 200,
  });
});
