// Owns the proof that the official openai SDK takes the mock's Responses, embeddings, completions and Azure
// paths for the real ones.

import OpenAI, { APIError, AzureOpenAI, BadRequestError, NotFoundError, RateLimitError } from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";

let mock: MockProvider;
let client: OpenAI;
let azure: AzureOpenAI;
const model = "gpt-5.4";

beforeAll(async () => {
  mock = await startMockProvider();
  const settings = { apiKey: "sk-not-a-key", maxRetries: 0, logLevel: "off" as const };
  client = new OpenAI({ baseURL: `${mock.url}/v1`, ...settings });
  azure = new AzureOpenAI({ endpoint: mock.url, apiVersion: "2024-10-21", ...settings });
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

test("a response says text, thought and calls, and tells its usage", async () => {
  mock.setScript({ rules: [{ answer: twoCalls }] });
  const response = await client.responses.create({ model, input: "How is the weather?" });
  expect(response.output_text).toBe("Let me look.");
  expect(response.output.map(({ type }) => type)).toEqual([
    "reasoning",
    "message",
    "function_call",
    "function_call",
  ]);
  expect(response.usage).toMatchObject({
    input_tokens: mock.log[0]?.promptTokens,
    output_tokens: mock.log[0]?.completionTokens,
    output_tokens_details: { reasoning_tokens: 4 },
  });
});

test("its stream is put together by the SDK to the same response", async () => {
  mock.setScript({ rules: [{ answer: { ...twoCalls, obfuscation: true } }] });
  const whole = await client.responses.create({ model, input: "How is the weather?" });
  const stream = client.responses.stream({ model, input: "How is the weather?" });
  let counted = 0;
  for await (const event of stream) {
    if (event.type.endsWith(".delta")) counted += 1;
  }
  const final = await stream.finalResponse();
  expect(JSON.parse(JSON.stringify(final.output))).toMatchObject(JSON.parse(JSON.stringify(whole.output)));
  // A call's name is a token too, and comes with the item.
  expect(counted + 2).toBe(mock.log[1]?.completionTokens);
  expect(final.usage).toEqual(whole.usage);
});

test("an answer that was cut by its bound is incomplete, a refusal is one", async () => {
  const cut = await client.responses.create({ model, input: "Go on.", max_output_tokens: 16 });
  expect(cut).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
  mock.setScript({ rules: [{ answer: { refusal: "No." } }] });
  const refused = await client.responses.create({ model, input: "Go on." });
  expect(refused.output).toMatchObject([{ content: [{ type: "refusal", refusal: "No." }] }]);
});

test("a background response is fetched until it is done; its tokens go out once it is", async () => {
  const queued = await client.responses.create({ model, input: "Think.", background: true });
  expect(queued).toMatchObject({ status: "queued", output: [] });
  expect((await client.responses.retrieve(queued.id)).status).toBe("in_progress");
  const done = await client.responses.retrieve(queued.id);
  expect(done.status).toBe("completed");
  expect(done.usage?.output_tokens).toBeGreaterThan(0);
  expect(mock.log.map((entry) => entry.completionTokens)).toEqual([0, 0, done.usage?.output_tokens]);
  const events = await client.responses.retrieve(queued.id, { stream: true, starting_after: 1 });
  const numbers = [];
  for await (const event of events) numbers.push(event.sequence_number);
  expect(numbers[0]).toBe(2);
});

test("kept responses are gone on from, listed, cancelled and deleted; unknown ones are a 404", async () => {
  const first = await client.responses.create({ model, input: "One." });
  const next = await client.responses.create({ model, input: "Two.", previous_response_id: first.id });
  expect(next.usage?.input_tokens).toBeGreaterThan(first.usage?.total_tokens ?? 0);
  const items = await client.responses.inputItems.list(first.id);
  expect(items.data).toMatchObject([{ role: "user", content: "One." }]);
  const waiting = await client.responses.create({ model, input: "Three.", background: true });
  expect(await client.responses.cancel(waiting.id)).toMatchObject({ status: "cancelled", output: [] });
  await client.responses.delete(first.id);
  await expect(client.responses.retrieve(first.id)).rejects.toBeInstanceOf(NotFoundError);
  const lost = client.responses.create({ model, input: "Four.", previous_response_id: first.id });
  await expect(lost).rejects.toBeInstanceOf(NotFoundError);
  const kept = await client.responses.create({ model, input: "Five.", store: false });
  await expect(client.responses.retrieve(kept.id)).rejects.toBeInstanceOf(NotFoundError);
});

test("a fault of a fetch is scripted apart from that of a call", async () => {
  mock.setScript({ rules: [{ when: { fetch: true }, fault: 429 }] });
  const made = await client.responses.create({ model, input: "One." });
  await expect(client.responses.retrieve(made.id)).rejects.toBeInstanceOf(RateLimitError);
});

test("an error in the stream of a response raises", async () => {
  mock.setScript({ rules: [{ fault: "error-in-stream" }] });
  const stream = await client.responses.create({ model, input: "Go.", stream: true });
  const drain = async () => {
    for await (const _event of stream) {
      // Read to its end.
    }
  };
  await expect(drain()).rejects.toBeInstanceOf(APIError);
});

test("embeddings, as the SDK asks for them and as numbers", async () => {
  const input = ["one two", "three"];
  const embedding = await client.embeddings.create({
    model: "text-embedding-3-small",
    input,
    dimensions: 64,
  });
  const [first] = embedding.data;
  expect(first?.embedding).toHaveLength(64);
  expect(Math.hypot(...(first?.embedding ?? []))).toBeCloseTo(1);
  expect(embedding.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
  const again = await client.embeddings.create({
    model: "text-embedding-3-small",
    input,
    dimensions: 64,
    encoding_format: "float",
  });
  expect(again.data[0]?.embedding).toEqual(first?.embedding);
  const none = client.embeddings.create({ model: "text-embedding-3-small", input: [] });
  await expect(none).rejects.toBeInstanceOf(BadRequestError);
  expect(mock.log[0]).toMatchObject({ dialect: "openai-embeddings", promptTokens: 3, completionTokens: 0 });
});

test("legacy completions, whole and streamed", async () => {
  const asked = { model: "gpt-3.5-turbo-instruct", prompt: ["one", "two"], max_tokens: 4 };
  const whole = await client.completions.create(asked);
  expect(whole.choices.map(({ finish_reason }) => finish_reason)).toEqual(["length", "length"]);
  expect(whole.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 8 });
  const texts = ["", ""];
  for await (const chunk of await client.completions.create({ ...asked, stream: true })) {
    for (const { index, text } of chunk.choices) texts[index] += text;
  }
  expect(texts).toEqual(whole.choices.map(({ text }) => text));
});

test("Azure's deployments speak, stream and embed; its errors are its own", async () => {
  const messages = [{ role: "user" as const, content: "hello" }];
  const whole = await azure.chat.completions.create({ model: "my-gpt", messages });
  expect(whole).toMatchObject({ model: "my-gpt", prompt_filter_results: [{ prompt_index: 0 }] });
  let text = "";
  for await (const chunk of await azure.chat.completions.create({
    model: "my-gpt",
    messages,
    stream: true,
  })) {
    text += chunk.choices[0]?.delta.content ?? "";
  }
  expect(text).toBe(whole.choices[0]?.message.content);
  expect(mock.log[0]).toMatchObject({
    path: "/openai/deployments/my-gpt/chat/completions",
    query: "api-version=2024-10-21",
  });
  await azure.embeddings.create({ model: "my-ada", input: "one" });
  mock.setScript({ rules: [{ fault: 429 }] });
  const refused = azure.chat.completions.create({ model: "my-gpt", messages });
  await expect(refused).rejects.toMatchObject({ status: 429, code: "429" });
});
