// Owns the proof that the official openai SDK takes the mock provider for the real one.

import OpenAI, {
  APIConnectionError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";

let mock: MockProvider;
let client: OpenAI;
const messages = [{ role: "user" as const, content: "Say something." }];
const model = "gpt-4o";

beforeAll(async () => {
  mock = await startMockProvider();
  client = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: "sk-not-a-key", maxRetries: 0, logLevel: "off" });
});

afterAll(() => mock.close());

beforeEach(() => {
  mock.setScript({});
  mock.reset();
});

test("an unstreamed answer, its usage and its request id", async () => {
  const { data, request_id: requestId } = await client.chat.completions
    .create({ model, messages })
    .withResponse();
  expect(data.choices[0]?.message.content).toMatch(/^[A-Z][a-z]+ .*\.$/);
  expect(requestId).toMatch(/^req_/);
  expect(mock.log[0]).toMatchObject({
    promptTokens: data.usage?.prompt_tokens,
    completionTokens: data.usage?.completion_tokens,
    ended: "done",
  });
  expect(mock.log[0]?.headers.authorization).toBe("Bearer sk-not-a-key");
});

test("a stream, counted by the client, equals usage and log", async () => {
  const stream = await client.chat.completions.create({
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let counted = 0;
  let told: number | undefined;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) counted += 1;
    told = chunk.usage?.completion_tokens ?? told;
  }
  expect(counted).toBeGreaterThan(0);
  expect(told).toBe(counted);
  expect(mock.log[0]).toMatchObject({ completionTokens: counted, stream: true });
});

test("a streamed tool call is put together by the SDK's own stream", async () => {
  const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const tools = [{ type: "function" as const, function: { name: "get_weather", parameters } }];
  mock.setScript({
    rules: [{ answer: { toolCalls: [{ name: "get_weather", arguments: { city: "Paris" } }] } }],
  });
  const final = await client.chat.completions.stream({ model, messages, tools }).finalChatCompletion();
  const [made] = final.choices[0]?.message.tool_calls ?? [];
  expect(final.choices[0]?.finish_reason).toBe("tool_calls");
  expect(made).toMatchObject({ function: { name: "get_weather", arguments: '{"city":"Paris"}' } });
});

test("a refusal arrives as a refusal", async () => {
  mock.setScript({ rules: [{ answer: { refusal: "I cannot help with that." } }] });
  const whole = await client.chat.completions.create({ model, messages });
  expect(whole.choices[0]?.message).toMatchObject({ content: null, refusal: "I cannot help with that." });
  const final = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  expect(final.choices[0]?.message.refusal).toBe("I cannot help with that.");
});

test("the list of models", async () => {
  mock.setScript({ models: ["gpt-4o", "o9"] });
  const page = await client.models.list();
  expect(page.data.map((listed) => listed.id)).toEqual(["gpt-4o", "o9"]);
});

test.each([
  [400, BadRequestError],
  [404, NotFoundError],
  [429, RateLimitError],
  [500, InternalServerError],
  [529, InternalServerError],
])("a fault of %i raises the SDK's own class", async (fault, expected) => {
  mock.setScript({ rules: [{ fault }] });
  await expect(client.chat.completions.create({ model, messages })).rejects.toBeInstanceOf(expected);
});

test("the SDK obeys retry-after and comes again", async () => {
  mock.setScript({
    rules: [{ once: true, fault: { kind: "status", status: 429, headers: { "retry-after-ms": "1" } } }],
  });
  const patient = client.withOptions({ maxRetries: 1 });
  const answer = await patient.chat.completions.create({ model, messages });
  expect(answer.choices).toHaveLength(1);
  expect(mock.log.map((entry) => entry.status)).toEqual([429, 200]);
  expect(mock.log[1]?.headers["x-stainless-retry-count"]).toBe("1");
});

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of stream);
}

test.each(["cut", "error-in-stream", "malformed"] as const)(
  "a stream with %s raises in the SDK",
  async (fault) => {
    mock.setScript({ rules: [{ fault }] });
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    await expect(readAll(stream)).rejects.toThrow();
  },
);

test("no head at all is a connection error", async () => {
  mock.setScript({ rules: [{ fault: "cut-before-head" }] });
  await expect(client.chat.completions.create({ model, messages })).rejects.toBeInstanceOf(
    APIConnectionError,
  );
});

test("an SDK that stops reading is seen to leave, with the tokens it had been sent", async () => {
  mock.setScript({ rules: [{ answer: { tokens: 5_000, betweenMs: 1 } }] });
  const stream = await client.chat.completions.create({ model, messages, stream: true });
  let counted = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) counted += 1;
    if (counted === 3) break;
  }
  const entry = await mock.waitFor(({ clientGoneAt }) => clientGoneAt !== undefined);
  expect(entry.ended).toBe("client-gone");
  expect(entry.completionTokens).toBeGreaterThanOrEqual(3);
  expect(entry.completionTokens).toBeLessThan(5_000);
});
