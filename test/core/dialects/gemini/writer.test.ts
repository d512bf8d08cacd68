// Owns the proof that a Gemini answer is edited, ended and refused in its own format, in each of its forms.
// Knows no client.

import { describe, expect, it } from "vitest";
import { type Frame, noUsage, type Usage } from "../../../../core/contracts/frame.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { bytesOf, deltasOf, denied, frames, limited, textsOf } from "../answers.ts";
import { lastUsage } from "../recorded-checks.ts";
import type { Node } from "./exchanges.ts";
import { array, begin, bytes, events, type Form, finish, piece, shell, whole } from "./pieces.ts";

const usage: Usage = {
  ...noUsage,
  ...{ inputTokens: 15, cachedInputTokens: 5, outputTokens: 8, reasoningTokens: 5, isExact: false },
};
const forms = [
  ["events", events],
  ["an array", array],
] as const;

const framesOf = (form: Form, pieces: readonly Node[]) =>
  frames(gemini, form.head, bytes(form.write(pieces)));

/** Each text as `change` makes it, through the writer. */
function edited(frame: Frame | undefined, form: Form, change: (text: string) => string): Frame {
  if (frame === undefined) throw new Error("no frame");
  const deltas = frame.deltas.map((each) => ("text" in each ? { ...each, text: change(each.text) } : each));
  return gemini.writer(form.head).edit(frame, deltas);
}

describe.each([...forms, ["one body", whole] as const])("an edit, as %s", (_name, form) => {
  const number = 'candidates" :[ {"n":9007199254740993,';
  const spaced = form.write([finish]).map((part) => part.replace('candidates":[{', number));

  it("changes the text and leaves spaces, order and numbers", () => {
    const [frame] = frames(gemini, form.head, bytes(spaced));
    expect(edited(frame, form, () => 'x"\n').bytes.toString()).toBe(spaced[0]?.replace('"lo"', '"x\\"\\n"'));
    expect(edited(frame, form, (same) => same)).toBe(frame);
  });

  it("of arguments keeps them an object, or a text where it breaks them", () => {
    const call = { functionCall: { name: "f", args: { a: "b" } } };
    const [frame] = framesOf(form, [piece([call], { finishReason: "STOP" })]);
    const args = (change: (text: string) => string) =>
      /"args":(.*?)\}[,}]/.exec(edited(frame, form, change).bytes.toString())?.[1];
    expect(args((text) => text.replace('"b"', '"c"'))).toBe('{"a":"c"');
    expect(args((text) => text.replace("}", "]}"))).toBe('"{\\"a\\":\\"b\\"]}"');
  });

  it("takes away the tokens of its text, which repeat it", () => {
    const logprobsResult = { chosenCandidates: [{ token: "secret" }] };
    const parts = [{ text: "secret" }];
    const [frame] = framesOf(form, [piece(parts, { finishReason: "STOP", logprobsResult })]);
    expect(edited(frame, form, () => "***").bytes.toString()).not.toContain("secret");
  });
});

describe("an edit of arguments that come in pieces", () => {
  const pieceOf = (partialArgs: Node[], more: Node = {}) =>
    piece([{ functionCall: { ...more, partialArgs, willContinue: true } }]);
  const call = pieceOf([{ jsonPath: "$.city", stringValue: "Par", willContinue: true }], { name: "f" });
  const more = pieceOf([
    { jsonPath: "$.city", stringValue: "is" },
    { jsonPath: "$.n", numberValue: 1 },
  ]);
  const [first, second, ...rest] = framesOf(events, [call, more, piece([{ functionCall: {} }]), finish]);
  const ending = rest.map(({ bytes }) => bytes);
  const textOf = (frame: Frame) => frame.bytes.toString();

  it("changes the value where it stands", () => {
    const written = edited(first, events, (text) => text.replace("Par", 'L\\"'));
    expect(textOf(written)).toContain('"stringValue":"L\\"","willContinue":true');
    expect(deltasOf([written]).at(-1)).toMatchObject({ text: '{"city":"L\\"' });
    const next = edited(second, events, (text) => text.replace("is", "yon").replace(":1", ":23"));
    expect(textOf(next)).toContain('"stringValue":"yon"},{"jsonPath":"$.n","numberValue":23}');
  });

  it("throws where it would leave what nobody can put together", () => {
    const spoil = (from: string, to: string) => () =>
      edited(second, events, (text) => text.replace(from, to));
    expect(spoil('"n"', '"m"')).toThrow(RangeError);
    expect(spoil('"', "")).toThrow(RangeError);
    const writer = gemini.writer(events.head);
    if (second === undefined) throw new Error("no frame");
    const says = (text: string) =>
      second.deltas.map((delta) => ("text" in delta ? { ...delta, text } : delta));
    expect(writer.canEdit?.(second, [...second.deltas])).toBe(true);
    expect(writer.canEdit?.(second, says('is","m":1'))).toBe(false);
  });

  it("holds a text in another value's place as another member", () => {
    const written = edited(second, events, (text) => text.replace(":1", ':"one"'));
    expect(textOf(written)).toContain('{"jsonPath":"$.n","numberValue":null,"stringValue":"one"}');
    const bytes = Buffer.concat([first?.bytes ?? written.bytes, written.bytes, ...ending]);
    const answer = frames(gemini, events.head, [bytes]);
    expect(textsOf(answer)["tool.args 0/tool/0"]).toBe('{"city":"Paris","n":"one"}');
  });
});

