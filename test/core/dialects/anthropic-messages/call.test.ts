// Owns the proof of what is found in a messages request. Knows no policy.

import { describe, expect, it } from "vitest";
import type { Call, HeaderMap } from "../../../../core/contracts/dialect.ts";
import type { Refusal } from "../../../../core/contracts/refusal.ts";
import { anthropicCount, anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";

const head = (path = "/v1/messages", headers: HeaderMap = {}) => ({
  method: "POST",
  path,
  query: "",
  headers,
});
const plain = { model: "claude-1", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };

function readRaw(body: string, headers: HeaderMap = {}): Call | Refusal {
  return anthropicMessages.readCall(Buffer.from(body), head("/v1/messages", headers));
}
const read = (more: object, headers?: HeaderMap) => readRaw(JSON.stringify({ ...plain, ...more }), headers);

function call(more: object, headers?: HeaderMap): Call {
  const said = read(more, headers);
  if (said.kind === "refusal") throw new Error(said.message);
  return said;
}
const blocks = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const texts = (more: object) =>
  call(more).texts.map(({ pointer, role, kind, text }) => [pointer, role, kind, text].join(" "));

describe("texts", () => {
  it("are found wherever somebody wrote, with their role and kind", () => {
    const said = texts({
      system: [{ type: "text", text: "Be kind", cache_control: { type: "ephemeral" } }],
      messages: [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "c2ln" },
            { type: "redacted_thinking", data: "c2ln" },
            { type: "tool_use", id: "t", name: "look", input: { id: "a", deep: ["b"] } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "found" }] },
            { type: "tool_result", tool_use_id: "u", content: "too" },
            { type: "document", title: "T", source: { type: "text", media_type: "text/plain", data: "D" } },
            { type: "document", source: { type: "content", content: [{ type: "text", text: "E" }] } },
            { type: "search_result", source: "S", title: "R", content: [{ type: "text", text: "F" }] },
            { type: "never_seen", words: ["X"] },
          ],
        },
      ],
    });
    expect(said).toEqual([
      "/system/0/text system text Be kind",
      "/messages/0/content user text Hi",
      "/messages/1/content/0/thinking assistant reasoning hm",
      "/messages/1/content/2/input/id assistant tool.args a",
      "/messages/1/content/2/input/deep/0 assistant tool.args b",
      "/messages/2/content/0/content/0/text user tool.result found",
      "/messages/2/content/1/content user tool.result too",
      "/messages/2/content/2/title user document T",
      "/messages/2/content/2/source/data user document D",
      "/messages/2/content/3/source/content/0/text user document E",
      "/messages/2/content/4/source user document S",
      "/messages/2/content/4/title user document R",
      "/messages/2/content/4/content/0/text user document F",
      "/messages/2/content/5/words/0 user text X",
    ]);
  });

  it("are found in tools, be they given in the middle of the conversation", () => {
    const tool = {
      name: "look",
      description: "Looks",
      input_schema: { type: "object", properties: { id: { type: "string", description: "Which" } } },
    };
    const added = {
      role: "system",
      content: [{ type: "tool_addition", tool: { type: "tool_definition", definition: tool } }],
    };
    const said = texts({ tools: [tool], messages: [...plain.messages, added] });
    const place = "/messages/1/content/0/tool/definition";
    expect(said.slice(1)).toEqual(
      [place, "/tools/0"].flatMap((at) => [
        `${at}/name system tool.definition look`,
        `${at}/description system tool.definition Looks`,
        `${at}/input_schema/properties/id/description system tool.definition Which`,
      ]),
    );
  });

  it("of what the vendor's tools found leave out what it sealed", () => {
    const found = { type: "web_search_result", title: "T", url: "U", encrypted_content: "sealed" };
    const said = texts(blocks({ type: "web_search_tool_result", tool_use_id: "s", content: [found] }));
    expect(said.map((line) => line.split(" ").slice(2).join(" "))).toEqual([
      "tool.result T",
      "tool.result U",
    ]);
  });

  it("that are edited are spliced into the very bytes", () => {
    const body =
      '{"max_tokens": 12345678901234567890, "messages":[ {"role":"user","content":"Hi"}],"model":"m"}';
    const said = readRaw(body.replace("12345678901234567890", "9"));
    if (said.kind === "refusal") throw new Error(said.message);
    said.edits.set("/messages/0/content", "***");
    expect(anthropicMessages.writeCall(said, head(), "n")).toEqual({
      path: "/v1/messages",
      body: Buffer.from('{"max_tokens": 9, "messages":[ {"role":"user","content":"***"}],"model":"n"}'),
    });
  });
});

