// Owns the proof that Ollama's own API is read whole, streamed or not, and left as it was.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, Dialect, JsonValue } from "../../../core/contracts/dialect.ts";
import { noUsage } from "../../../core/contracts/frame.ts";
import type { Refusal } from "../../../core/contracts/refusal.ts";
import { ollamaChat, ollamaEmbed, ollamaGenerate, ollamaModels } from "../../../core/dialects/ollama.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { anyCut, everyCut } from "../text/cuts.ts";
import { answerHead, bytesOf, deltasOf, frames, limited, read, textsOf } from "./answers.ts";
import { checkCutOff, checkRequest, checkSame, checkWriter, lastUsage } from "./recorded-checks.ts";

const head = { method: "POST", path: "/api/chat", query: "", headers: {} };
const lines = answerHead("application/x-ndjson");
const whole = answerHead("application/json; charset=utf-8");

function ask(dialect: Dialect, request: { [name: string]: JsonValue }): Call | Refusal {
  return dialect.readCall(Buffer.from(JSON.stringify({ model: "llama3", ...request })), head);
}

const line = (value: JsonValue) => Buffer.from(`${JSON.stringify(value)}\n`);

describe("a chat request", () => {
  const messages: JsonValue = [
    { role: "system", content: "be nice" },
    { role: "user", content: "look", images: ["AAAA"] },
    {
      role: "assistant",
      content: "",
      thinking: "hm",
      tool_calls: [{ function: { name: "f", arguments: { city: "Rome", n: 1 } } }],
    },
    { role: "tool", content: "sunny", tool_name: "f" },
  ];

  it("streams unless it says otherwise", () => {
    expect(ask(ollamaChat, { messages })).toMatchObject({ isStream: true, operation: "chat" });
    expect(ask(ollamaChat, { messages, stream: false })).toMatchObject({ isStream: false });
  });

  it("gives every text that somebody wrote, and its images", () => {
    const tools: JsonValue = [{ type: "function", function: { name: "f", description: "weather" } }];
    const call = ask(ollamaChat, { messages, tools, format: { type: "object", title: "Out" } });
    if (call.kind === "refusal") throw new Error(call.message);
    expect(call.texts.map(({ role, kind, pointer, text }) => `${role} ${kind} ${pointer} ${text}`)).toEqual([
      "system text /messages/0/content be nice",
      "user text /messages/1/content look",
      "assistant reasoning /messages/2/thinking hm",
      "assistant tool.args /messages/2/tool_calls/0/function/arguments/city Rome",
      "tool tool.result /messages/3/content sunny",
      "system tool.definition /tools/0/function/name f",
      "system tool.definition /tools/0/function/description weather",
      "system tool.definition /format/title Out",
    ]);
    expect(call.media).toEqual([{ pointer: "/messages/1/images/0", type: "image", source: "base64" }]);
  });

  it("may ask for any length", () => {
    expect(ask(ollamaChat, { messages, options: { num_predict: 9 } })).toMatchObject({ outputTokensMax: 9 });
    for (const num_predict of [-1, -2, null]) {
      expect(ask(ollamaChat, { messages, options: { num_predict } })).toMatchObject({
        outputTokensMax: undefined,
      });
    }
  });

  it.each<[string, { [name: string]: JsonValue }]>([
    ["messages", {}],
    ["messages.0.role", { messages: [{}] }],
    ["messages.0.content", { messages: [{ role: "user", content: [1] }] }],
    ["options", { messages, options: 1 }],
    ["options.num_predict", { messages, options: { num_predict: "9" } }],
    ["stream", { messages, stream: 1 }],
    ["model", { messages, model: "" }],
  ])("is refused for %s", (name, request) => {
    expect(ask(ollamaChat, request)).toMatchObject({
      code: "request_malformed",
      message: expect.stringContaining(`\`${name}\``),
    });
  });

  /** Ollama reads JSON with Go's reader, which is blind to case. */
  it("is refused for a name in another case", () => {
    for (const name of ["Model", "MESSAGES", "Options", "modeL"]) {
      expect(ask(ollamaChat, { messages, [name]: "x" })).toMatchObject({ code: "body_ambiguous" });
    }
  });
});

