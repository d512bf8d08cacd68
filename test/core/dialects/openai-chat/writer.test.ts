// Owns the proof that a chat completion is edited, ended and refused in its own format. Knows no client.

import { describe, expect, it } from "vitest";
import { type Frame, noUsage, type Usage } from "../../../../core/contracts/frame.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { answerHead, bytesOf, deltasOf, denied, frames, limited } from "../answers.ts";
import { chunk, delta, done, end } from "./chunks.ts";

const streamHead = answerHead("text/event-stream");
const wholeHead = answerHead("application/json");
const said = (...parts: string[]) =>
  frames(
    openAiChat,
    streamHead,
    parts.map((part) => Buffer.from(part)),
  );
const usage: Usage = {
  ...noUsage,
  inputTokens: 7,
  outputTokens: 3,
  cachedInputTokens: 2,
  reasoningTokens: 1,
  isExact: false,
};

function edit(frame: Frame | undefined, ...texts: string[]): Frame {
  if (frame === undefined) throw new Error("no frame");
  let at = 0;
  const deltas = frame.deltas.map((delta) =>
    "text" in delta ? { ...delta, text: texts[at++] ?? "" } : delta,
  );
  return openAiChat.writer(streamHead).edit(frame, deltas);
}

function ended(...parts: string[]): { readonly text: string; readonly frames: readonly Frame[] } {
  const writer = openAiChat.writer(streamHead);
  for (const frame of said(...parts, done).slice(0, -1)) writer.note?.(frame);
  const frames = writer.end("length", usage);
  return { text: bytesOf(frames).toString(), frames };
}

describe("an edit", () => {
  it("changes the texts that differ, and nothing else", () => {
    const event =
      'event: message\ndata: {"n":9007199254740993,"choices":[{"delta":{"content":"a","refusal":"b"}}] }\n\n';
    const [frame] = said(event, done);
    expect(edit(frame, "a", 'x"\n').bytes.toString()).toBe(event.replace('"b"', '"x\\"\\n"'));
    expect(edit(frame, "a", "b")).toBe(frame);
    expect(edit(frame, "c", "d").deltas).toMatchObject([{ text: "c" }, { text: "d" }]);
  });

  it("takes along the tokens' probabilities of the choice: they would give the text away", () => {
    const choice = (index: number) => ({
      index,
      delta: { content: "a" },
      logprobs: { content: [{ token: "a" }] },
    });
    const [frame] = said(chunk({ choices: [choice(0), choice(1)] }), done);
    const { choices } = JSON.parse(edit(frame, "a", "x").bytes.toString().slice("data: ".length));
    expect(choices).toMatchObject([choice(0), { index: 1, delta: { content: "x" }, logprobs: null }]);
  });

  it("may be followed by another", () => {
    const [frame] = said(delta({ content: "a" }), done);
    expect(edit(edit(frame, "b"), "c").bytes.toString()).toBe(delta({ content: "c" }));
  });

  it("changes a whole completion the same way", () => {
    const body =
      '{ "choices":[{"message":{"content":"a","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}';
    const [frame] = frames(openAiChat, wholeHead, [Buffer.from(body)]);
    if (frame === undefined) throw new Error("no frame");
    const writer = openAiChat.writer(wholeHead);
    const deltas = frame.deltas.map((delta) =>
      delta.kind === "tool.args" ? { ...delta, text: "[]" } : delta,
    );
    expect(writer.edit(frame, deltas).bytes.toString()).toBe(body.replace('"{}"', '"[]"'));
    expect(writer.edit(frame, [...frame.deltas])).toBe(frame);
  });

  it("of another frame's deltas, or of a frame that was not read here, is a bug", () => {
    const [, frame, other] = said(delta({ content: "" }), delta({ content: "a" }), end("stop"), done);
    if (frame === undefined || other === undefined) throw new Error("no frame");
    const writer = openAiChat.writer(streamHead);
    expect(() => writer.edit(frame, [])).toThrow(RangeError);
    expect(() => writer.edit(frame, other.deltas)).toThrow(TypeError);
    const text = { kind: "text", channel: "0", text: "a", mode: "append" } as const;
    const stranger: Frame = { kind: "frame", bytes: frame.bytes, deltas: [text] };
    expect(() => writer.edit(stranger, [{ ...text, text: "b" }])).toThrow(TypeError);
  });
});

