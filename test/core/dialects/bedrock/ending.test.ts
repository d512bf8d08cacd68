// Owns the proof of how Bedrock's answers end early, and how a refusal is said. Knows no policy.

import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../../core/contracts/dialect.ts";
import { type Delta, type Frame, noUsage } from "../../../../core/contracts/frame.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../../core/dialects/bedrock-invoke.ts";
import { answerHead, bytesOf, deltasOf, denied, frames, limited } from "../answers.ts";
import { chunk, delta, event, head, say, stop } from "./events.ts";
import { eventNameOf, messagesOf, payloadOf } from "./exchanges.ts";

const usage = { ...noUsage, inputTokens: 30, outputTokens: 4, cachedInputTokens: 10 };

describe("an answer that is cut here", () => {
  /** What a client reads after these frames were released. */
  function ended(dialect: Dialect, released: Buffer): { frames: readonly Frame[]; deltas: readonly Delta[] } {
    const reader = dialect.reader(head, { frameBytesMax: 4096, bodyBytesMax: 4096 });
    const writer = dialect.writer(head);
    const begun = reader.push(released);
    if ("kind" in begun) throw new Error(begun.code);
    for (const frame of begun) writer.note?.(frame);
    const end = writer.end("length", usage);
    return { frames: end, deltas: deltasOf(frames(dialect, head, [released, bytesOf(end)])) };
  }

  it("ends its block, its message, and is counted", () => {
    const begun = Buffer.concat([event("messageStart", { role: "assistant" }), say(2, { text: "Hi" })]);
    const { frames: end, deltas } = ended(bedrockConverse, begun);
    const events = messagesOf(bytesOf(end)).map((message) => [eventNameOf(message), payloadOf(message)]);
    expect(events).toEqual([
      ["contentBlockStop", { contentBlockIndex: 2 }],
      ["messageStop", { stopReason: "max_tokens" }],
      [
        "metadata",
        {
          metrics: { latencyMs: 0 },
          usage: {
            inputTokens: 20,
            outputTokens: 4,
            totalTokens: 34,
            cacheReadInputTokens: 10,
            cacheWriteInputTokens: 0,
          },
        },
      ],
    ]);
    expect(deltas.slice(-2)).toEqual(end.flatMap((frame) => [...frame.deltas]));
    expect(deltas.at(-1)).toEqual({ kind: "usage", usage });
  });

  it("owes no block that is closed, and no reason that was said", () => {
    const closed = event("contentBlockStop", { contentBlockIndex: 2 });
    const begun = Buffer.concat([
      event("messageStart", { role: "assistant" }),
      say(2, { text: "Hi" }),
      closed,
    ]);
    expect(messagesOf(bytesOf(ended(bedrockConverse, begun).frames)).map(eventNameOf)).toEqual([
      "messageStop",
      "metadata",
    ]);
    const settled = Buffer.concat([begun, stop]);
    expect(messagesOf(bytesOf(ended(bedrockConverse, settled).frames)).map(eventNameOf)).toEqual([
      "metadata",
    ]);
  });

  it("cannot end what has not begun", () => {
    expect(bedrockConverse.writer(head).end("length", usage)).toEqual([]);
    expect(bedrockInvoke.writer(head).end("length", usage)).toEqual([]);
  });

  it("ends in Anthropic's events where InvokeModel has them", () => {
    const begun = Buffer.concat([
      chunk({
        type: "message_start",
        message: { id: "m", content: [], usage: { input_tokens: 3, output_tokens: 1 } },
      }),
      chunk({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    ]);
    const { frames: end } = ended(bedrockInvoke, begun);
    const events = messagesOf(bytesOf(end)).map(payloadOf);
    expect(events.map(({ type }) => type)).toEqual(["content_block_stop", "message_delta", "message_stop"]);
    expect(events[1]?.delta).toMatchObject({ stop_reason: "max_tokens" });
  });

  it("ends in Nova's events where InvokeModel has those", () => {
    const begun = Buffer.concat([
      chunk({ messageStart: { role: "assistant" } }),
      chunk({ contentBlockDelta: delta(0, { text: "a" }) }),
    ]);
    const { frames: end } = ended(bedrockInvoke, begun);
    expect(messagesOf(bytesOf(end)).map((message) => Object.keys(payloadOf(message))[0])).toEqual([
      "contentBlockStop",
      "messageStop",
      "metadata",
    ]);
  });

  it("is refused as an exception, which nobody takes for an end", () => {
    for (const dialect of [bedrockConverse, bedrockInvoke]) {
      const frame = dialect.writer(head).refuse(limited) as Frame;
      expect(eventNameOf(frame.bytes)).toBe("throttlingException");
      expect(payloadOf(frame.bytes)).toEqual({ message: "Wait a second." });
      expect(deltasOf(frames(dialect, head, [frame.bytes]))).toEqual([{ kind: "error", status: 429 }]);
    }
    expect(bedrockConverse.writer(answerHead("application/json")).refuse(limited)).toBeUndefined();
  });
});

it("before the head a refusal is AWS's exception", () => {
  const { head: said, body } = bedrockConverse.refuse(denied);
  expect(said.status).toBe(403);
  expect(said.headers).toMatchObject({
    "content-type": "application/json",
    "x-amzn-errortype": "AccessDeniedException",
    "x-sluice-refusal": "model_denied",
  });
  expect(JSON.parse(body.toString())).toEqual({ message: denied.message });
  expect(bedrockConverse.refuse(limited).head.headers).toMatchObject({
    "x-amzn-errortype": "ThrottlingException",
    "retry-after": "1",
  });
});
