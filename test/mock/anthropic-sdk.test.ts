// Owns the proof that the official Anthropic SDK takes the mock provider for the real one.

import Anthropic, {
  AnthropicError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";

let mock: MockProvider;
let client: Anthropic;
const asked = {
  model: "claude-opus-5",
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "How is the weather?" }],
};

beforeAll(async () => {
  mock = await startMockProvider();
  client = new Anthropic({ baseURL: mock.url, apiKey: "sk-not-a-key", maxRetries: 0, logLevel: "off" });
});

afterAll(() => mock.close());

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

test("a message says thought, text and calls, and tells its usage without what was cached", async () => {
  const usage = { promptTokens: 1_000, cachedTokens: 600, cacheWriteTokens: 100 };
  mock.setScript({ rules: [{ answer: { ...twoCalls, usage } }] });
  const message = await client.messages.create(asked);
  expect(message.content).toMatchObject([
    { type: "thinking", thinking: "I need both towns.", signature: expect.stringMatching(/./) },
    { type: "text", text: "Let me look." },
    { type: "tool_use", name: "get_weather", input: { city: "Paris" } },
    { type: "tool_use", name: "get_weather", input: { city: "Rome" } },
  ]);
  expect(message).toMatchObject({
    stop_reason: "tool_use",
    usage: {
      input_tokens: 300,
      cache_read_input_tokens: 600,
      cache_creation_input_tokens: 100,
      output_tokens: mock.log[0]?.completionTokens,
    },
  });
});

test("its stream is put together by the SDK to the same message", async () => {
  mock.setScript({ rules: [{ answer: { ...twoCalls, obfuscation: true } }] });
  const whole = await client.messages.create(asked);
  const final = await client.messages.stream(asked).finalMessage();
  expect(final.content).toMatchObject(JSON.parse(JSON.stringify(whole.content)));
  expect(final.usage.output_tokens).toBe(mock.log[1]?.completionTokens);
});

test("a bound is honoured, a refusal is its stop reason", async () => {
  expect(await client.messages.create({ ...asked, max_tokens: 3 })).toMatchObject({
    stop_reason: "max_tokens",
    usage: { output_tokens: 3 },
  });
  mock.setScript({ rules: [{ answer: { refusal: "I cannot." } }] });
  expect(await client.messages.create(asked)).toMatchObject({ stop_reason: "refusal" });
});

test("a result of a tool is of the role tool, and the text is still the person's", async () => {
  mock.setScript({ rules: [{ when: { role: "tool", text: "weather" }, answer: { text: "Sunny." } }] });
  const call = { type: "tool_use" as const, id: "toolu_1", name: "get_weather", input: {} };
  const result = { type: "tool_result" as const, tool_use_id: "toolu_1", content: "18 degrees" };
  const messages = [
    ...asked.messages,
    { role: "assistant" as const, content: [call] },
    { role: "user" as const, content: [result] },
  ];
  expect((await client.messages.create({ ...asked, messages })).content).toMatchObject([{ text: "Sunny." }]);
});

test("tokens are counted, models are listed", async () => {
  const { model, messages } = asked;
  const { input_tokens: counted } = await client.messages.countTokens({ model, messages });
  await client.messages.create(asked);
  expect(mock.log[1]?.promptTokens).toBe(counted);
  mock.setScript({ models: [model] });
  expect((await client.models.list()).data).toMatchObject([{ id: model, type: "model" }]);
  expect(await client.models.retrieve(model)).toMatchObject({ id: model });
  await expect(client.models.retrieve("claude-0")).rejects.toBeInstanceOf(NotFoundError);
});

test.each([
  [400, BadRequestError, "invalid_request_error"],
  [401, AuthenticationError, "authentication_error"],
  [429, RateLimitError, "rate_limit_error"],
  [500, InternalServerError, "api_error"],
  [529, InternalServerError, "overloaded_error"],
])("a fault of %i raises the SDK's own class", async (fault, expected, type) => {
  mock.setScript({ rules: [{ fault }] });
  const error = await client.messages.create(asked).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(expected);
  expect(error).toMatchObject({ error: { type: "error", error: { type } } });
});

test.each(["cut", "malformed", "error-in-stream"] as const)(
  "a stream that suffers raises: %s",
  async (kind) => {
    mock.setScript({ rules: [{ fault: { kind, afterFrames: 4 }, answer: { tokens: 20 } }] });
    await expect(client.messages.stream(asked).finalMessage()).rejects.toBeInstanceOf(AnthropicError);
  },
);

test("what Anthropic refuses is refused: no bound, no version, no messages, an unknown model", async () => {
  const headers = { "anthropic-version": null };
  await expect(client.messages.create(asked, { headers })).rejects.toThrow("anthropic-version");
  const unbounded = { ...asked, max_tokens: 0 };
  await expect(client.messages.create(unbounded)).rejects.toBeInstanceOf(BadRequestError);
  await expect(client.messages.create({ ...asked, messages: [] })).rejects.toThrow("at least one message");
  mock.setScript({ models: ["claude-haiku-5"] });
  await expect(client.messages.create(asked)).rejects.toBeInstanceOf(NotFoundError);
});
