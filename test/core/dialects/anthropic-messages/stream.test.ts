// Owns the proof of how a message's events and bodies are read where the recorded ones are silent. Knows no
// client.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { sharedPath } from "../../../shared-data.ts";
import { answerHead, deltasOf, frames, read, textsOf } from "../answers.ts";
import { lastUsage } from "../recorded-checks.ts";
import { close, delta, event, open, opened, settle, start, stop, text, tool } from "./events.ts";

const streamHead = answerHead("text/event-stream");
const wholeHead = answerHead("application/json");
const bytes = (...parts: string[]) => [Buffer.from(parts.join(""))];
const said = (...parts: string[]) => frames(anthropicMessages, streamHead, bytes(...parts));
const whole = (value: object) => read(anthropicMessages, wholeHead, bytes(JSON.stringify(value)));
const code = (answer: ReturnType<typeof read>) => ("kind" in answer ? answer.code : answer.length);

describe("usage", () => {
  it("is one figure: a later one takes the place of what it says", () => {
    const usages = deltasOf(said(start, opened, close(), settle("end_turn", 7), stop)).flatMap((each) =>
      each.kind === "usage" ? [each.usage] : [],
    );
    expect(usages).toMatchObject([
      { inputTokens: 15, outputTokens: 1, cachedInputTokens: 5, isExact: false },
      { inputTokens: 15, outputTokens: 7, cachedInputTokens: 5, isExact: true },
    ]);
  });

  it("of a stream that begins anew is that of its last message", () => {
    const again = said(start, opened, text("a"), start, opened, text("b"), close(), settle("end_turn"), stop);
    expect(lastUsage(deltasOf(again))).toMatchObject({ inputTokens: 15, outputTokens: 7 });
    expect(deltasOf(again).filter(({ kind }) => kind === "start")).toHaveLength(1);
  });

  it("counts a compaction, which stands in the iterations alone", () => {
    const iteration = (type: string) => ({ type, input_tokens: 1000, output_tokens: 50 });
    const usage = {
      input_tokens: 7,
      output_tokens: 3,
      iterations: [iteration("compaction"), iteration("message")],
    };
    const answer = whole({ type: "message", content: [], usage });
    expect(lastUsage(deltasOf("kind" in answer ? [] : answer))).toMatchObject({
      inputTokens: 1007,
      outputTokens: 53,
    });
  });
});

describe("channels", () => {
  it("are one for text and thought, and one for each call", () => {
    const thinking = [
      open({ type: "thinking", thinking: "" }),
      delta({ type: "thinking_delta", thinking: "hm" }),
      delta({ type: "signature_delta", signature: "s" }),
      close(),
    ];
    const calls = [1, 2].flatMap((at) => [
      open({ ...tool, id: `toolu_${at}` }, at),
      delta({ type: "input_json_delta", partial_json: "{}" }, at),
      close(at),
    ]);
    const read = said(
      start,
      ...thinking,
      ...calls,
      open({ type: "text", text: "Hi" }, 3),
      close(3),
      settle("tool_use"),
      stop,
    );
    expect(textsOf(read)).toEqual({
      "reasoning 0": "hm",
      ...{ "tool.name 0/tool/0": "look", "tool.args 0/tool/0": "{}" },
      ...{ "tool.name 0/tool/1": "look", "tool.args 0/tool/1": "{}" },
      "text 0": "Hi",
    });
    expect(deltasOf(read)).toContainEqual({
      kind: "signature",
      channel: "0",
      signature: "s",
      isRedacted: false,
    });
  });

  it("tell what the vendor runs, and hold what it found apart", () => {
    const found = { type: "web_search_result", title: "T", url: "https://a.example", encrypted_content: "x" };
    const read = said(
      start,
      open({ type: "server_tool_use", id: "srv_1", name: "web_search", input: {} }),
      open({ type: "web_search_tool_result", tool_use_id: "srv_1", content: [found] }, 1),
      open({ type: "redacted_thinking", data: "sealed" }, 2),
      open({ type: "container_upload", file_id: "f" }, 3),
      open({ type: "not_known_yet", words: "new" }, 4),
      delta({ type: "citations_delta", citation: { type: "char_location", cited_text: "quoted" } }, 5),
      delta({ type: "compaction_delta", content: "in short", encrypted_content: "x" }, 6),
      stop,
    );
    const deltas = deltasOf(read);
    expect(deltas).toContainEqual({ kind: "tool", channel: "0/tool/0", id: "srv_1", isHosted: true });
    expect(deltas).toContainEqual({ kind: "signature", channel: "0", signature: "sealed", isRedacted: true });
    expect(deltas.some(({ kind }) => kind === "media")).toBe(true);
    expect(textsOf(read)).toEqual({
      "tool.name 0/tool/0": "web_search",
      "tool.result 0/block/1": "Thttps://a.example",
      "tool.result 0/block/4": "new",
      "tool.result 0/block/5": "quoted",
      "text 0/block/6": "in short",
    });
  });

  it("stay right where events repeat one another in their bytes", () => {
    const args = delta({ type: "input_json_delta", partial_json: "1" });
    const read = said(start, open(tool), args, args, start, open(tool), args, args, stop);
    expect(textsOf(read)["tool.args 0/tool/1"]).toBe("11");
  });
});

