// Owns the proof that usage is asked for only where the client has not, and its chunk known by what it holds.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { openAiCompletions } from "../../../../core/dialects/openai-completions.ts";
import { answerHead, frames } from "../answers.ts";

const head = { method: "POST", path: "/v1/chat/completions", query: "", headers: {} };

function written(options: string): string | undefined {
  const body = Buffer.from(
    `{"model":"m", "messages":[],"stream":true${options}, "seed":12345678901234567890}`,
  );
  const call = openAiChat.readCall(body, head);
  if (call.kind === "refusal") throw new Error(call.message);
  const edit = openAiChat.streamUsage?.ask(call);
  if (edit === undefined) return undefined;
  return openAiChat.writeCall({ ...call, edits: new Map([edit]) }, head, undefined).body.toString();
}

describe("a streamed call", () => {
  it("is asked for its usage by what is added, and nothing else", () => {
    const rest = ', "seed":12345678901234567890';
    const start = '{"model":"m", "messages":[],"stream":true';
    expect(written("")).toBe(`${start}${rest},"stream_options":{"include_usage":true}}`);
    expect(written(',"stream_options":null')).toBe(
      `${start},"stream_options":{"include_usage":true}${rest}}`,
    );
    expect(written(',"stream_options":{ "x":1 }')).toBe(
      `${start},"stream_options":{ "x":1,"include_usage":true }${rest}}`,
    );
    expect(written(',"stream_options":{"include_usage":false}')).toBe(
      `${start},"stream_options":{"include_usage":true}${rest}}`,
    );
  });

  it("is left alone where it asks itself, or is none", () => {
    expect(written(',"stream_options":{"include_usage":true}')).toBeUndefined();
    const whole = openAiChat.readCall(Buffer.from('{"model":"m","messages":[]}'), head);
    expect(whole.kind === "call" && openAiChat.streamUsage?.ask(whole)).toBeUndefined();
    for (const stream_options of ["yes", [], 1]) {
      const body = Buffer.from(JSON.stringify({ model: "m", messages: [], prompt: "", stream_options }));
      for (const dialect of [openAiChat, openAiCompletions]) {
        expect(dialect.readCall(body, head)).toMatchObject({ code: "request_malformed" });
      }
    }
  });
});

describe("a chunk", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2 };
  const isExtra = (value: JsonValue) => {
    const body = Buffer.from(`data: ${JSON.stringify(value)}\n\ndata: [DONE]\n\n`);
    const [frame] = frames(openAiChat, answerHead("text/event-stream"), [body]);
    return frame !== undefined && openAiChat.streamUsage?.isExtra(frame);
  };

  it("is extra where it has nothing but usage, and no choice", () => {
    expect(isExtra({ choices: [], usage })).toBe(true);
    expect(isExtra({ choices: [], usage: null })).toBe(false);
    expect(isExtra({ choices: [], prompt_filter_results: [] })).toBe(false);
    expect(isExtra({ choices: [{ index: 0, delta: {} }], usage })).toBe(false);
    expect(isExtra({ choices: [{ index: 0, delta: { content: "x" } }], usage })).toBe(false);
    expect(isExtra({ error: { message: "no" }, choices: [], usage })).toBe(false);
  });
});
