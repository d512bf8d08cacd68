// Owns the proof of the mock provider's answers for load: their size, their count and their validity.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { ask, chat, chunksOf, countDeltas, payloads, streamed } from "./raw-client.ts";

let mock: MockProvider;

beforeAll(async () => {
  mock = await startMockProvider({ script: { static: { frames: 200, frameBytes: 300, burst: 50 } } });
});

afterAll(() => mock.close());

test("a stream has so many frames of exactly that size, and counts as such", async () => {
  const seen = await ask(mock, chat("anything", streamed));
  const chunks = chunksOf(seen.text);
  expect(countDeltas(chunks)).toBe(200);
  const sizes = payloads(seen.text).map((payload) => `data: ${payload}\n\n`.length);
  expect(sizes.filter((size) => size === 300)).toHaveLength(200);
  expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 8, completion_tokens: 200 });
  expect(mock.log.at(-1)).toMatchObject({
    completionTokens: 200,
    promptTokens: 8,
    framesSent: payloads(seen.text).length,
    ended: "done",
  });
});

test("an unstreamed body counts the same, and bodies are not kept", async () => {
  const seen = JSON.parse((await ask(mock, chat("anything"))).text);
  expect(seen.usage.completion_tokens).toBe(200);
  expect(mock.log.at(-1)).toMatchObject({ completionTokens: 200, model: "gpt-4o", body: undefined });
});

test("usage is told only to those who asked", async () => {
  expect((await ask(mock, chat("anything", { stream: true }))).text).not.toContain("usage");
  expect((await ask(mock, chat("anything", streamed))).text).toContain("usage");
});
