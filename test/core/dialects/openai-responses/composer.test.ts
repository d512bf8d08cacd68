// Owns the proof that answers of other vendors are written as responses, whole and in events. Knows no
// client.

import { describe, expect, it } from "vitest";
import type { Delta, StopReason, TextKind } from "../../../../core/contracts/frame.ts";
import { noUsage } from "../../../../core/contracts/frame.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import { unproven } from "../../../../core/text/proof-mark.ts";
import { answerHead, deltasOf, frames } from "../answers.ts";
import type { Node } from "./events.ts";

const said = (kind: TextKind, text: string, channel = "0"): Delta => ({
  kind,
  channel,
  text,
  mode: "append",
});
const tool = (channel: string, id: string): Delta => ({ kind: "tool", channel, id, isHosted: false });
const end = (stop: StopReason): Delta => ({ kind: "end", channel: "0", reason: "x", stop });
const start: Delta = { kind: "start", id: "msg_1", model: "theirs" };
const usage: Delta = {
  kind: "usage",
  usage: { ...noUsage, inputTokens: 9, outputTokens: 4, reasoningTokens: 1 },
};
const call = (channel: string, id: string, ...args: readonly string[]): readonly Delta[] => [
  tool(channel, id),
  said("tool.name", "look", channel),
  ...args.map((piece) => said("tool.args", piece, channel)),
];

const composer = (form: "stream" | "whole") => {
  const { translation } = openAiResponses;
  if (translation === undefined) throw new Error("no translation");
  return translation.composer({ model: "ours", isStream: form === "stream" });
};

function stream(deltas: readonly Delta[], { isCut = false } = {}): Buffer {
  const made = composer("stream");
  return Buffer.concat([...deltas.map((delta) => made.add([delta])), ...(isCut ? [] : [made.end()])]);
}

function eventsOf(bytes: Buffer): Node[] {
  const blocks = bytes.toString().split("\n\n").slice(0, -1);
  return blocks.map((block) => JSON.parse(block.slice(block.indexOf("\ndata: ") + 7)));
}

const typesOf = (events: readonly Node[]) => events.map(({ type }) => String(type).replace("response.", ""));
const lastOf = (deltas: readonly Delta[]) => (eventsOf(stream(deltas)).at(-1)?.response ?? {}) as Node;

function whole(deltas: readonly Delta[]): Node {
  const made = composer("whole");
  for (const delta of deltas) made.add([delta]);
  return JSON.parse(made.end().toString());
}

/** Without ids and times, which are new each time. */
function plain(response: Node): Node {
  return JSON.parse(
    JSON.stringify(response, (name, value) => (/^(id|created_at)$/.test(name) ? undefined : value)),
  );
}

