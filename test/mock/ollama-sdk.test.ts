// Owns the proof that the official ollama SDK takes the mock provider for the real one.

import { Ollama } from "ollama";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";

let mock: MockProvider;
let client: Ollama;
const asked = { model: "llama3.1", messages: [{ role: "user", content: "How is the weather?" }] };

beforeAll(async () => {
  mock = await startMockProvider();
  client = new Ollama({ host: mock.url });
});

afterAll(() => mock.close());

beforeEach(() => {
  mock.setScript({});
  mock.reset();
});

const answer = {
  reasoning: "I need the town.",
  text: "Let me look.",
  toolCalls: [{ name: "get_weather", arguments: { city: "Paris" } }],
};

test("a chat says thought, text and calls, and tells its counts", async () => {
  mock.setScript({ rules: [{ answer }] });
  const whole = await client.chat(asked);
  expect(whole.message).toMatchObject({
    content: "Let me look.",
    thinking: "I need the town.",
    tool_calls: [{ function: { name: "get_weather", arguments: { city: "Paris" } } }],
  });
  expect(whole).toMatchObject({ done: true, done_reason: "stop", eval_count: mock.log[0]?.completionTokens });
});

test("its lines say the same", async () => {
  mock.setScript({ rules: [{ answer }] });
  let text = "";
  let counted: number | undefined;
  for await (const line of await client.chat({ ...asked, stream: true })) {
    text += line.message.content;
    if (line.done) counted = line.eval_count;
  }
  expect(text).toBe("Let me look.");
  expect(counted).toBe(mock.log[0]?.completionTokens);
});

test("an error is raised before the head and in the stream, and models are listed", async () => {
  mock.setScript({ rules: [{ fault: 500 }] });
  await expect(client.chat(asked)).rejects.toMatchObject({ status_code: 500 });
  mock.setScript({ rules: [{ fault: "error-in-stream" }] });
  const drain = async () => {
    for await (const _line of await client.chat({ ...asked, stream: true })) {
      // Read to its end.
    }
  };
  await expect(drain()).rejects.toThrow("unexpected EOF");
  mock.setScript({ models: ["llama3.1"] });
  expect((await client.list()).models).toMatchObject([{ name: "llama3.1" }]);
});