describe("what is no text", () => {
  it("is media by its source, and a reference where nobody here can know it", () => {
    const source = (type: string) => ({
      type,
      media_type: "image/png",
      data: "aGk=",
      url: "https://a",
      file_id: "f",
    });
    const { media, references } = call({
      ...blocks(
        { type: "image", source: source("base64") },
        { type: "image", source: source("url") },
        { type: "document", source: source("file") },
        { type: "container_upload", file_id: "f" },
        { type: "tool_result", tool_use_id: "t", content: [{ type: "image", source: source("base64") }] },
      ),
      container: { id: "c" },
      thread: { type: "continue", previous_message_id: "msg" },
      mcp_servers: [{ type: "url", name: "n", url: "https://a" }],
    });
    expect(media.map(({ pointer, type, source }) => `${pointer} ${type} ${source}`)).toEqual([
      "/messages/0/content/0 image base64",
      "/messages/0/content/1 image url",
      "/messages/0/content/2 file id",
      "/messages/0/content/3 file id",
      "/messages/0/content/4/content/0 image base64",
    ]);
    expect(references).toEqual([
      ...["/messages/0/content/1", "/messages/0/content/2", "/messages/0/content/3"],
      ...["/thread", "/container", "/mcp_servers"],
    ]);
  });
});

describe("provider-run tools", () => {
  it.each([
    ...["web_search_20250305", "web_fetch_20260318", "code_execution_20260521", "advisor_20260301"],
    ...["tool_search_tool_bm25_20251119", "mcp_toolset", "never_seen_20301231", "bash"],
  ])("%s is one", (type) => {
    expect(call({ tools: [{ type, name: "x" }] }).hostedTools).toEqual([type]);
  });

  it.each([
    ...["bash_20250124", "text_editor_20250728", "computer_20251124", "memory_20250818", "custom"],
    ...["computer_toolset_20260801", "browser_toolset_20260801", null, undefined],
  ])("%s is run by the agent", (type) => {
    expect(call({ tools: [{ type, name: "x" }] }).hostedTools).toEqual([]);
  });

  it("are switched on by other fields, too", () => {
    const more = {
      mcp_servers: [{ type: "url", name: "n", url: "https://a" }],
      container: { skills: [{ type: "anthropic", skill_id: "pptx" }] },
      messages: [
        {
          role: "system",
          content: [{ type: "tool_addition", tool: { definition: { type: "web_search_20250305" } } }],
        },
      ],
    };
    expect(call(more).hostedTools).toEqual(["web_search_20250305", "mcp", "skills"]);
    expect(call({ mcp_servers: [], container: "c" }).hostedTools).toEqual([]);
  });

  it("may hide behind a beta nobody knows, which is named like one", () => {
    const betas =
      "context-1m-2025-08-07, mcp-client-2025-11-20,interleaved-thinking-2025-05-14,run-all-2031-01-01";
    expect(call({}, { "anthropic-beta": betas }).hostedTools).toEqual(["run-all-2031-01-01"]);
  });
});

describe("a request is refused", () => {
  it.each([
    ["no model", { model: undefined }, "request_malformed"],
    ["a model that is no name", { model: 1 }, "request_malformed"],
    ["no messages", { messages: undefined }, "request_malformed"],
    ["a message without a role", { messages: [{ content: "Hi" }] }, "request_malformed"],
    ["content that is none", { messages: [{ role: "user", content: 1 }] }, "request_malformed"],
    ["a block without a type", blocks({ text: "Hi" }), "request_malformed"],
    ["an image without a source", blocks({ type: "image" }), "request_malformed"],
    ["a tool's type that is no string", { tools: [{ type: 1 }] }, "request_malformed"],
    ["tokens that are none", { max_tokens: "9" }, "request_malformed"],
    ["a stream that is no flag", { stream: "yes" }, "request_malformed"],
    ["other models to fall back to", { fallbacks: [{ model: "x" }] }, "model_denied"],
    ["another model under the name in capitals", { Model: "x" }, "body_ambiguous"],
    [
      "a block's text under the name in capitals",
      blocks({ type: "text", text: "a", Text: "b" }),
      "body_ambiguous",
    ],
  ])("for %s", (_what, more, code) => {
    expect(read(more)).toMatchObject({ kind: "refusal", code });
  });

  it("for bytes that can be read in two ways", () => {
    const body = JSON.stringify(plain);
    expect(readRaw(body.replace("{", '{"model":"x",'))).toMatchObject({ code: "body_ambiguous" });
    expect(readRaw(`\u{feff}${body}`)).toMatchObject({ code: "body_ambiguous" });
    expect(readRaw(body.slice(0, -1))).toMatchObject({ code: "body_malformed" });
    expect(readRaw("[]")).toMatchObject({ code: "request_malformed" });
    expect(readRaw(body, { "content-encoding": "gzip" })).toMatchObject({ code: "body_encoded" });
    expect(readRaw(body, { "content-type": "text/html" })).toMatchObject({ code: "body_encoded" });
  });
});

it("counting is an operation of its own", () => {
  const { max_tokens: _none, ...asked } = plain;
  const said = anthropicCount.readCall(Buffer.from(JSON.stringify(asked)), head("/messages/count_tokens"));
  expect(said).toMatchObject({ operation: "count", model: "claude-1", outputTokensMax: undefined });
  if (said.kind === "refusal") throw new Error(said.message);
  expect(anthropicCount.writeCall(said, head("/messages/count_tokens"), undefined).path).toBe(
    "/v1/messages/count_tokens",
  );
  expect(call({ stream: true })).toMatchObject({ operation: "chat", isStream: true, outputTokensMax: 9 });
});
