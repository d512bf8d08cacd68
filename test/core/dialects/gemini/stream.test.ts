// Owns the proof of how Gemini's events, array elements and bodies are read where the recorded ones are
// silent. Knows no client.

import { describe, expect, it } from "vitest";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { answerHead, deltasOf, frames, read, textsOf } from "../answers.ts";
import { lastUsage } from "../recorded-checks.ts";
import type { Node } from "./exchanges.ts";
import { array, begin, bytes, events, type Form, finish, piece, usageMetadata, whole } from "./pieces.ts";

const forms = [
  ["events", events],
  ["an array", array],
] as const;
const said = (pieces: readonly Node[], form: Form = events) =>
  frames(gemini, form.head, bytes(form.write(pieces)));
const code = (answer: ReturnType<typeof read>) => ("kind" in answer ? answer.code : "whole");

describe.each([...forms, ["one body", whole] as const])("as %s", (name, form) => {
  const ends = { finishReason: "STOP", index: 0 };
  const parts = [
    { text: "Two towns.", thought: true },
    { text: "Let me look." },
    { functionCall: { name: "look", args: { n: 1 }, id: "a" }, thoughtSignature: "sig" },
    { functionCall: { name: "look", args: {} } },
  ];
  const pieces = name === "one body" ? [piece(parts, ends)] : [...parts.map((part) => piece([part])), finish];

  it("an answer says its thoughts, its words and its calls, each on its channel", () => {
    const answer = said(pieces, form);
    expect(textsOf(answer)).toEqual({
      "reasoning 0": "Two towns.",
      "text 0": name === "one body" ? "Let me look." : "Let me look.lo",
      ...{ "tool.name 0/tool/0": "look", "tool.args 0/tool/0": '{"n":1}' },
      ...{ "tool.name 0/tool/1": "look", "tool.args 0/tool/1": "{}" },
    });
    const deltas = deltasOf(answer);
    expect(deltas.filter(({ kind }) => kind === "tool")).toEqual([
      { kind: "tool", channel: "0/tool/0", id: "a", isHosted: false },
      { kind: "tool", channel: "0/tool/1", id: undefined, isHosted: false },
    ]);
    const order = deltas.map(({ kind }) => kind);
    expect(order.indexOf("signature")).toBe(order.indexOf("tool") - 1);
    expect(deltas).toContainEqual({ kind: "end", channel: "0", reason: "STOP", stop: "tool_calls" });
  });
});

