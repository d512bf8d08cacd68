// Owns the proof that pacing, faults and the log mean the same in every dialect the mock provider speaks.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import type { Rule } from "../../mock/script.ts";
import { call, type Seen } from "./raw-client.ts";

interface Spoken {
  readonly name: string;
  readonly stream: string;
  readonly whole: string;
  readonly body: (isStream: "stream" | "whole") => object;
  readonly headers?: Record<string, string>;
  /** Only where usage is told. */
  readonly usage: string;
  /** Only in the end mark. */
  readonly endMark: string;
}

const messages = [{ role: "user", content: "hello" }];
const blocks = [{ role: "user", content: [{ text: "hello" }] }];
const bearer = { authorization: "Bearer bedrock-key" };
const google = "/v1beta/models/gemini-3-flash";
const claude = "/model/anthropic.claude-opus-5-v1:0";

const spoken: readonly Spoken[] = [
  {
    name: "openai-responses",
    stream: "/v1/responses",
    whole: "/v1/responses",
    body: (form) => ({ model: "gpt-5.4", input: "hello", stream: form === "stream" }),
    usage: '"input_tokens"',
    endMark: "event: response.completed",
  },
  {
    name: "openai-completions",
    stream: "/v1/completions",
    whole: "/v1/completions",
    body: (form) => ({
      model: "babbage-002",
      prompt: "hello",
      stream: form === "stream",
      stream_options: { include_usage: true },
    }),
    usage: '"prompt_tokens"',
    endMark: "[DONE]",
  },
  {
    name: "anthropic-messages",
    stream: "/v1/messages",
    whole: "/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: (form) => ({ model: "claude-opus-5", max_tokens: 99, messages, stream: form === "stream" }),
    usage: '"output_tokens"',
    endMark: "event: message_stop",
  },
  {
    name: "gemini",
    stream: `${google}:streamGenerateContent?alt=sse`,
    whole: `${google}:generateContent`,
    body: () => ({ contents: [{ parts: [{ text: "hello" }] }] }),
    usage: "TokenCount",
    endMark: "finishReason",
  },
  {
    name: "bedrock-converse",
    stream: `${claude}/converse-stream`,
    whole: `${claude}/converse`,
    headers: bearer,
    body: () => ({ messages: blocks }),
    usage: "inputTokens",
    endMark: "messageStop",
  },
  {
    name: "ollama-chat",
    stream: "/api/chat",
    whole: "/api/chat",
    body: (form) => ({ model: "llama3.1", messages, stream: form === "stream" }),
    usage: "eval_count",
    endMark: '"done":true',
  },
];

let mock: MockProvider;

beforeAll(async () => {
  mock = await startMockProvider();
});

afterAll(() => mock.close());

beforeEach(() => mock.reset());

const answer = { text: "one two three", toolCalls: [{ name: "f", arguments: { city: "Paris" } }] };

function ask(what: Spoken, form: "stream" | "whole", rule: Rule = {}): Promise<Seen> {
  mock.setScript({ rules: [{ answer, ...rule }] });
  const path = what[form];
  return call(mock, { path, headers: what.headers ?? {}, body: what.body(form) });
}

describe.each(spoken)("$name", (what) => {
  test("is deterministic, however it is cut, and counts the same streamed and whole", async () => {
    const first = await ask(what, "stream");
    const again = await ask(what, "stream", { answer: { ...answer, chunkBytes: 7 } });
    expect(Buffer.concat(again.chunks).equals(Buffer.concat(first.chunks))).toBe(true);
    await ask(what, "whole");
    const [streamed, , whole] = mock.log;
    expect(streamed).toMatchObject({ dialect: what.name, stream: true, ended: "done" });
    expect(whole).toMatchObject({
      dialect: what.name,
      stream: false,
      promptTokens: streamed?.promptTokens,
      completionTokens: streamed?.completionTokens,
    });
    expect(whole?.completionTokens).toBeGreaterThan(3);
  });

  test("no-usage tells none", async () => {
    for (const form of ["stream", "whole"] as const) {
      expect((await ask(what, form)).text).toContain(what.usage);
      expect((await ask(what, form, { fault: "no-usage" })).text).not.toContain(what.usage);
    }
  });

  test("missing-done leaves out the end mark and nothing before it", async () => {
    const whole = await ask(what, "stream");
    const seen = await ask(what, "stream", { fault: "missing-done" });
    expect(seen).toMatchObject({ status: 200, isComplete: true });
    expect(seen.text).not.toContain(what.endMark);
    expect(whole.text.startsWith(seen.text)).toBe(true);
    expect(whole.text.slice(seen.text.length)).toContain(what.endMark);
  });

  test("malformed and duplicate-keys change a payload and keep the framing", async () => {
    const good = await ask(what, "whole");
    expect(() => JSON.parse(good.text)).not.toThrow();
    const half = await ask(what, "whole", { fault: "malformed" });
    expect(() => JSON.parse(half.text)).toThrow();
    const doubled = await ask(what, "whole", { fault: "duplicate-keys" });
    expect(doubled.text.length).toBeGreaterThan(good.text.length);
    expect(Object.keys(JSON.parse(doubled.text))).toEqual(Object.keys(JSON.parse(good.text)));
    const frames = mock.log.length;
    await ask(what, "stream", { fault: { kind: "malformed", afterFrames: 2 } });
    await ask(what, "stream");
    expect(mock.log[frames]?.framesSent).toBe(mock.log[frames + 1]?.framesSent);
  });

  test.each(["429", "500", "529"])("a fault of %s is in the vendor's words", async (fault) => {
    const seen = await ask(what, "whole", { fault: Number(fault) });
    expect(seen.status).toBe(Number(fault));
    expect(seen.text).not.toBe("");
    expect(() => JSON.parse(seen.text)).not.toThrow();
    expect(mock.log[0]).toMatchObject({ ended: "refused", promptTokens: 0, completionTokens: 0 });
  });
});
