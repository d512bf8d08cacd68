// Owns the proof that the OpenAI dialect of the mock provider looks and counts like the real one.

import { Ajv } from "ajv";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { ask, call, chat, chunksOf, countDeltas, payloads, streamed } from "./raw-client.ts";

let mock: MockProvider;

beforeAll(async () => {
  mock = await startMockProvider();
});

afterAll(() => mock.close());

beforeEach(() => {
  mock.setScript({});
  mock.reset();
});

/** The names of all members, in order, as a text. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)]);
}

// Copied from recorded answers of api.openai.com (pydantic-ai and ruby_llm cassettes, MIT), texts shortened.
const details = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};
const recordedBody = {
  id: "chatcmpl-CdxiIrlxetLzjuBRfsl3k1X7s1F9u",
  object: "chat.completion",
  created: 1763640366,
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Paris.", refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 23, completion_tokens: 7, total_tokens: 30, ...details },
  service_tier: "default",
  system_fingerprint: "fp_560af6e559",
};
const recordedTop = {
  id: "chatcmpl-C2P1wP1damHwC6sXvGAIh5PMvH6wM",
  object: "chat.completion.chunk",
  created: 1754688908,
  model: "gpt-4o-2024-08-06",
  service_tier: "default",
  system_fingerprint: "fp_ff25b2783a",
};
const openingDelta = { role: "assistant", content: "", refusal: null };
const recordedOpening = {
  ...recordedTop,
  choices: [{ index: 0, delta: openingDelta, logprobs: null, finish_reason: null }],
  usage: null,
  obfuscation: "KhEoTT6u7JgGis",
};
const recordedUsage = {
  ...recordedTop,
  choices: [],
  usage: { prompt_tokens: 14, completion_tokens: 8, total_tokens: 22, ...details },
  obfuscation: "",
};

test("an unstreamed body has the members of a recorded one, in its order", async () => {
  const seen = await ask(mock, chat("What is the capital of France?"));
  expect(seen.status).toBe(200);
  expect(seen.headers["content-type"]).toBe("application/json");
  expect(seen.headers["x-request-id"]).toMatch(/^req_[0-9a-f]{32}$/);
  expect(shapeOf(JSON.parse(seen.text))).toEqual(shapeOf(recordedBody));
  expect(JSON.parse(seen.text)).toMatchObject({ id: expect.stringMatching(/^chatcmpl-[A-Za-z0-9]{29}$/) });
});

test("a stream has the members of a recorded one and ends with its mark", async () => {
  mock.setScript({ rules: [{ answer: { obfuscation: true } }] });
  const seen = await ask(mock, chat("What is the capital of Mexico?", streamed));
  expect(seen.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  expect(seen.text.endsWith("\n\ndata: [DONE]\n\n")).toBe(true);
  const chunks = chunksOf(seen.text);
  expect(shapeOf(chunks[0])).toEqual(shapeOf(recordedOpening));
  expect(shapeOf(chunks.at(-1))).toEqual(shapeOf(recordedUsage));
  expect(chunks.at(-2)?.choices[0]).toEqual({ index: 0, delta: {}, logprobs: null, finish_reason: "stop" });
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
});

test("usage is not told in a stream that did not ask for it", async () => {
  const seen = await ask(mock, chat("hello", { stream: true }));
  expect(seen.text).not.toContain("usage");
  expect(seen.text).not.toContain("obfuscation");
});

test("the same request has the same bytes, another text has another answer", async () => {
  const [first, again, other] = [
    await ask(mock, chat("one", streamed)),
    await ask(mock, chat("one", streamed)),
    await ask(mock, chat("two", streamed)),
  ];
  expect(again.text).toBe(first.text);
  expect(other.text).not.toBe(first.text);
  mock.setScript({ seed: 7 });
  expect((await ask(mock, chat("one", streamed))).text).not.toBe(first.text);
});

test("streamed and unstreamed say the same", async () => {
  const whole = JSON.parse((await ask(mock, chat("one"))).text);
  const deltas = chunksOf((await ask(mock, chat("one", streamed))).text);
  const text = deltas.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
  expect(text).toBe(whole.choices[0].message.content);
  expect(deltas.at(-1)?.usage).toEqual(whole.usage);
});

test.each(["max_tokens", "max_completion_tokens"])("%s is honoured to the token", async (name) => {
  const seen = JSON.parse((await ask(mock, chat("tell me", { [name]: 5 }))).text);
  expect(seen.usage.completion_tokens).toBe(5);
  expect(seen.choices[0].finish_reason).toBe("length");
  expect(seen.choices[0].message.content.split(" ")).toHaveLength(5);
});

test("n choices take turns and are counted together", async () => {
  const seen = await ask(mock, chat("tell me", { ...streamed, n: 3, max_tokens: 4 }));
  const chunks = chunksOf(seen.text);
  const indexes = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.index));
  expect(indexes.slice(0, 9)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect(chunks.at(-1)?.usage).toMatchObject({ completion_tokens: 12 });
  expect(mock.log.at(-1)).toMatchObject({ completionTokens: 12, ended: "done" });
});

test.each([
  { choice: "required", name: "search" },
  { choice: { type: "function", function: { name: "book" } }, name: "book" },
])("tool_choice $choice gives a call of $name with arguments that fit", async ({ choice, name }) => {
  const parameters = {
    type: "object",
    properties: {
      query: { type: "string", minLength: 3, maxLength: 12 },
      count: { type: "integer", minimum: 5, maximum: 9 },
      kind: { enum: ["a", "b"] },
    },
    required: ["query", "count"],
    additionalProperties: false,
  };
  const tools = ["search", "book"].map((tool) => ({
    type: "function",
    function: { name: tool, parameters },
  }));
  const seen = JSON.parse((await ask(mock, chat("go", { tools, tool_choice: choice }))).text);
  const [made] = seen.choices[0].message.tool_calls;
  expect(seen.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
  expect(made).toMatchObject({ id: expect.stringMatching(/^call_[A-Za-z0-9]{24}$/), type: "function" });
  expect(made.function.name).toBe(name);
  expect(new Ajv().validate(parameters, JSON.parse(made.function.arguments))).toBe(true);
});

test("tools without a demand are not called", async () => {
  const tools = [{ type: "function", function: { name: "search" } }];
  const seen = JSON.parse((await ask(mock, chat("go", { tools }))).text);
  expect(seen.choices[0].message).not.toHaveProperty("tool_calls");
});

test.each<Record<string, unknown>>([
  { n: 2, max_tokens: 7 },
  { tools: [{ type: "function", function: { name: "f" } }], tool_choice: "required" },
])("what the client counts in a stream of %j is the log's and the usage's", async (more) => {
  const seen = await ask(mock, chat("count me", { ...streamed, ...more }));
  const chunks = chunksOf(seen.text);
  const entry = mock.log.at(-1);
  expect(countDeltas(chunks)).toBe(entry?.completionTokens);
  expect(chunks.at(-1)?.usage).toMatchObject({
    prompt_tokens: entry?.promptTokens,
    completion_tokens: entry?.completionTokens,
  });
  expect(entry).toMatchObject({
    framesSent: payloads(seen.text).length,
    bytesSent: Buffer.byteLength(seen.text),
  });
});

const { messages } = chat("x");
test.each([
  ["not json", { param: null, code: null }],
  ['{"a":1', { param: null, code: null }],
  ["", { param: null, code: null }],
  ["7", { param: null, code: null }],
  [{ messages }, { param: null, code: null }],
  [{ model: "gpt-4o" }, { param: "messages", code: "missing_required_parameter" }],
  [
    { model: "gpt-4o", messages: [] },
    { param: "messages", code: "empty_array" },
  ],
  [
    { model: "gpt-4o", messages, n: 0 },
    { param: "n", code: "integer_below_min_value" },
  ],
  [
    { model: "gpt-4o", messages, n: 129 },
    { param: "n", code: "integer_above_max_value" },
  ],
  [
    { model: "gpt-4o", messages, max_tokens: "5" },
    { param: "max_tokens", code: "invalid_type" },
  ],
  [
    { model: "gpt-4o", messages, tool_choice: "required" },
    { param: "tool_choice", code: null },
  ],
])("%j is a 400 in OpenAI's words", async (body, said) => {
  const seen = await call(mock, { body });
  expect(seen.status).toBe(400);
  expect(JSON.parse(seen.text).error).toMatchObject({ type: "invalid_request_error", ...said });
  expect(mock.log.at(-1)).toMatchObject({
    ended: "refused",
    status: 400,
    promptTokens: 0,
    completionTokens: 0,
  });
});

test("a model that is not on the script's list is a 404", async () => {
  mock.setScript({ models: ["gpt-4o-mini"] });
  const seen = await ask(mock, chat("hi"));
  expect(seen.status).toBe(404);
  expect(JSON.parse(seen.text).error.code).toBe("model_not_found");
  expect(mock.log.at(-1)).toMatchObject({ model: "gpt-4o", dialect: "openai-chat" });
});
