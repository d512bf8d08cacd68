// Owns the proof that a chat completion is composed of deltas, streamed and whole. Knows the dialect only.

import { describe, expect, it } from "vitest";
import { type Delta, noUsage, type TextKind } from "../../../../core/contracts/frame.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { answerHead, deltasOf, frames, textsOf } from "../answers.ts";

const text = (
  kind: TextKind,
  channel: string,
  said: string,
  mode: "append" | "snapshot" = "append",
): Delta => ({
  kind,
  channel,
  text: said,
  mode,
});
const tool = (channel: string, id?: string): Delta => ({ kind: "tool", channel, id, isHosted: false });
const end = (stop: "stop" | "length" | "refusal" | "pause"): Delta => ({
  kind: "end",
  channel: "0",
  reason: "its word",
  stop,
});
const usage = { ...noUsage, inputTokens: 9, outputTokens: 4, cachedInputTokens: 2, reasoningTokens: 1 };
const counted: Delta = { kind: "usage", usage };

function compose(deltas: readonly Delta[], { isStream }: { readonly isStream: boolean }) {
  const composer = openAiChat.translation?.composer({ model: "asked-for", isStream });
  if (composer === undefined) throw new Error("no translation");
  const bytes = Buffer.concat([...deltas.map((delta) => composer.add([delta])), composer.end()]);
  const head = answerHead(String(composer.headers["content-type"]));
  return { said: bytes.toString(), read: frames(openAiChat, head, [bytes]) };
}

const chunks = (said: string) =>
  said
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice("data: ".length)));

describe.each([{ isStream: true }, { isStream: false }])("an answer, streamed: $isStream", (about) => {
  const composed = (...deltas: Delta[]) => compose(deltas, about);

  it("is read as it was said", () => {
    const { read } = composed(
      { kind: "start", id: "msg_1", model: "claude" },
      text("reasoning", "0", "hm"),
      { kind: "signature", channel: "0", signature: "sig", isRedacted: false },
      text("text", "0", "Hel"),
      text("text", "0", "lo"),
      text("text", "0", "Hello", "snapshot"),
      tool("0/tool/1", "c1"),
      text("tool.name", "0/tool/1", "get"),
      text("tool.args", "0/tool/1", '{"a":'),
      tool("0/tool/2", "c2"),
      text("tool.name", "0/tool/2", "put"),
      text("tool.args", "0/tool/1", "1}"),
      counted,
      end("stop"),
      { ...counted, usage: { ...usage, outputTokens: 5 } },
    );
    expect(textsOf(read)).toEqual({
      "reasoning 0": "hm",
      "text 0": "Hello",
      "tool.name 0/tool/0": "get",
      "tool.args 0/tool/0": '{"a":1}',
      "tool.name 0/tool/1": "put",
      "tool.args 0/tool/1": "{}",
    });
    const said = deltasOf(read);
    expect(said[0]).toEqual({ kind: "start", id: "msg_1", model: "asked-for" });
    expect(said.flatMap((delta) => (delta.kind === "tool" ? [delta.id] : []))).toEqual(["c1", "c2"]);
    expect(said.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []))).toEqual(["tool_calls"]);
    expect(said.at(-1)).toEqual({ kind: "usage", usage: { ...usage, outputTokens: 5 } });
  });

  it("leaves out what the vendor ran itself", () => {
    const { read } = composed(
      { kind: "tool", channel: "0/tool/0", id: "h1", isHosted: true },
      text("tool.name", "0/tool/0", "web_search"),
      text("tool.args", "0/tool/0", "{}"),
      text("tool.result", "0/tool/0", "a page"),
      text("text", "0", "found"),
      end("pause"),
    );
    expect(textsOf(read)).toEqual({ "text 0": "found" });
    expect(deltasOf(read).at(-1)).toMatchObject({ reason: "stop" });
  });

  it("gives a call an id where nobody did, and another where another begins in its place", () => {
    const { read } = composed(
      text("tool.name", "0/tool/0", "a"),
      text("tool.args", "0/tool/0", "1"),
      tool("0/tool/0", "c2"),
      text("tool.name", "0/tool/0", "b"),
      end("length"),
    );
    const ids = deltasOf(read).flatMap((delta) => (delta.kind === "tool" ? [delta.id] : []));
    expect(ids).toEqual([expect.stringMatching(/^call_[0-9a-f]{24}$/), "c2"]);
    expect(textsOf(read)["tool.args 0/tool/1"]).toBe("{}");
    expect(deltasOf(read).at(-1)).toMatchObject({ reason: "length" });
  });

  it("holds several choices, refusals and images", () => {
    const { read } = composed(
      text("refusal", "0", "no"),
      text("text", "1", "yes"),
      { kind: "media", channel: "1", mediaType: "image/png", data: "AAAA", url: undefined },
      { kind: "media", channel: "1", mediaType: "audio/wav", data: "AAAA", url: undefined },
      end("refusal"),
    );
    expect(textsOf(read)).toEqual({ "refusal 0": "no", "text 1": "yes" });
    expect(deltasOf(read).filter(({ kind }) => kind === "media")).toMatchObject([{ mediaType: "image/png" }]);
    const ends = deltasOf(read).filter(({ kind }) => kind === "end");
    expect(ends).toMatchObject([
      { channel: "0", reason: "content_filter" },
      { channel: "1", reason: "stop" },
    ]);
  });

  it("is one that says nothing where nothing was said", () => {
    const { read } = composed();
    expect(textsOf(read)).toEqual({});
    expect(deltasOf(read)).toMatchObject([{ kind: "start" }, { kind: "end", channel: "0", reason: "stop" }]);
  });
});

describe("a streamed one", () => {
  it("is said as it comes, and its end and its usage only when all is well", () => {
    const composer = openAiChat.translation?.composer({ model: "m", isStream: true });
    const first = chunks(String(composer?.add([text("text", "0", "a")])));
    expect(first).toMatchObject([
      {
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta: { role: "assistant", content: "a" } }],
      },
    ]);
    expect(String(composer?.add([end("stop"), counted]))).toBe("");
    const last = String(composer?.end());
    expect(chunks(last)).toMatchObject([
      { id: first[0].id, choices: [{ delta: {}, finish_reason: "stop" }] },
      { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 } },
    ]);
    expect(last.endsWith("data: [DONE]\n\n")).toBe(true);
  });
});

describe("a whole one", () => {
  it("has no content where it only calls", () => {
    const { said } = compose([tool("0/tool/0", "c"), text("tool.name", "0/tool/0", "f"), end("stop")], {
      isStream: false,
    });
    expect(JSON.parse(said)).toMatchObject({
      object: "chat.completion",
      model: "asked-for",
      choices: [
        {
          message: {
            role: "assistant",
            content: null,
            refusal: null,
            tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          finish_reason: "tool_calls",
        },
      ],
    });
    expect(JSON.parse(compose([], { isStream: false }).said).choices[0].message.content).toBe("");
  });
});