describe("an early end", () => {
  const shell = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1700000000, model: "m-1" };
  const told = {
    prompt_tokens: 7,
    completion_tokens: 3,
    total_tokens: 10,
    prompt_tokens_details: { cached_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 1 },
  };
  const ends = (...indexes: number[]) =>
    indexes.map((index) => ({
      ...shell,
      choices: [{ index, delta: {}, logprobs: null, finish_reason: "length" }],
    }));
  const pieces = (text: string) =>
    text
      .split("\n\n")
      .filter((event) => event.startsWith("data: {"))
      .map((event) => JSON.parse(event.slice("data: ".length)));

  it("closes every open choice, tells the usage, and says that it is done", () => {
    const { text, frames } = ended(
      delta({ content: "a" }),
      delta({ tool_calls: [{ index: 0, function: { name: "f" } }] }, 2),
      delta({ content: "b" }, 1),
      end("stop", 1),
    );
    expect(pieces(text)).toEqual([...ends(0, 2), { ...shell, choices: [], usage: told }]);
    expect(text.endsWith(done)).toBe(true);
    expect(deltasOf(frames)).toEqual([
      { kind: "end", channel: "0", reason: "length", stop: "length" },
      { kind: "end", channel: "2", reason: "length", stop: "length" },
      { kind: "usage", usage },
    ]);
  });

  it("closes the first choice where only its role was said, and none where all have ended", () => {
    expect(pieces(ended(": hello\n\n", delta({ role: "assistant", content: "" })).text)).toHaveLength(2);
    expect(pieces(ended(delta({ content: "a" }), end("stop")).text)).toHaveLength(1);
    expect(pieces(ended(delta({ content: "a" }), end("stop"), delta({ content: "b" })).text)).toHaveLength(2);
  });

  it("closes choices that have said no more than their role, and begins one where there is none", () => {
    const role = { role: "assistant", content: "" };
    const both = ended(delta(role), delta(role, 1), delta({ content: "a" }, 1)).text;
    expect(pieces(both).slice(0, 2)).toEqual(ends(0, 1));
    const filter = chunk({ id: "", choices: [], prompt_filter_results: [] });
    const [opened] = pieces(ended(filter).text);
    expect(opened.choices).toEqual([{ index: 0, delta: role, logprobs: null, finish_reason: "length" }]);
    expect(pieces(ended(filter, delta({ content: "a" })).text)[0]?.id).toBe("chatcmpl-1");
  });

  it("tells the usage only to who has asked for it, and once", () => {
    const body = Buffer.from('{"model":"m","messages":[],"stream":true}');
    const asked = openAiChat.readCall(body, { method: "POST", path: "/", query: "", headers: {} });
    if (asked.kind === "refusal") throw new Error(asked.message);
    const writer = openAiChat.writer(streamHead, asked);
    for (const frame of said(delta({ content: "a" }), done).slice(0, -1)) writer.note?.(frame);
    expect(pieces(bytesOf(writer.end("length", usage)).toString())).toEqual(ends(0));
    const told = chunk({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } });
    expect(ended(delta({ content: "a" }), end("stop"), told).text).toBe(done);
  });

  it("is nothing where all was said", () => {
    const writer = openAiChat.writer(streamHead);
    for (const frame of said(delta({ content: "a" }), end("stop"), done)) writer.note?.(frame);
    expect(bytesOf(writer.end("length", usage))).toEqual(Buffer.alloc(0));
  });

  it("is read as a whole stream by the same dialect", () => {
    const { text } = ended(delta({ content: "a" }));
    const answer = said(delta({ content: "a" }), text);
    expect(deltasOf(answer)).toMatchObject([
      { id: "chatcmpl-1" },
      { text: "a" },
      { reason: "length" },
      { usage: { outputTokens: 3 } },
    ]);
  });

  it("is none where nothing was said yet, or all was said at once", () => {
    expect(ended().frames).toEqual([]);
    expect(ended(": keep-alive\n\n").frames).toEqual([]);
    expect(openAiChat.writer(wholeHead).end("length", usage)).toEqual([]);
  });
});

describe("a refusal", () => {
  it("in mid-stream is an error event, and no clean end", () => {
    const frame = openAiChat.writer(streamHead).refuse(denied);
    const error = {
      message: "This model is not on the agent's list.",
      type: "permission_error",
      param: null,
      code: "model_denied",
    };
    expect(frame?.bytes.toString()).toBe(`data: ${JSON.stringify({ error })}\n\n`);
    expect(frame?.deltas).toEqual([{ kind: "error", status: 403 }]);
  });

  it("within a whole completion cannot be said", () => {
    expect(openAiChat.writer(wholeHead).refuse(denied)).toBeUndefined();
    expect(openAiChat.writer(answerHead("text/event-stream", 500)).refuse(denied)).toBeUndefined();
  });

  it("before the answer is OpenAI's error object, by status, with the headers of every refusal", () => {
    const { head, body } = openAiChat.refuse(limited);
    expect(head).toEqual({
      status: 429,
      headers: { "content-type": "application/json", "x-sluice-refusal": "rate_limited", "retry-after": "1" },
    });
    const error = { message: "Wait a second.", type: "rate_limit_error", param: null, code: "rate_limited" };
    expect(JSON.parse(body.toString())).toEqual({ error });
    const typeOf = (status: number) =>
      JSON.parse(openAiChat.refuse({ ...denied, status }).body.toString()).error.type;
    expect([400, 401, 403, 404, 413, 500, 502, 503].map(typeOf)).toEqual([
      "invalid_request_error",
      "authentication_error",
      "permission_error",
      "not_found_error",
      "invalid_request_error",
      "server_error",
      "server_error",
      "server_error",
    ]);
  });
});