describe("an answer of Ollama's", () => {
  const said = [
    line({
      model: "m",
      created_at: "t",
      message: { role: "assistant", content: "", thinking: "hm" },
      done: false,
    }),
    line({ model: "m", message: { content: "hello" }, done: false }),
    Buffer.from(
      '{"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{ "n": 1.0 }}}]}}\n',
    ),
    line({ model: "m", done: true, done_reason: "stop", prompt_eval_count: 7, eval_count: 3 }),
  ];

  it("says thoughts, words, calls with their arguments, usage and end, at every cut", () => {
    const body = Buffer.concat(said);
    checkSame(ollamaChat, { name: "made", head: lines, body }, everyCut(body));
    checkWriter(ollamaChat, { name: "made", head: lines, body });
    const whole = frames(ollamaChat, lines, [body]);
    expect(textsOf(whole)).toEqual({
      "reasoning 0": "hm",
      "text 0": "hello",
      "tool.name 0/tool/0": "f",
      "tool.args 0/tool/0": '{ "n": 1.0 }',
    });
    expect(deltasOf(whole)).toContainEqual({ kind: "end", channel: "0", reason: "stop", stop: "stop" });
    expect(lastUsage(deltasOf(whole))).toMatchObject({ inputTokens: 7, outputTokens: 3, isExact: true });
  });

  it("is not whole without its last line, nor taken for one where it is none", () => {
    expect(read(ollamaChat, lines, said.slice(0, 3))).toMatchObject({ code: "upstream_truncated" });
    expect(read(ollamaChat, whole, [said[1] as Buffer])).toMatchObject({ code: "upstream_truncated" });
    for (const wrong of [
      "[]",
      '{"message":1}',
      '{"message":{"content":{}}}',
      '{"message":{"tool_calls":[1]}}',
    ]) {
      expect(read(ollamaChat, lines, [Buffer.from(`${wrong}\n`)])).toMatchObject({
        code: "upstream_malformed",
      });
    }
    expect(read(ollamaChat, lines, [Buffer.from('{"done":true,"done":false}\n')])).toMatchObject({
      code: "upstream_malformed",
    });
  });

  it("says an error after its head, and so do we", () => {
    expect(deltasOf(frames(ollamaChat, lines, [line({ error: "out of memory" })]))).toEqual([
      { kind: "error", status: undefined },
    ]);
    const refused = ollamaChat.writer(lines).refuse(limited);
    expect(refused?.bytes.toString()).toBe('{"error":"Wait a second."}\n');
    expect(ollamaChat.refuse(limited).body.toString()).toBe('{"error":"Wait a second."}');
  });

  it.each([[ollamaChat], [ollamaGenerate]])("ends well where it is cut", (dialect) => {
    const writer = dialect.writer(lines);
    expect(writer.end("length", noUsage)).toEqual([]);
    const first = line({ model: "m", created_at: "t", message: { content: "a" }, response: "a" });
    writer.note?.({ kind: "frame", bytes: first, deltas: [] });
    const end = bytesOf(writer.end("length", { ...noUsage, inputTokens: 1, outputTokens: 1 }));
    const deltas = deltasOf(frames(dialect, lines, [first, end]));
    expect(deltas).toContainEqual({ kind: "end", channel: "0", reason: "length", stop: "length" });
    expect(lastUsage(deltas)).toMatchObject({ inputTokens: 1, outputTokens: 1 });
  });

  it("may be vectors, or the models an agent has", () => {
    const body = line({ model: "e", embeddings: [[0.1, 0.2]], prompt_eval_count: 4 });
    expect(lastUsage(deltasOf(frames(ollamaEmbed, whole, [body])))).toMatchObject({ inputTokens: 4 });
    expect(ollamaModels.writeModels?.(["a"], undefined)).toEqual({ models: [{ name: "a", model: "a" }] });
  });
});

describe("recorded answers of Ollama's", () => {
  const path = sharedPath("recorded/ollama.jsonl.gz");
  interface Row {
    readonly id: string;
    readonly request: { readonly url: string; readonly json: { [name: string]: JsonValue } };
    readonly response: { readonly status: number; readonly body: string };
  }
  const rows = path === undefined ? [] : readRows<Row>(path);

  it.skipIf(path === undefined)("are read whole and left as they were", () => {
    expect(rows.length).toBe(11);
    for (const { id, request, response } of rows) {
      const dialect = request.url.endsWith("/api/chat") ? ollamaChat : ollamaGenerate;
      const body = Buffer.from(response.body);
      const last = response.body.trimEnd().split("\n").at(-1) ?? "";
      const head = last.length === response.body.trimEnd().length ? whole : lines;
      checkSame(dialect, { name: id, head, body }, fc.sample(anyCut(body), 8));
      checkWriter(dialect, { name: id, head, body });
      checkCutOff(dialect, { name: id, head, body }, body.lastIndexOf("}"));
      const { prompt_eval_count: inputTokens, eval_count: outputTokens } = JSON.parse(last);
      const usage = lastUsage(deltasOf(frames(dialect, head, [body])));
      expect(usage?.inputTokens).toBe(inputTokens);
      if (inputTokens !== undefined) expect(usage?.outputTokens).toBe(outputTokens);
      checkRequest(dialect, request.json, { method: "POST", path: "/api/chat", query: "", headers: {} });
    }
  });
});
