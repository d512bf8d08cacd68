// Owns the proof that the official Google SDK takes the mock provider for the real one.

import { ApiError, GoogleGenAI } from "@google/genai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { call } from "./raw-client.ts";

let mock: MockProvider;
let studio: GoogleGenAI;
const asked = { model: "gemini-3-flash", contents: "How is the weather?" };

beforeAll(async () => {
  mock = await startMockProvider();
  studio = new GoogleGenAI({ apiKey: "not-a-key", httpOptions: { baseUrl: mock.url } });
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
const calls = [
  { name: "get_weather", args: { city: "Paris" } },
  { name: "get_weather", args: { city: "Rome" } },
];

test("an answer says thought, text and calls, and tells its usage without the thought", async () => {
  mock.setScript({ rules: [{ answer: twoCalls }] });
  const answer = await studio.models.generateContent(asked);
  expect(answer.candidates?.[0]?.content?.parts).toMatchObject([
    { text: "I need both towns.", thought: true },
    { text: "Let me look.", thoughtSignature: expect.stringMatching(/./) },
    ...calls.map((functionCall) => ({ functionCall })),
  ]);
  const { candidatesTokenCount = 0, thoughtsTokenCount = 0, promptTokenCount } = answer.usageMetadata ?? {};
  expect(thoughtsTokenCount).toBe(4);
  expect(mock.log[0]).toMatchObject({
    dialect: "gemini",
    promptTokens: promptTokenCount,
    completionTokens: candidatesTokenCount + thoughtsTokenCount,
  });
});

test("its stream says the same and ends with its reason", async () => {
  mock.setScript({ rules: [{ answer: twoCalls }] });
  let text = "";
  const made = [];
  const finishes = [];
  for await (const chunk of await studio.models.generateContentStream(asked)) {
    const [part] = chunk.candidates?.[0]?.content?.parts ?? [];
    if (part?.thought !== true) text += part?.text ?? "";
    made.push(...(chunk.functionCalls ?? []));
    finishes.push(chunk.candidates?.[0]?.finishReason);
  }
  expect([text, made]).toMatchObject(["Let me look.", calls]);
  expect(finishes.filter((finish) => finish !== undefined)).toEqual(["STOP"]);
  expect(mock.log[0]).toMatchObject({ query: "alt=sse", stream: true });
});

test("events end with CRLF; without alt=sse the stream is one JSON array", async () => {
  const path = "/v1beta/models/gemini-3-flash:streamGenerateContent";
  const body = { contents: [{ parts: [{ text: "hello" }] }], generationConfig: { maxOutputTokens: 2 } };
  const events = await call(mock, { path: `${path}?alt=sse`, body });
  expect(events.text.split("\r\n\r\n")).toHaveLength(4);
  const array = await call(mock, { path, body });
  expect(array.headers["content-type"]).toBe("application/json; charset=UTF-8");
  expect(JSON.parse(array.text)).toHaveLength(3);
  mock.setScript({ rules: [{ fault: { kind: "error-in-stream", afterFrames: 1 } }] });
  expect(JSON.parse((await call(mock, { path, body })).text)[1]).toMatchObject({ error: { code: 503 } });
});

test("tools are demanded in Google's words and called with arguments that fit", async () => {
  const parametersJsonSchema = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
  };
  const config = {
    tools: [{ functionDeclarations: [{ name: "get_weather", parametersJsonSchema }] }],
    toolConfig: { functionCallingConfig: { mode: "ANY" as never } },
  };
  const answer = await studio.models.generateContent({ ...asked, config });
  expect(answer.functionCalls).toMatchObject([{ name: "get_weather", args: { city: "sample" } }]);
});

test("tokens are counted, texts are embedded, models are listed", async () => {
  const { totalTokens } = await studio.models.countTokens(asked);
  await studio.models.generateContent(asked);
  expect(mock.log[1]?.promptTokens).toBe(totalTokens);
  const embedded = await studio.models.embedContent({
    model: "gemini-embedding-001",
    contents: ["a b", "c"],
  });
  expect(embedded.embeddings?.map(({ values }) => values?.length)).toEqual([768, 768]);
  expect(mock.log.at(-1)).toMatchObject({ dialect: "gemini-embeddings", promptTokens: 3 });
  mock.setScript({ models: ["gemini-3-flash"] });
  const names = [];
  for await (const model of await studio.models.list()) names.push(model.name);
  expect(names).toEqual(["models/gemini-3-flash"]);
});

test("Vertex AI's paths speak too", async () => {
  const path = "/v1beta1/projects/p/locations/global/publishers/google/models/gemini-3-flash:generateContent";
  const body = { contents: [{ role: "user", parts: [{ text: "hello" }] }] };
  const seen = await call(mock, { path, body });
  expect(JSON.parse(seen.text)).toMatchObject({ candidates: [{ finishReason: "STOP" }] });
  expect(mock.log[0]).toMatchObject({ dialect: "gemini", model: "gemini-3-flash" });
});

test.each([
  [400, "INVALID_ARGUMENT"],
  [403, "PERMISSION_DENIED"],
  [429, "RESOURCE_EXHAUSTED"],
  [503, "UNAVAILABLE"],
])("a fault of %i raises the SDK's error with %s", async (fault, status) => {
  mock.setScript({ rules: [{ fault }] });
  const error = await studio.models.generateContent(asked).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: fault, message: expect.stringContaining(status) });
});

test.each(["cut", "malformed", "error-in-stream"] as const)(
  "a stream that suffers raises: %s",
  async (kind) => {
    mock.setScript({ rules: [{ fault: { kind, afterFrames: 2 }, answer: { tokens: 20 } }] });
    const drain = async () => {
      for await (const _chunk of await studio.models.generateContentStream(asked)) {
        // Read to its end.
      }
    };
    await expect(drain()).rejects.toThrow();
  },
);