describe("what is said", () => {
  it("of several candidates is on channels of their own", () => {
    const two = { candidates: [...[0, 1].map((index) => ({ index, content: { parts: [{ text: "a" }] } }))] };
    const ends = { candidates: [0, 1].map((index) => ({ index, finishReason: "STOP" })) };
    const answer = said([two, two, ends]);
    expect(textsOf(answer)).toEqual({ "text 0": "aa", "text 1": "aa" });
    expect(deltasOf(answer).filter(({ kind }) => kind === "end")).toMatchObject([
      { channel: "0" },
      { channel: "1" },
    ]);
  });

  it("by Google's own tools is told apart, and what they found is no model's word", () => {
    const parts = [
      { executableCode: { language: "PYTHON", code: "print(1)" } },
      { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
      { toolCall: { toolType: "GOOGLE_SEARCH_WEB", args: { queries: ["a"] }, id: "t" } },
      { toolResponse: { toolType: "GOOGLE_SEARCH_WEB", response: { found: "b" }, id: "t" } },
    ];
    const answer = said([piece(parts, { finishReason: "STOP" })]);
    expect(textsOf(answer)).toEqual({
      ...{ "tool.args 0/tool/0": "print(1)", "tool.result 0/tool/0": "1\n" },
      ...{ "tool.name 0/tool/1": "GOOGLE_SEARCH_WEB", "tool.args 0/tool/1": '{"queries":["a"]}' },
      "tool.result 0/tool/1": '{"found":"b"}',
    });
    expect(deltasOf(answer)).toContainEqual({
      ...{ kind: "tool", channel: "0/tool/0", id: undefined, isHosted: true },
    });
    expect(deltasOf(answer)).toContainEqual({ kind: "end", channel: "0", reason: "STOP", stop: "stop" });
  });

  it("twice, beside its sources, is a snapshot", () => {
    const groundingMetadata = {
      webSearchQueries: ["a", "b"],
      groundingSupports: [{ segment: { text: "Hello" } }],
      groundingChunks: [{ retrievedContext: { text: "quoted" } }],
    };
    const deltas = deltasOf(said([begin, { ...finish, ...grounded(finish, groundingMetadata) }]));
    const asides = deltas.filter((delta) => "text" in delta && delta.mode === "snapshot");
    expect(asides).toMatchObject([
      { channel: "0/groundingSupports/0", text: "Hello" },
      { kind: "tool.result", text: "a" },
      { kind: "tool.result", text: "b" },
      { kind: "tool.result", text: "quoted" },
    ]);
    expect(lastUsage(deltas)?.webSearches).toBe(2);
  });

  const grounded = ({ candidates }: Node, groundingMetadata: Node): Node => ({
    candidates: (candidates as Node[]).map((candidate) => ({ ...candidate, groundingMetadata })),
  });

  it("in images and sounds is media", () => {
    const parts = [
      { inlineData: { mimeType: "image/png", data: "iVBO" } },
      { fileData: { mimeType: "video/mp4", fileUri: "gs://b/v" } },
      { audioTranscription: { text: "spoken" } },
    ];
    const answer = said([piece(parts, { finishReason: "STOP" })]);
    expect(deltasOf(answer).filter(({ kind }) => kind === "media")).toMatchObject([
      { mediaType: "image/png", data: "iVBO", url: undefined },
      { mediaType: "video/mp4", data: undefined, url: "gs://b/v" },
    ]);
    expect(textsOf(answer)).toEqual({ "text 0/audio": "spoken" });
  });

  it("with its tokens holds those", () => {
    const logprobsResult = { chosenCandidates: [{ token: "lo", logProbability: -0.1 }] };
    const deltas = deltasOf(said([piece([{ text: "lo" }], { finishReason: "STOP", logprobsResult })]));
    const pointer = "/candidates/0/logprobsResult";
    expect(deltas).toContainEqual({ kind: "logprobs", channel: "0", value: logprobsResult, pointer });
  });
});

describe("an end", () => {
  it.each([
    ["STOP", "stop"],
    [1, "stop"],
    ["MAX_TOKENS", "length"],
    [2, "length"],
    ["SAFETY", "content_filter"],
    ["PROHIBITED_CONTENT", "content_filter"],
    ["MALFORMED_FUNCTION_CALL", "other"],
    ["SOMETHING_NEW", "other"],
  ])("%s means %s", (finishReason, stop) => {
    const ends = deltasOf(said([piece([], { finishReason })])).filter(({ kind }) => kind === "end");
    expect(ends).toMatchObject([{ stop }]);
  });

  it("comes without a candidate where the prompt is blocked", () => {
    const promptFeedback = { blockReason: "SAFETY" };
    expect(deltasOf(said([{ promptFeedback, usageMetadata: { promptTokenCount: 7 } }]))).toMatchObject([
      { kind: "end", channel: "0", reason: "SAFETY", stop: "content_filter" },
      { kind: "usage", usage: { inputTokens: 7, outputTokens: 0 } },
    ]);
  });
});

describe("usage", () => {
  it("is what its last word says: thoughts and what tools read are counted beside", () => {
    const last = {
      ...{ promptTokenCount: 10, toolUsePromptTokenCount: 5, cachedContentTokenCount: 4 },
      ...{ candidatesTokenCount: 3, thoughtsTokenCount: 20, totalTokenCount: 38 },
    };
    const deltas = deltasOf(
      said([
        { ...begin, usageMetadata },
        { ...finish, usageMetadata: last },
      ]),
    );
    expect(lastUsage(deltas)).toMatchObject({
      ...{ inputTokens: 15, cachedInputTokens: 4, outputTokens: 23, reasoningTokens: 20, isExact: true },
    });
  });

  it("is none where the prompt's figure is missing, as within Vertex AI's streams", () => {
    const deltas = deltasOf(said([{ ...begin, usageMetadata: { trafficType: "ON_DEMAND" } }, finish]));
    expect(deltas.filter(({ kind }) => kind === "usage")).toHaveLength(1);
  });
});

describe.each(forms)("an answer that is not whole, as %s", (_name, form) => {
  const parts = form.write([begin, piece([{ text: "l" }]), finish]);

  it("is refused after each piece but the last, and within each", () => {
    for (let at = 0; at < parts.length; at++) {
      const before = parts.slice(0, at);
      const half = (parts[at] ?? "").slice(0, -20);
      expect(code(read(gemini, form.head, bytes(before)))).toBe("upstream_truncated");
      expect(code(read(gemini, form.head, bytes([...before, half])))).toBe("upstream_truncated");
    }
    expect(code(read(gemini, form.head, bytes(parts)))).toBe("whole");
  });

  it("is refused where one of its candidates goes on", () => {
    const other = { candidates: [{ index: 1, content: { parts: [{ text: "a" }] } }] };
    expect(code(read(gemini, form.head, bytes(form.write([other, finish]))))).toBe("upstream_truncated");
  });

  it.each<[string, unknown]>([
    ["no object", 1],
    ["candidates that are no list", { candidates: {} }],
    ["a candidate nowhere", { candidates: [{ index: -1 }] }],
    ["a candidate far away", { candidates: [{ index: 1e6 }] }],
    ["parts that are no list", { candidates: [{ content: { parts: "a" } }] }],
    ["a number for a text", piece([{ text: 1 }])],
    ["a text for a call", piece([{ functionCall: "f" }])],
    ["a list for arguments", piece([{ functionCall: { name: "f", args: [] } }])],
  ])("is refused for %s", (_what, value) => {
    expect(code(read(gemini, form.head, bytes(form.write([value as Node, finish]))))).toBe(
      "upstream_malformed",
    );
  });

  it("is refused for a name twice, and for more calls than anybody makes", () => {
    const twice = form.write([begin]).map((part) => part.replace('{"', '{"responseId":"r2","'));
    expect(code(read(gemini, form.head, bytes(twice)))).toBe("upstream_malformed");
    const many = Array.from({ length: 200 }, () => ({ functionCall: { name: "f", args: {} } }));
    expect(code(read(gemini, form.head, bytes(form.write([piece(many)]))))).toBe("upstream_malformed");
  });
});

it.each([
  ["no comma", "[{}{}]"],
  ["a comma first", "[,{}]"],
  ["a comma last", `[${JSON.stringify(finish)},]`],
  ["something after it", `[${JSON.stringify(finish)}]{}`],
  ["a second list after it", `[${JSON.stringify(finish)}][]`],
])("an array with %s is refused", (_what, text) => {
  expect(code(read(gemini, array.head, bytes([text])))).toBe("upstream_malformed");
});

it.each([
  ["nothing", ""],
  ["half of it", '{"candidates":[{"content":{"parts":[{"te'],
])("a body with %s is refused", (_what, text) => {
  expect(code(read(gemini, whole.head, bytes([text])))).toBe("upstream_truncated");
});

describe("errors", () => {
  const error = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } };

  it.each(forms)("within an answer are an end with their status, as %s", (_name, form) => {
    expect(deltasOf(said([begin, error], form)).at(-1)).toEqual({ kind: "error", status: 503 });
    expect(deltasOf(said([error], form))).toEqual([{ kind: "error", status: 503 }]);
  });

  it.each([
    [{ code: 429, status: "RESOURCE_EXHAUSTED" }, 429],
    [{ status: "UNAUTHENTICATED" }, 401],
    [{ status: "UNAVAILABLE" }, 503],
    [{ status: "DEADLINE_EXCEEDED" }, 504],
    [{ code: 14, status: "NEW" }, undefined],
    ["a word", undefined],
  ])("%j means %s", (value, status) => {
    expect(deltasOf(said([{ error: value }], whole))).toEqual([{ kind: "error", status }]);
  });

  it("in another format are errors too, and encoded answers are refused", () => {
    for (const body of ["<html>", JSON.stringify([error])]) {
      const page = frames(gemini, answerHead("text/html", 502), bytes([body]));
      expect(deltasOf(page)).toEqual([{ kind: "error", status: 502 }]);
    }
    const zipped = answerHead("text/event-stream", 200, { "content-encoding": "gzip" });
    expect(code(read(gemini, zipped, bytes(events.write([finish]))))).toBe("upstream_encoded");
  });
});
