// Owns the proof that a streamed response is edited, ended and refused in its own format. Knows no client.

import { describe, expect, it } from "vitest";
import { type Frame, noUsage, type Usage } from "../../../../core/contracts/frame.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import { answerHead, bytesOf, deltasOf, frames, limited } from "../answers.ts";
import {
  added,
  args,
  call,
  completed,
  created,
  done,
  message,
  type Node,
  numbered,
  piece,
  response,
  whole,
} from "./events.ts";

const head = answerHead("text/event-stream");
const counted: Usage = { ...noUsage, inputTokens: 15, outputTokens: 3, cachedInputTokens: 5, isExact: false };

/** The frames of a stream before its end. */
function begun(events: readonly Node[]): Frame[] {
  const done = Buffer.from(`data: ${JSON.stringify(completed())}\n\n`);
  return frames(openAiResponses, head, [...numbered(...events), done]).slice(0, -1);
}

function edited(frame: Frame | undefined, change: (text: string) => string): Frame {
  if (frame === undefined) throw new Error("no frame");
  const deltas = frame.deltas.map((each) => ("text" in each ? { ...each, text: change(each.text) } : each));
  return openAiResponses.writer(head).edit(frame, deltas);
}

/** The events that an early end adds. */
function endOf(events: readonly Node[], from = 0): Node[] {
  const writer = openAiResponses.writer(head);
  const before = begun(events).slice(from);
  for (const frame of before) writer.note?.(frame);
  const ending = writer.end("length", counted);
  return eventsOf(ending);
}