describe("an answer that is not whole", () => {
  const parts = [start, opened, text("a"), text("b"), close(), settle("end_turn"), stop];

  it("is refused after each event but the last, and within each", () => {
    for (let at = 0; at < parts.length; at++) {
      const before = parts.slice(0, at);
      const half = (parts[at] ?? "").slice(0, -25);
      expect(code(read(anthropicMessages, streamHead, bytes(...before)))).toBe("upstream_truncated");
      expect(code(read(anthropicMessages, streamHead, bytes(...before, half)))).toBe("upstream_truncated");
    }
    expect(code(read(anthropicMessages, streamHead, bytes(...parts)))).toBe(parts.length);
  });

  it.each([
    ["no object", "data: 1\n\n"],
    ["broken JSON", "data: {\n\n"],
    ["a name twice", 'data: {"type":"ping","type":"message_stop"}\n\n'],
    ["a number for a text", delta({ type: "text_delta", text: 1 })],
    ["a block nowhere", text("a", -1)],
    ["a block far away", text("a", 1e6)],
    ["no delta", event({ type: "content_block_delta", index: 0 })],
    ["no message", event({ type: "message_start" })],
  ])("is refused for %s", (_what, part) => {
    expect(code(read(anthropicMessages, streamHead, bytes(start, part, stop)))).toMatch(/^upstream_/);
  });

  it.each([
    [{ type: "message" }],
    [{ type: "message", content: ["text"] }],
    [{ type: "message", content: [{ type: "text", text: {} }] }],
    [{ type: "message", content: [{ type: "tool_use", id: "a" }] }],
  ])("is refused as a whole: %j", (value) => {
    expect(code(whole(value))).toBe("upstream_malformed");
  });
});

describe("errors", () => {
  it.each([
    ["invalid_request_error", 400],
    ["billing_error", 402],
    ["overloaded_error", 529],
    ["timeout_error", 504],
    ["something_new", undefined],
  ])("%s means %s", (type, status) => {
    const error = { type: "error", error: { type, message: "m" } };
    expect(deltasOf(said(event(error)))).toEqual([{ kind: "error", status }]);
    expect(deltasOf(frames(anthropicMessages, wholeHead, bytes(JSON.stringify(error))))).toEqual([
      { kind: "error", status },
    ]);
  });

  it("are known by the event's name alone, as the SDK knows them", () => {
    expect(deltasOf(said("event: error\ndata: {}\n\n"))).toEqual([{ kind: "error", status: undefined }]);
  });

  const path = sharedPath("recorded/observed_errors.json");
  const observed = (path === undefined ? [] : JSON.parse(readFileSync(path, "utf8"))).filter(
    ({ dialect }: { dialect: string }) => dialect === "anthropic-messages",
  );

  it.skipIf(path === undefined)(
    "that were seen are errors with their status, and what was used before is known",
    () => {
      expect(observed.length).toBe(3);
      for (const { status, body } of observed) {
        const head = answerHead(status === 200 ? "text/event-stream" : "application/json", status);
        const deltas = deltasOf(frames(anthropicMessages, head, bytes(body)));
        expect(deltas.at(-1)).toEqual({ kind: "error", status: 529 });
        if (body.includes("message_start")) expect(lastUsage(deltas)).toMatchObject({ inputTokens: 25 });
      }
    },
  );

  it("in another format are errors too, and encoded answers are refused", () => {
    const page = frames(anthropicMessages, answerHead("text/html", 502), bytes("<html>"));
    expect(deltasOf(page)).toEqual([{ kind: "error", status: 502 }]);
    const zipped = answerHead("text/event-stream", 200, { "content-encoding": "gzip" });
    expect(code(read(anthropicMessages, zipped, bytes(start)))).toBe("upstream_encoded");
  });
});