describe("a streamed answer", () => {
  it("is begun, said piece by piece, closed from the inside out and counted, each event numbered", () => {
    const events = eventsOf(stream([start, said("text", "Hel"), said("text", "lo"), end("stop"), usage]));
    expect(typesOf(events)).toEqual([
      ...["created", "in_progress", "output_item.added", "content_part.added"],
      ...["output_text.delta", "output_text.delta", "output_text.done", "content_part.done"],
      ...["output_item.done", "completed"],
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    expect(events[0]?.response).toMatchObject({
      id: "msg_1",
      model: "ours",
      status: "in_progress",
      output: [],
    });
    expect(events.at(-1)?.response).toMatchObject({
      ...{ id: "msg_1", model: "ours", status: "completed", incomplete_details: null },
      output: [{ type: "message", role: "assistant", status: "completed", content: [{ text: "Hello" }] }],
      usage: {
        input_tokens: 9,
        output_tokens: 4,
        output_tokens_details: { reasoning_tokens: 1 },
        total_tokens: 13,
      },
    });
  });

  it("names each item and part in all of its events", () => {
    const events = eventsOf(
      stream([start, said("reasoning", "hm"), said("text", "Hi"), said("refusal", "No"), usage]),
    );
    const ids = events.flatMap(({ item_id, output_index }) => (item_id ? [[output_index, item_id]] : []));
    expect(new Set(ids.map((pair) => JSON.stringify(pair))).size).toBe(2);
    const refused = events.find(({ type }) => type === "response.refusal.delta");
    expect(refused).toMatchObject({ output_index: 1, content_index: 1 });
    const thought = events.find(({ type }) => type === "response.reasoning_summary_text.delta");
    expect(thought).toMatchObject({ output_index: 0, summary_index: 0, delta: "hm" });
  });

  it("keeps calls open until the answer is whole, however they are mixed", () => {
    const [one, two] = ["0/tool/0", "0/tool/1"];
    const mixed = [
      ...[start, tool(one, "call_a"), said("tool.name", "look", one), tool(two, "call_b")],
      ...[said("tool.name", "find", two), said("tool.args", "{", one), said("tool.args", "{}", two)],
      ...[said("tool.args", "}", one)],
    ];
    const before = typesOf(eventsOf(stream(mixed, { isCut: true })));
    expect(before.filter((type) => type.endsWith("done"))).toEqual([]);
    const { output } = lastOf([...mixed, end("tool_calls")]);
    expect(output).toMatchObject([
      { type: "function_call", call_id: "call_a", name: "look", arguments: "{}", status: "completed" },
      { type: "function_call", call_id: "call_b", name: "find", arguments: "{}", status: "completed" },
    ]);
  });

  it("that was cut within a call never says that the call is done", () => {
    const calls = [...call("0/tool/0", "call_a", '{"a":1}'), ...call("0/tool/1", "call_b", '{"a":')];
    const events = eventsOf(stream([start, ...calls, end("length"), usage]));
    const done = events.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
    expect(done).toMatchObject([{ call_id: "call_a" }]);
    expect(events.at(-1)).toMatchObject({
      type: "response.incomplete",
      response: {
        ...{ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
        output: [{ status: "completed" }, { status: "incomplete", arguments: '{"a":' }],
      },
    });
    expect(typesOf(eventsOf(stream([start, ...call("0/tool/0", "c"), end("length")])))).not.toContain(
      "output_item.done",
    );
  });

  it("says calls without arguments as such, and leaves out what the vendor ran itself", () => {
    const search: Delta = { kind: "tool", channel: "0/tool/0", id: "ws", isHosted: true };
    const hosted = [search, said("tool.args", "news", "0/tool/0")];
    const beside = [said("tool.args", "news", "0/tool/0/action/query"), said("tool.result", "r", "0/tool/0")];
    const deltas = [start, ...hosted, ...beside, ...call("0/tool/1", "call_a"), end("tool_calls")];
    expect(lastOf(deltas).output).toMatchObject([{ call_id: "call_a", name: "look", arguments: "{}" }]);
    const events = eventsOf(stream(deltas));
    expect(events.find(({ type }) => String(type).endsWith("arguments.done"))).toMatchObject({
      arguments: "{}",
    });
  });

  it("keeps proofs of thought with the thoughts, shown or withheld, and marks those without", () => {
    const shown: Delta = { kind: "signature", channel: "0", signature: "s1", isRedacted: false };
    const withheld: Delta = { ...shown, signature: "s2", isRedacted: true };
    const thoughts = [said("reasoning", "one"), shown, said("reasoning", "two"), withheld];
    expect(lastOf([start, ...thoughts, said("text", "Hi"), end("stop")]).output).toMatchObject([
      { type: "reasoning", summary: [{ text: "one" }], encrypted_content: "s1" },
      { type: "reasoning", summary: [{ text: "two" }], encrypted_content: unproven },
      { type: "reasoning", summary: [], encrypted_content: "s2" },
      { type: "message" },
    ]);
  });

  it("has an image where OpenAI's own tool would put it", () => {
    const image = {
      kind: "media",
      channel: "0",
      mediaType: "image/png",
      data: "aGk=",
      url: undefined,
    } as const;
    const sound = { ...image, mediaType: "audio/wav" };
    expect(lastOf([start, image, sound, end("stop")]).output).toMatchObject([
      { type: "image_generation_call", status: "completed", result: "aGk=", output_format: "png" },
    ]);
  });

  it("says nothing that another said before, or that is of another choice", () => {
    const repeated: Delta[] = [
      { ...said("text", "Hi"), mode: "snapshot" } as Delta,
      { ...said("text", "Hi"), mode: "repeat" } as Delta,
      said("text", "other", "1"),
    ];
    expect(lastOf([start, said("text", "Hi"), ...repeated, end("stop")]).output).toMatchObject([
      { content: [{ text: "Hi" }] },
    ]);
  });

  it("that is too long to be said again ends as an error, and says no more", () => {
    const made = composer("stream");
    const piece = said("text", "x".repeat(1 << 20));
    const pieces = Array.from({ length: 9 }, () => made.add([piece]));
    const events = eventsOf(Buffer.concat(pieces.slice(-1)));
    expect(typesOf(events)).toEqual(["output_text.delta", "error"]);
    expect([made.add([piece]).length, made.end().length]).toEqual([0, 0]);
  });
});

describe("an answer", () => {
  const ends: readonly (readonly [StopReason, string, string | undefined])[] = [
    ["stop", "completed", undefined],
    ["stop_sequence", "completed", undefined],
    ["tool_calls", "completed", undefined],
    ["pause", "completed", undefined],
    ["other", "completed", undefined],
    ["length", "incomplete", "max_output_tokens"],
    ["content_filter", "incomplete", "content_filter"],
    ["refusal", "incomplete", "content_filter"],
  ];

  it.each(ends)("that ended by %s is %s", (stop, status, reason) => {
    const { incomplete_details: details = null, ...response } = whole([start, said("text", "Hi"), end(stop)]);
    expect([response.status, details]).toEqual([status, reason === undefined ? null : { reason }]);
  });

  it("is the same whole as in its stream's last event", () => {
    const deltas = [
      start,
      said("reasoning", "hm"),
      said("text", "Hi"),
      ...call("0/tool/0", "call_a", "{}"),
      usage,
    ];
    expect(plain(whole(deltas))).toEqual(plain(lastOf(deltas)));
  });

  it("is read back as what it was made of", () => {
    const deltas = [
      start,
      said("text", "Hi"),
      ...call("0/tool/0", "call_a", '{"a":1}'),
      end("tool_calls"),
      usage,
    ];
    const read = deltasOf(frames(openAiResponses, answerHead("text/event-stream"), [stream(deltas)]));
    const again = read.filter((delta) => !("mode" in delta) || delta.mode === "append");
    expect(again.map(({ kind }) => kind)).toEqual([
      ...["start", "text", "tool", "tool.name", "tool.args", "end", "usage"],
    ]);
    expect(again).toContainEqual(expect.objectContaining({ kind: "usage", usage: usage.usage }));
  });

  it("without a word is a response all the same", () => {
    expect(whole([])).toMatchObject({ status: "completed", output: [], usage: null, model: "ours" });
    expect(String(whole([]).id)).toMatch(/^resp_/);
    expect(typesOf(eventsOf(stream([])))).toEqual(["created", "in_progress", "completed"]);
  });
});