function eventsOf(said: readonly Frame[]): Node[] {
  const blocks = bytesOf(said).toString().split("\n\n").slice(0, -1);
  return blocks.map((block) => {
    const [, name, data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    const event: Node = JSON.parse(data);
    expect(event.type).toBe(name);
    return event;
  });
}

const typesOf = (events: readonly Node[]) => events.map(({ type }) => type);
const last = (events: readonly Node[]) => (events.at(-1)?.response ?? {}) as Node;

describe("an edit", () => {
  it("changes the text and leaves order, spaces and big numbers", () => {
    const data = '{"n":9007199254740993, "delta":"a","output_index":0, "type":"response.output_text.delta"}';
    const bytes = Buffer.from(`event: response.output_text.delta\ndata: ${data}\n\n`);
    const [frame] = frames(openAiResponses, head, [bytes, ...numbered(completed())]);
    const changed = bytes.toString().replace('"a"', '"x\\"\\n"');
    expect(edited(frame, () => 'x"\n').bytes.toString()).toBe(changed);
    expect(edited(frame, (same) => same)).toBe(frame);
  });

  it("takes the log probabilities of what it changes with it, and no others", () => {
    const logprobs = [{ token: "Hi", logprob: -0.1, top_logprobs: [] }];
    const parts = ["Hi", "Ho"].map((text) => ({ type: "output_text", text, logprobs, annotations: [] }));
    const [frame] = begun([done({ ...message(), content: parts })]);
    const changed = edited(frame, (text) => (text === "Hi" ? "**" : text));
    expect(eventsOf([changed])[0]?.item).toMatchObject({
      content: [
        { text: "**", logprobs: [] },
        { text: "Ho", logprobs },
      ],
    });
    expect(changed.deltas.filter(({ kind }) => kind === "logprobs")).toHaveLength(1);
  });

  it("reaches names and arguments of calls, in their pieces and where they stand whole", () => {
    const finished = { ...call, arguments: '{"a":1}' };
    for (const event of [args('{"a":1}'), done(finished)]) {
      const [, frame] = begun([added(call), event]);
      expect(edited(frame, (text) => text.replace("1", "2")).bytes.toString()).toContain('{\\"a\\":2}');
    }
  });
});

describe("an early end", () => {
  const partDone = { type: "response.content_part.done", output_index: 0, content_index: 0, item_id: "i" };
  const opened = [created, added({ ...message(), status: "in_progress" })];

  it("closes a text, its part and its item, then says why and what was used", () => {
    const events = endOf([...opened, piece("Hel"), piece("lo")]);
    expect(typesOf(events)).toEqual([
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.incomplete",
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([4, 5, 6, 7]);
    expect(events[0]).toMatchObject({ text: "Hello", item_id: "msg_1", output_index: 0, content_index: 0 });
    expect(last(events)).toMatchObject({
      ...{ id: "resp_1", status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
      output: [{ id: "msg_1", status: "incomplete", content: [{ type: "output_text", text: "Hello" }] }],
      usage: {
        input_tokens: 15,
        input_tokens_details: { cached_tokens: 5 },
        output_tokens: 3,
        total_tokens: 18,
      },
    });
  });

  it("says nothing twice that was said before", () => {
    const ended = (...more: Node[]) => typesOf(endOf([...opened, piece("Hi"), ...more]));
    const part = { ...partDone, part: { type: "output_text", text: "Hi" } };
    expect(ended(whole("Hi"))).toEqual([
      ...["response.content_part.done", "response.output_item.done", "response.incomplete"],
    ]);
    expect(ended(whole("Hi"), part)).toEqual(["response.output_item.done", "response.incomplete"]);
    expect(ended(whole("Hi"), part, done(message("Hi")))).toEqual(["response.incomplete"]);
  });

  it("never says that a call is done whose arguments were cut", () => {
    const events = endOf([created, added(call), args('{"a":')]);
    expect(typesOf(events)).toEqual(["response.incomplete"]);
    expect(last(events).output).toEqual([{ ...call, arguments: '{"a":', status: "incomplete" }]);
  });

  it("keeps what was done, closes thoughts and refusals", () => {
    const finished = { ...call, arguments: "{}", status: "completed" };
    const thought = { type: "reasoning", id: "rs_1", summary: [] };
    const summary = {
      type: "response.reasoning_summary_text.delta",
      output_index: 1,
      summary_index: 0,
      delta: "hm",
    };
    const no = { type: "response.refusal.delta", output_index: 2, content_index: 0, delta: "No" };
    const events = endOf([created, done(finished), added(thought, 1), summary, added(message(), 2), no]);
    expect(typesOf(events)).toEqual([
      ...["response.reasoning_summary_text.done", "response.reasoning_summary_part.done"],
      ...["response.output_item.done", "response.refusal.done", "response.content_part.done"],
      ...["response.output_item.done", "response.incomplete"],
    ]);
    expect(last(events).output).toMatchObject([
      finished,
      { summary: [{ type: "summary_text", text: "hm" }], status: "incomplete" },
      { content: [{ type: "refusal", refusal: "No" }], status: "incomplete" },
    ]);
  });

  it("goes on with the numbers of a stream that was resumed in its middle", () => {
    const begin = Array.from({ length: 40 }, () => ({ type: "response.in_progress", response }));
    const events = endOf([...begin, added(message()), piece("Hi"), piece("!")], 39);
    expect(events[0]?.sequence_number).toBe(43);
  });

  it("is in what the client was sent: edited texts, not those that came", () => {
    const writer = openAiResponses.writer(head);
    const [first, item, text] = begun([...opened, piece("secret")]);
    if (first === undefined || item === undefined) throw new Error("no frames");
    for (const frame of [first, item, edited(text, () => "***")]) writer.note?.(frame);
    const said = bytesOf(writer.end("length", counted)).toString();
    expect(said).toContain("***");
    expect(said).not.toContain("secret");
  });

  it("is nothing where no response was begun, and is read back as what it is", () => {
    expect(endOf([])).toEqual([]);
    const writer = openAiResponses.writer(head);
    const before = begun([...opened, piece("Hi")]);
    for (const frame of before) writer.note?.(frame);
    const ending = writer.end("length", counted);
    const read = frames(openAiResponses, head, [bytesOf([...before, ...ending])]);
    expect(deltasOf(read.slice(-1)).filter(({ kind }) => kind === "end" || kind === "usage")).toEqual([
      { kind: "end", channel: "0", reason: "max_output_tokens", stop: "length" },
      { kind: "usage", usage: { ...counted, isExact: true } },
    ]);
    expect(deltasOf(ending)).toEqual([
      { kind: "end", channel: "0", reason: "max_output_tokens", stop: "length" },
      { kind: "usage", usage: counted },
    ]);
  });
});

describe("a refusal", () => {
  it("in a stream is an error's event, flat and nested, and the last word", () => {
    const writer = openAiResponses.writer(head);
    for (const frame of begun([created, piece("Hi")])) writer.note?.(frame);
    const frame = writer.refuse(limited);
    if (frame === undefined) throw new Error("no frame");
    const error = { message: limited.message, code: "rate_limited" };
    const [event] = eventsOf([frame]);
    expect(event).toMatchObject({ type: "error", sequence_number: 2, ...error, error });
    expect(deltasOf(frames(openAiResponses, head, [frame.bytes])).map(({ kind }) => kind)).toEqual(["error"]);
  });

  it("before the head is the vendor's error object; a whole answer has no place for one", () => {
    const { head, body } = openAiResponses.refuse(limited);
    expect([head.status, JSON.parse(body.toString()).error.code]).toEqual([429, "rate_limited"]);
    const writer = openAiResponses.writer(answerHead("application/json"));
    expect(writer.refuse(limited)).toBeUndefined();
    expect(writer.end("length", counted)).toEqual([]);
  });
});
