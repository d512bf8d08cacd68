// Owns the proof that a chat completion says what it is, which calls begin, and what it made that is no text.
// Knows the dialect only.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { answerHead, deltasOf, frames } from "../answers.ts";
import { chunk, delta, done, end } from "./chunks.ts";

const streamed = (...parts: string[]) =>
  deltasOf(
    frames(
      openAiChat,
      answerHead("text/event-stream"),
      parts.map((part) => Buffer.from(part)),
    ),
  );
const whole = (value: JsonValue) =>
  deltasOf(frames(openAiChat, answerHead("application/json"), [Buffer.from(JSON.stringify(value))]));
const message = (members: { [name: string]: JsonValue }) =>
  whole({ choices: [{ index: 0, message: members, finish_reason: "stop" }] });
const text = (kind: string, channel: string, said: string, mode = "append") =>
  expect.objectContaining({ kind, channel, text: said, mode });
const tool = (channel: string, id: string | undefined) => ({ kind: "tool", channel, id, isHosted: false });
const stopped = { kind: "end", channel: "0", reason: "stop", stop: "stop" };

describe("an answer says what it is", () => {
  it("once, however many chunks repeat it", () => {
    const start = { kind: "start", id: "chatcmpl-1", model: "m-1" };
    expect(streamed(delta({ content: "a" }), delta({ content: "b" }), end("stop"), done)).toEqual([
      start,
      text("text", "0", "a"),
      text("text", "0", "b"),
      stopped,
    ]);
    expect(whole({ id: "x", model: "m", choices: [] })).toEqual([{ kind: "start", id: "x", model: "m" }]);
    expect(whole({ id: 1, choices: [] })).toEqual([{ kind: "start", id: undefined, model: undefined }]);
  });
});

describe("a call begins", () => {
  const call = (index: number | undefined, id: string | undefined, name: string | undefined, args: string) =>
    delta({
      tool_calls: [
        {
          ...(index !== undefined && { index }),
          ...(id !== undefined && { id }),
          function: { ...(name !== undefined && { name }), arguments: args },
        },
      ],
    });

  it("with its id, before its name, once", () => {
    expect(streamed(call(0, "c1", "get", ""), call(0, undefined, undefined, "{}"), done).slice(1)).toEqual([
      tool("0/tool/0", "c1"),
      text("tool.name", "0/tool/0", "get"),
      text("tool.args", "0/tool/0", "{}"),
    ]);
  });

  it("once where every chunk repeats the id, anew where another id stands in its place", () => {
    const said = streamed(
      call(0, "c1", "a", "1"),
      call(0, "c1", undefined, "2"),
      call(0, "c2", "b", "3"),
      done,
    );
    expect(said.filter(({ kind }) => kind === "tool")).toEqual([
      tool("0/tool/0", "c1"),
      tool("0/tool/0", "c2"),
    ]);
  });

  it("without an id where there is none", () => {
    expect(message({ function_call: { name: "old", arguments: "{}" } })).toEqual([
      tool("0/tool/0", undefined),
      text("tool.name", "0/tool/0", "old"),
      text("tool.args", "0/tool/0", "{}"),
      stopped,
    ]);
    expect(streamed(call(undefined, "", "get", "{}"), done)[1]).toEqual(tool("0/tool/0", undefined));
  });
});

describe("what is thought is said before what is said", () => {
  it("in one way, the others repeat it", () => {
    const details = [{ type: "reasoning.text", text: "hm" }];
    expect(message({ content: "a", reasoning: "hm", reasoning_details: details })).toEqual([
      text("reasoning", "0", "hm"),
      text("reasoning", "0/details/0", "hm", "repeat"),
      text("text", "0", "a"),
      stopped,
    ]);
    expect(message({ content: "a", reasoning: "", reasoning_details: details })[0]).toEqual(
      text("reasoning", "0/details/0", "hm"),
    );
    expect(message({ reasoning: "x", reasoning_content: "x" }).slice(0, 2)).toEqual([
      text("reasoning", "0", "x"),
      text("reasoning", "0/reasoning", "x", "repeat"),
    ]);
  });
});

describe("what is no text", () => {
  const png = { type: "image_url", image_url: { url: "data:image/PNG;base64,AAAA" } };

  it("is media: sounds, and images as they are written de facto", () => {
    const far = { type: "image_url", image_url: { url: "https://images.test/a.png" } };
    expect(message({ images: [png, far], audio: { id: "a", data: "UklG", transcript: "hi" } })).toEqual([
      text("text", "0/audio", "hi"),
      { kind: "media", channel: "0/audio", mediaType: "audio/*", data: "UklG", url: undefined },
      { kind: "media", channel: "0", mediaType: "image/png", data: "AAAA", url: undefined },
      {
        kind: "media",
        channel: "0",
        mediaType: undefined,
        data: undefined,
        url: "https://images.test/a.png",
      },
      stopped,
    ]);
    const chunks = streamed(chunk({ choices: [{ index: 1, delta: { images: [png] } }] }), done);
    expect(chunks[1]).toMatchObject({ kind: "media", channel: "1" });
  });

  it("is the log probabilities, which go where a text is changed", () => {
    const logprobs = { content: [{ token: "a", logprob: -0.1, bytes: [97], top_logprobs: [] }] };
    const choices = [
      { index: 0, message: { content: "a" }, logprobs },
      { index: 1, message: { content: "a" }, logprobs },
    ];
    const head = answerHead("application/json");
    const [frame] = frames(openAiChat, head, [Buffer.from(JSON.stringify({ choices }))]);
    if (frame === undefined) throw new Error("no frame");
    const proof = (channel: string) => {
      return { kind: "logprobs", channel, value: logprobs, pointer: `/choices/${channel}/logprobs` };
    };
    expect(frame.deltas).toEqual([text("text", "0", "a"), proof("0"), text("text", "1", "a"), proof("1")]);
    const [first, ...others] = frame.deltas;
    if (first?.kind !== "text") throw new Error("no text");
    const changed = openAiChat.writer(head).edit(frame, [{ ...first, text: "b" }, ...others]);
    expect(changed.deltas).toEqual([text("text", "0", "b"), text("text", "1", "a"), proof("1")]);
    expect(JSON.parse(changed.bytes.toString()).choices[0].logprobs).toBeNull();
    const bare = openAiChat.writer(head).edit(
      frame,
      frame.deltas.map((delta) => (delta.kind === "logprobs" ? { ...delta, value: null } : delta)),
    );
    expect(bare.deltas).toEqual([text("text", "0", "a"), text("text", "1", "a")]);
    expect(bare.bytes.includes("token")).toBe(false);
  });
});
