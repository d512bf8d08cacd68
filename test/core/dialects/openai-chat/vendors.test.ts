// Owns the proof that nothing beside the messages passes unseen: definitions, vendors' switches, references.

import { describe, expect, it } from "vitest";
import type { Call, JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Refusal } from "../../../../core/contracts/refusal.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";

const head = { method: "POST", path: "/v1/chat/completions", query: "", headers: {} };
const messages: JsonValue = [{ role: "user", content: "hi" }];

function read(request: { [name: string]: JsonValue }): Call | Refusal {
  return openAiChat.readCall(Buffer.from(JSON.stringify({ model: "m", messages, ...request })), head);
}

function call(request: { [name: string]: JsonValue }): Call {
  const said = read(request);
  if (said.kind === "refusal") throw new Error(said.message);
  return said;
}

describe("what a chat request defines", () => {
  it("is text for guards: names, descriptions, schemas, formats", () => {
    const parameters = { type: "object", properties: { to: { type: "string", description: "whom" } } };
    const { texts } = call({
      tools: [{ type: "function", function: { name: "send", description: "sends", parameters } }],
      functions: [{ name: "old" }],
      response_format: { type: "json_schema", json_schema: { name: "out", schema: { title: "T" } } },
    });
    const defined = texts.filter(({ kind }) => kind === "tool.definition");
    expect(defined.map(({ pointer, text }) => `${pointer} ${text}`)).toEqual([
      "/tools/0/function/name send",
      "/tools/0/function/description sends",
      "/tools/0/function/parameters/properties/to/description whom",
      "/functions/0/name old",
      "/response_format/json_schema/name out",
      "/response_format/json_schema/schema/title T",
    ]);
  });

  it("is text where it is laid beside the messages", () => {
    const { texts } = call({
      prediction: { type: "content", content: "expected" },
      documents: [{ title: "t", text: "found" }],
      chat_template: "{{ x }}",
    });
    expect(texts.slice(1).map(({ role, kind, text }) => `${role} ${kind} ${text}`)).toEqual([
      "assistant text expected",
      "user document t",
      "user document found",
      "system text {{ x }}",
    ]);
  });

  it("is a reference where nobody here can look at it", () => {
    const content: JsonValue = [
      { type: "image_url", image_url: { url: "https://x/y.png" } },
      { type: "image_url", image_url: { url: "data:image/png;base64,AA" } },
      { type: "file", file: { file_id: "file-1" } },
    ];
    const asked: JsonValue = [
      { role: "user", content },
      { role: "assistant", audio: { id: "audio_1" } },
    ];
    expect(call({ messages: asked }).references).toEqual([
      "/messages/0/content/0",
      "/messages/0/content/2",
      "/messages/1/audio",
    ]);
  });
});

describe("a vendor's switch", () => {
  const hosted: readonly [{ [name: string]: JsonValue }, readonly string[]][] = [
    [{ search_parameters: { mode: "auto" } }, ["live_search"]],
    [{ search_parameters: { mode: "off" } }, []],
    [{ web_search_options: {} }, ["web_search"]],
    [{ enable_search: true }, ["web_search"]],
    [{ enable_search: false }, []],
    [{ plugins: [{ id: "web", max_results: 1 }] }, ["web"]],
    [
      { compound_custom: { tools: { enabled_tools: ["web_search", "code_interpreter"] } } },
      ["web_search", "code_interpreter"],
    ],
    [{ compound_custom: {} }, ["compound"]],
    [{ data_sources: [{ type: "azure_search", parameters: {} }] }, ["azure_search"]],
  ];

  it.each(hosted)("%j is a provider-run tool", (request, tools) => {
    expect(call(request).hostedTools).toEqual(tools);
  });

  const handing: readonly { [name: string]: JsonValue }[] = [
    { models: ["other"] },
    { preset: "p" },
    { fallbacks: ["other"] },
    { context_window_fallbacks: [{ m: ["other"] }] },
    { api_base: "https://elsewhere" },
    { base_url: "https://elsewhere" },
    { model_list: [{ model_name: "other" }] },
  ];

  it.each(handing)("%j hands the call over, so it is refused by its name", (request) => {
    const [name = ""] = Object.keys(request);
    expect(read(request)).toMatchObject({ code: "model_denied", message: expect.stringContaining(name) });
    expect(read({ [name.toUpperCase()]: request[name] ?? null })).toMatchObject({ code: "body_ambiguous" });
  });

  it("that says nothing is none", () => {
    expect(call({ models: [], fallbacks: null, api_base: "", plugins: null }).hostedTools).toEqual([]);
  });
});