describe.each(forms)("an early end, as %s", (_name, form) => {
  /** All that the client has got: the pieces, and what the writer adds to them. */
  function ended(...pieces: Node[]): Buffer {
    const writer = gemini.writer(form.head);
    const reader = gemini.reader(form.head, { frameBytesMax: 1 << 16, bodyBytesMax: 1 << 16 });
    const said = bytes(form.write(pieces).slice(0, pieces.length)).flatMap((part) => {
      const read = reader.push(part);
      if ("kind" in read) throw new Error(read.code);
      return read;
    });
    for (const frame of said) writer.note?.(frame);
    return bytesOf([...said, ...writer.end("length", usage)]);
  }

  it("is whole for whoever reads it, and says why and what was used", () => {
    const deltas = deltasOf(frames(gemini, form.head, [ended(begin)]));
    expect(deltas.filter(({ kind }) => kind === "end")).toEqual([
      { kind: "end", channel: "0", reason: "MAX_TOKENS", stop: "length" },
    ]);
    expect(lastUsage(deltas)).toEqual({ ...usage, isExact: true });
    expect(ended(begin).toString()).toContain(JSON.stringify(shell).slice(1, -1));
  });

  it("ends each candidate that goes on, and no other", () => {
    const two = { candidates: [0, 1, 2].map((index) => ({ index, content: { parts: [{ text: "a" }] } })) };
    const one = { candidates: [{ index: 1, finishReason: "STOP" }] };
    const ends = deltasOf(frames(gemini, form.head, [ended(two, one)])).filter(({ kind }) => kind === "end");
    expect(ends).toMatchObject([
      { channel: "1", reason: "STOP" },
      { channel: "0", reason: "MAX_TOKENS" },
      { channel: "2", reason: "MAX_TOKENS" },
    ]);
  });

  it("says nothing of what never began", () => {
    expect(gemini.writer(form.head).end("length", usage)).toEqual([]);
  });
});

describe("a refusal", () => {
  const error = (code: number, status: string, message: string) => ({ code, message, status });

  it("is the last event once the answer has begun", () => {
    const frame = gemini.writer(events.head).refuse(limited);
    const { details, ...said } = JSON.parse(String(frame?.bytes).replace("data: ", "")).error;
    expect(said).toEqual(error(429, "RESOURCE_EXHAUSTED", "Wait a second."));
    expect(details).toMatchObject([{ reason: "RATE_LIMITED", domain: "sluice" }, { retryDelay: "1s" }]);
    expect(frame?.deltas).toEqual([{ kind: "error", status: 429 }]);
  });

  it("is the last element, and closes the list", () => {
    const writer = gemini.writer(array.head);
    const [first] = array.write([begin]);
    const [frame] = framesOf(array, [{ ...finish, ...begin, promptFeedback: { blockReason: "SAFETY" } }]);
    if (frame === undefined || first === undefined) throw new Error("no frame");
    writer.note?.(frame);
    const list = JSON.parse(first + String(writer.refuse(denied)?.bytes));
    expect(list[1].error).toMatchObject(error(403, "PERMISSION_DENIED", denied.message));
    expect(writer.refuse(denied)).toBeUndefined();
    expect(bytesOf(writer.end("length", usage))).toEqual(Buffer.alloc(0));
  });

  it("is nothing within one body, nor after the list's end", () => {
    expect(gemini.writer(whole.head).refuse(denied)).toBeUndefined();
    const writer = gemini.writer(array.head);
    for (const frame of framesOf(array, [begin, finish])) writer.note?.(frame);
    expect(writer.refuse(denied)).toBeUndefined();
  });

  it("is Google's error object before", () => {
    const { head, body } = gemini.refuse(denied);
    expect(head).toMatchObject({ status: 403, headers: { "x-sluice-refusal": "model_denied" } });
    expect(JSON.parse(body.toString()).error).toMatchObject(error(403, "PERMISSION_DENIED", denied.message));
  });

  it.each([
    ["body_malformed", "INVALID_ARGUMENT"],
    ["credential_missing", "UNAUTHENTICATED"],
    ["route_unknown", "NOT_FOUND"],
    ["body_too_large", "INVALID_ARGUMENT"],
    ["rate_limited", "RESOURCE_EXHAUSTED"],
    ["request_timeout", "DEADLINE_EXCEEDED"],
    ["upstream_malformed", "UNAVAILABLE"],
    ["upstream_timeout", "DEADLINE_EXCEEDED"],
    ["overloaded", "UNAVAILABLE"],
    ["internal", "INTERNAL"],
  ] as const)("%s is called %s", (code, status) => {
    expect(JSON.parse(gemini.refuse(refuse(code)).body.toString())).toMatchObject({ error: { status } });
  });
});
