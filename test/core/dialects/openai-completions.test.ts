// Owns the proof that legacy completions are read whole, streamed or not, and left as they were.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, JsonValue } from "../../../core/contracts/dialect.ts";
import { noUsage } from "../../../core/contracts/frame.ts";
import type { Refusal } from "../../../core/contracts/refusal.ts";
import { openAiCompletions } from "../../../core/dialects/openai-completions.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { anyCut } from "../text/cuts.ts";
import { answerHead, bytesOf, deltasOf, frames, limited, read, textsOf } from "./answers.ts";
import { checkCutOff, checkRequest, checkSame, checkWriter, lastUsage } from "./recorded-checks.ts";

const head = { method: "POST", path: "/v1/completions", query: "", headers: {} };

function ask(request: { [name: string]: JsonValue }): Call | Refusal {
  return openAiCompletions.readCall(Buffer.from(JSON.stringify({ model: "m", ...request })), head);
}

describe("a completions request", () => {
  it("gives prompts and suffix by their places", () => {
    expect(ask({ prompt: ["a", "b"], suffix: "end", stream: true })).toMatchObject({
      operation: "completion",
      isStream: true,
      texts: [{ pointer: "/prompt/0" }, { pointer: "/prompt/1" }, { pointer: "/suffix", text: "end" }],
    });
    expect(ask({ prompt: [1, 2, 3] })).toMatchObject({ texts: [], media: [{ pointer: "/prompt" }] });
    expect(ask({})).toMatchObject({ texts: [], outputTokensMax: undefined });
  });

  it.each<[{ [name: string]: JsonValue }, number]>([
    [{ max_tokens: 10 }, 10],
    [{ max_tokens: 10, n: 3 }, 30],
    [{ max_tokens: 10, n: 2, best_of: 5 }, 50],
    [{ max_tokens: 10, n: 2, prompt: ["a", "b", "c"] }, 60],
    [{ max_tokens: 10, prompt: [[1, 2], [3]] }, 20],
  ])("%j asks for %i tokens at most", (request, tokens) => {
    expect(ask({ prompt: "p", ...request })).toMatchObject({ outputTokensMax: tokens });
  });

  it.each<[string, { [name: string]: JsonValue }]>([
    ["prompt", { prompt: { text: "a" } }],
    ["prompt", { prompt: ["a", 1] }],
    ["n", { n: 0 }],
    ["n", { n: 129 }],
    ["best_of", { best_of: "2" }],
    ["suffix", { suffix: 1 }],
    ["model", { model: 1 }],
    ["stream", { stream: "yes" }],
  ])("is refused for %s in %j", (name, request) => {
    expect(ask(request)).toMatchObject({
      code: "request_malformed",
      message: expect.stringContaining(`\`${name}\``),
    });
  });
});

describe("a completion", () => {
  const stream = answerHead("text/event-stream");
  const event = (value: JsonValue) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
  const choice = (text: string, reason: string | null = null) => ({ index: 1, text, finish_reason: reason });

  it("ends well where it is cut, in its own form", () => {
    const writer = openAiCompletions.writer(stream);
    const done = Buffer.from("data: [DONE]\n\n");
    const body = event({ id: "c", model: "m", created: 1, choices: [choice("hel")] });
    for (const frame of frames(openAiCompletions, stream, [body, done]).slice(0, 1)) writer.note?.(frame);
    const end = bytesOf(writer.end("length", { ...noUsage, inputTokens: 2, outputTokens: 1 }));
    const said = frames(openAiCompletions, stream, [body, end]);
    expect(textsOf(said)).toEqual({ "text 1": "hel" });
    expect(deltasOf(said)).toContainEqual({ kind: "end", channel: "1", reason: "length", stop: "length" });
    expect(lastUsage(deltasOf(said))).toMatchObject({ inputTokens: 2, outputTokens: 1 });
    expect(end.toString()).toContain('"object":"text_completion"');
  });

  it("is refused where its texts are none", () => {
    for (const choices of [{}, ["a"], [{ text: 1 }], [{ index: -1 }], [{ index: 2048 }], [{ index: "0" }]]) {
      expect(read(openAiCompletions, stream, [event({ choices })])).toMatchObject({
        code: "upstream_malformed",
      });
    }
  });

  it("says an error in its stream, and nothing is owed after it", () => {
    const said = frames(openAiCompletions, stream, [event({ error: { message: "no" } })]);
    expect(deltasOf(said)).toEqual([{ kind: "error", status: undefined }]);
    expect(openAiCompletions.writer(stream).refuse(limited)?.bytes.toString()).toContain("rate_limited");
  });
});

describe("recorded completions", () => {
  const path = sharedPath("recorded/openai-completions.jsonl.gz");
  interface Row {
    readonly id: string;
    readonly request: { readonly json: { [name: string]: JsonValue } };
    readonly response: { readonly status: number; readonly body: string };
  }
  /** Writer streams in a format of its own, without an end: refused as cut off. */
  const ownFormat = "ba32ada55b2f49de";
  const rows = path === undefined ? [] : readRows<Row>(path);
  const exchanged = rows
    .filter(({ id }) => id !== ownFormat)
    .map(({ id, response }) => {
      const type = response.body.startsWith("data:") ? "text/event-stream" : "application/json";
      return { name: id, head: answerHead(type, response.status), body: Buffer.from(response.body) };
    });
  const good = exchanged.filter((row) => row.head.status < 400);

  it.skipIf(path === undefined)("are the same bytes however cut, and forced through the writer", () => {
    expect(exchanged.length).toBe(70);
    for (const row of exchanged) {
      checkSame(openAiCompletions, row, fc.sample(anyCut(row.body), 4));
      checkWriter(openAiCompletions, row);
    }
  });

  it.skipIf(path === undefined)("are never whole when cut off", () => {
    for (const row of good) {
      const isStream = row.body.toString().startsWith("data:");
      checkCutOff(
        openAiCompletions,
        row,
        isStream ? row.body.indexOf("data: [DONE]") : row.body.lastIndexOf("}"),
      );
    }
  });

  it.skipIf(path === undefined)("say what their bodies say", () => {
    for (const row of good) {
      const text = row.body.toString();
      const lines = text.startsWith("data:") ? text.match(/(?<=^data: )\{.*$/gm) : [text];
      const pieces = (lines ?? []).map((line) => JSON.parse(line));
      const usage = pieces.map((piece) => piece.usage).findLast(Boolean);
      const deltas = deltasOf(frames(openAiCompletions, row.head, [row.body]));
      expect(lastUsage(deltas)?.inputTokens).toBe(usage?.prompt_tokens);
      expect(lastUsage(deltas)?.outputTokens).toBe(usage?.completion_tokens);
      const choices = pieces.flatMap((piece) => piece.choices);
      const said = textsOf(frames(openAiCompletions, row.head, [row.body]));
      const all = choices.map((each) => each.text ?? each.message?.content).join("");
      if (choices.every((each) => !each.index && each.text !== undefined)) expect(said["text 0"]).toBe(all);
      const reasons = choices.map((each) => each.finish_reason).filter(Boolean);
      expect(deltas.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []))).toEqual(reasons);
    }
  });

  it.skipIf(path === undefined)("were asked for by requests that are read and written unchanged", () => {
    for (const { request } of rows)
      if ("model" in request.json) checkRequest(openAiCompletions, request.json, head);
  });
});
