// Owns the proof that a message is edited, ended and refused in its own format. Knows no client.

import { describe, expect, it } from "vitest";
import { type Frame, noUsage, type Usage } from "../../../../core/contracts/frame.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { answerHead, bytesOf, deltasOf, denied, frames, limited } from "../answers.ts";
import { close, event, open, opened, settle, start, stop, text, tool } from "./events.ts";

const streamHead = answerHead("text/event-stream");
const wholeHead = answerHead("application/json");
const usage: Usage = { ...noUsage, inputTokens: 15, outputTokens: 3, cachedInputTokens: 5, isExact: false };

const said = (...parts: string[]) =>
  frames(
    anthropicMessages,
    streamHead,
    [...parts, stop].map((part) => Buffer.from(part)),
  ).slice(0, -1);

function edited(frame: Frame | undefined, change: (text: string) => string, head = streamHead): Frame {
  if (frame === undefined) throw new Error("no frame");
  const deltas = frame.deltas.map((each) => ("text" in each ? { ...each, text: change(each.text) } : each));
  return anthropicMessages.writer(head).edit(frame, deltas);
}

function ended(...parts: string[]): string {
  const writer = anthropicMessages.writer(streamHead);
  for (const frame of said(...parts)) writer.note?.(frame);
  return bytesOf(writer.end("length", usage)).toString();
}

describe("an edit", () => {
  it("changes the text and leaves padding, order and numbers", () => {
    const data = '"index":0,"n":9007199254740993,"delta":{"text":"a","type":"text_delta"}    ';
    const padded = `event: content_block_delta\ndata: {"type":"content_block_delta",${data}}\n\n`;
    const frame = said(start, opened, padded)[2];
    expect(edited(frame, () => 'x"\n').bytes.toString()).toBe(padded.replace('"a"', '"x\\"\\n"'));
    expect(edited(frame, (same) => same)).toBe(frame);
  });

  it("of a thought leaves its signature, which is the vendor's own copy", () => {
    const block = { type: "thinking", thinking: "secret", signature: "c2ln" };
    const message = { type: "message", content: [block], stop_reason: "end_turn" };
    const [frame] = frames(anthropicMessages, wholeHead, [Buffer.from(JSON.stringify(message))]);
    const { content } = JSON.parse(edited(frame, () => "***", wholeHead).bytes.toString());
    expect(content).toEqual([{ ...block, thinking: "***" }]);
  });

  it("of a whole message's arguments keeps them an object, or a string where it breaks them", () => {
    const message = { type: "message", content: [{ ...tool, input: { a: "b" } }] };
    const [frame] = frames(anthropicMessages, wholeHead, [Buffer.from(JSON.stringify(message))]);
    const input = (change: (text: string) => string) =>
      JSON.parse(edited(frame, change, wholeHead).bytes.toString()).content[0].input;
    expect(input((args) => args.replace("b", "c"))).toEqual({ a: "c" });
    expect(input((args) => `${args}}`)).toBe('{"a":"b"}}');
  });

  it("does not make the writer forget what a block owes", () => {
    const writer = anthropicMessages.writer(streamHead);
    const [begin, block] = said(start, open({ ...tool, input: { a: 1 } }));
    if (begin === undefined) throw new Error("no frame");
    writer.note?.(begin);
    writer.note?.(edited(block, (args) => args.replace("1", "2")));
    expect(bytesOf(writer.end("length", usage)).toString()).toContain(close());
  });
});

describe("an early end", () => {
  const counts = {
    input_tokens: 10,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 5,
    output_tokens: 3,
  };
  const why = { stop_reason: "max_tokens", stop_sequence: null };
  const last = event({ type: "message_delta", delta: why, usage: counts }) + stop;

  it("closes what is open, says why and what was used", () => {
    expect(ended(start, opened, text("Hel"))).toBe(close() + last);
    expect(ended(start, opened, text("Hel"), close())).toBe(last);
    expect(ended(start, opened, close(), open(tool, 1), open({ type: "text", text: "" }, 2))).toBe(
      close(1) + close(2) + last,
    );
  });

  it("is whole for whoever reads it", () => {
    const answer = start + opened + text("Hel") + ended(start, opened, text("Hel"));
    const read = deltasOf(frames(anthropicMessages, streamHead, [Buffer.from(answer)]));
    expect(read.slice(-2)).toEqual([
      { kind: "end", channel: "0", reason: "max_tokens", stop: "length" },
      { kind: "usage", usage: { ...usage, isExact: true } },
    ]);
  });

  it("does not say why twice, and says nothing of what never began", () => {
    expect(ended(start, opened, close(), settle("end_turn"))).toBe(stop);
    expect(ended(event({ type: "ping" }))).toBe("");
    expect(anthropicMessages.writer(wholeHead).end("length", usage)).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is an event of its own once the answer has begun", () => {
    const frame = anthropicMessages.writer(streamHead).refuse(limited);
    expect(frame?.bytes.toString()).toBe(
      event({ type: "error", error: { type: "rate_limit_error", message: "Wait a second." } }),
    );
    expect(frame?.deltas).toEqual([{ kind: "error", status: 429 }]);
    expect(anthropicMessages.writer(wholeHead).refuse(limited)).toBeUndefined();
  });

  it("is Anthropic's error object before", () => {
    const { head, body } = anthropicMessages.refuse(denied);
    expect(head).toMatchObject({ status: 403, headers: { "x-sluice-refusal": "model_denied" } });
    expect(JSON.parse(body.toString())).toEqual({
      type: "error",
      error: { type: "permission_error", message: denied.message },
    });
  });

  it.each([
    ["body_malformed", "invalid_request_error"],
    ["credential_missing", "authentication_error"],
    ["route_unknown", "not_found_error"],
    ["body_too_large", "request_too_large"],
    ["rate_limited", "rate_limit_error"],
    ["upstream_malformed", "api_error"],
    ["upstream_timeout", "timeout_error"],
    ["overloaded", "overloaded_error"],
    ["method_refused", "invalid_request_error"],
  ] as const)("%s is called %s", (code, type) => {
    const { body } = anthropicMessages.refuse(refuse(code));
    expect(JSON.parse(body.toString())).toMatchObject({ error: { type } });
  });
});
