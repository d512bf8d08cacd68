// Owns the proof that whatever a request brings in by an id is found, and that answers say what they name as
// kept.

import { describe, expect, it } from "vitest";
import type { Call, Dialect, RequestHead } from "../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiFileContents, openAiFiles } from "../../../core/dialects/openai-files.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";

const json = { "content-type": "application/json" };
const bounds = { frameBytesMax: 65_536, bodyBytesMax: 65_536 };

function read(dialect: Dialect, path: string, value: object): Call {
  const head: RequestHead = { method: "POST", path, query: "", headers: json };
  const call = dialect.readCall(Buffer.from(JSON.stringify(value)), head);
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

const responses = (value: object) =>
  read(openAiResponses, "/v1/responses", { model: "m", input: "x", ...value }).keptIds;

describe("a Responses request brings in", () => {
  it.each<[string, object, readonly string[]]>([
    ["nothing", {}, []],
    ["an answer", { previous_response_id: "resp_1" }, ["resp_1"]],
    ["a conversation by its name", { conversation: "conv_1" }, ["conv_1"]],
    ["a conversation as an object", { conversation: { id: "conv_1" } }, ["conv_1"]],
    ["an item", { input: [{ type: "item_reference", id: "msg_1" }] }, ["msg_1"]],
    ["a thought without its seal", { input: [{ type: "reasoning", id: "rs_1", summary: [] }] }, ["rs_1"]],
    [
      "a thought with an empty seal",
      { input: [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "" }] },
      ["rs_1"],
    ],
    ["a picture without its bytes", { input: [{ type: "image_generation_call", id: "ig_1" }] }, ["ig_1"]],
    [
      "files in a message and in a tool's result",
      {
        input: [
          { role: "user", content: [{ type: "input_file", file_id: "file-1" }] },
          {
            type: "function_call_output",
            call_id: "c",
            output: [{ type: "input_image", file_id: "file-2" }],
          },
        ],
      },
      ["file-1", "file-2"],
    ],
    [
      "what tools look into",
      {
        tools: [
          { type: "file_search", vector_store_ids: ["vs_1", "vs_2"] },
          { type: "code_interpreter", container: { type: "auto", file_ids: ["file-3"] } },
          { type: "code_interpreter", container: "cntr_1" },
        ],
      },
      ["vs_1", "vs_2", "file-3", "cntr_1"],
    ],
  ])("%s", (_what, value, ids) => expect(responses(value)).toEqual(ids));

  it("nothing by what it holds itself, or by a schema's names", () => {
    const input = [
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "sealed" },
      { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "hi" }] },
      { type: "function_call", id: "fc_1", call_id: "c", name: "f", arguments: '{"file_id":"file-1"}' },
    ];
    const parameters = { type: "object", properties: { file_id: { type: "string" }, container: {} } };
    expect(responses({ input, tools: [{ type: "function", name: "f", parameters }] })).toEqual([]);
  });
});

it("chat completions bring in files and sound", () => {
  const messages = [
    { role: "user", content: [{ type: "file", file: { file_id: "file-1" } }] },
    { role: "user", content: [{ type: "file", file: { file_data: "data:,x" } }] },
    { role: "assistant", audio: { id: "audio_1" } },
  ];
  const call = read(openAiChat, "/v1/chat/completions", { model: "m", messages });
  expect(call.keptIds).toEqual(["file-1", "audio_1"]);
});

it("messages bring in files and containers", () => {
  const content = [{ type: "document", source: { type: "file", file_id: "file_1" } }];
  const value = { model: "m", max_tokens: 1, messages: [{ role: "user", content }] };
  const ids = (more: object) => read(anthropicMessages, "/v1/messages", { ...value, ...more }).keptIds;
  expect(ids({})).toEqual(["file_1"]);
  expect(ids({ container: "container_1" })).toEqual(["file_1", "container_1"]);
  expect(ids({ container: { id: "container_1", skills: [] } })).toEqual(["file_1", "container_1"]);
});

it("Gemini's requests bring in files of Google's and cached contents, not what stands in the open", () => {
  const fileUri = "https://generativelanguage.googleapis.com/v1beta/files/abc";
  const parts = [{ fileData: { fileUri } }, { fileData: { fileUri: "https://example.com/a.png" } }];
  const call = read(gemini, "/v1beta/models/m:generateContent", {
    contents: [{ parts }],
    cachedContent: "cachedContents/1",
  });
  expect(call.keptIds).toEqual([fileUri, "cachedContents/1"]);
});

describe("an answer of Responses names what it keeps", () => {
  const item = { type: "message", id: "msg_1", role: "assistant", content: [] };
  const code = { type: "code_interpreter_call", id: "ci_1", container_id: "cntr_1", code: "1" };

  it("whole, in its one frame", () => {
    const reader = openAiResponses.reader({ status: 200, headers: json }, bounds);
    const value = { id: "resp_1", status: "completed", output: [item, code] };
    reader.push(Buffer.from(JSON.stringify(value)));
    const frames = reader.end();
    if ("kind" in frames) throw new Error(frames.code);
    expect(frames.map(({ keptIds }) => keptIds)).toEqual([["resp_1", "msg_1", "ci_1", "cntr_1"]]);
  });

  it("streamed, each with the first event that says it", () => {
    const headers = { "content-type": "text/event-stream" };
    const reader = openAiResponses.reader({ status: 200, headers }, bounds);
    const response = { id: "resp_1", status: "in_progress", output: [] };
    const events = [
      { type: "response.created", response },
      { type: "response.in_progress", response },
      { type: "response.output_item.added", output_index: 0, item },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: { ...response, status: "completed", output: [item, code] } },
    ];
    const frames = reader.push(
      Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")),
    );
    if ("kind" in frames) throw new Error(frames.code);
    expect(frames.map(({ keptIds }) => keptIds)).toEqual([["resp_1"], [], ["msg_1"], [], ["ci_1", "cntr_1"]]);
  });
});

describe("on the routes of files", () => {
  const keptIn = (method: string, path: string, dialect = openAiFiles) => {
    const ids = dialect.keptIn?.({ method, path, query: "", headers: {} });
    return ids !== undefined && "code" in ids ? ids.code : ids;
  };
  it.each([
    ["POST", "/v1/files", []],
    ["GET", "/v1/files", ["*"]],
    ["GET", "/openai/files/file-1", ["file-1"]],
    ["POST", "/v1/uploads/upload_1/parts", ["upload_1"]],
    ["GET", "/v1/files/file%2D1", "request_malformed"],
    ["GET", "/v1/files/", "request_malformed"],
  ])("%s %s is about %j", (method, path, ids) => expect(keptIn(method, path)).toEqual(ids));

  it("the bytes of a file pass unread", () => {
    expect(keptIn("GET", "/v1/files/file-1/content", openAiFileContents)).toEqual(["file-1"]);
    const reader = openAiFileContents.reader({ status: 200, headers: json }, bounds);
    expect(reader.push(Buffer.from('{"id":"x"}'))).toEqual([
      { kind: "frame", bytes: Buffer.from('{"id":"x"}'), deltas: [] },
    ]);
  });

  it.each(['{"id":"a","id":"b"}', "[1]", "no JSON", "{}"])("an answer %s names nothing", (body) => {
    const reader = openAiFiles.reader({ status: 200, headers: json }, bounds);
    reader.push(Buffer.from(body));
    expect(reader.end()).toMatchObject([{ keptIds: [], bytes: Buffer.from(body) }]);
  });
});
