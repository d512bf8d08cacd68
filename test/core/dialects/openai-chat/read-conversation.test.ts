// Owns the proof that a chat completions request is read as a conversation. Knows the dialect only.

import { describe, expect, it } from "vitest";
import { noSampling } from "../../../../core/contracts/conversation.ts";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import { read, user } from "./conversations.ts";

const said = (...messages: JsonObject[]) => read({ messages }).messages;
const text = (said: string) => ({ kind: "text", text: said });

describe("reading", () => {
  it("takes what was edited", () => {
    const { messages } = read({}, { "/messages/0/content": "[EMAIL]" });
    expect(messages).toEqual([{ role: "user", parts: [text("[EMAIL]")] }]);
  });

  it("takes messages one by one, whoever wrote them", () => {
    const call = { id: "c1", type: "function", function: { name: "get", arguments: '{"a":1}' } };
    const messages = said(
      { role: "developer", content: "be brief" },
      { role: "assistant", content: "", reasoning: "hm", reasoning_content: "hm", tool_calls: [call] },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "42" }] },
      { role: "assistant", content: null, refusal: "no", name: "critic" },
    );
    expect(messages).toEqual([
      { role: "developer", parts: [text("be brief")] },
      {
        role: "assistant",
        parts: [
          { kind: "reasoning", text: "hm", signature: undefined, isRedacted: false },
          { kind: "tool_call", id: "c1", name: "get", args: '{"a":1}' },
        ],
      },
      {
        role: "user",
        parts: [{ kind: "tool_result", id: "c1", name: undefined, content: [text("42")], isError: false }],
      },
      { role: "assistant", parts: [{ kind: "refusal", text: "no" }] },
    ]);
  });

  it("takes calls of before tools had ids", () => {
    const messages = said(
      { role: "assistant", content: null, function_call: { name: "get", arguments: "{}" } },
      { role: "function", name: "get", content: "42" },
    );
    expect(messages).toEqual([
      {
        role: "assistant",
        parts: [{ kind: "tool_call", id: "messages_0_function_call", name: "get", args: "{}" }],
      },
      {
        role: "user",
        parts: [
          {
            kind: "tool_result",
            id: "messages_0_function_call",
            name: "get",
            content: [text("42")],
            isError: false,
          },
        ],
      },
    ]);
  });

  it("takes media with what is known of them", () => {
    const content = [
      { type: "image_url", image_url: { url: "data:image/PNG;base64,AAAA", detail: "low" } },
      { type: "image_url", image_url: "https://images.test/a.png" },
      { type: "input_audio", input_audio: { data: "UklG", format: "mp3" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" } },
      { type: "file", file: { file_id: "file-1" } },
      {
        type: "thinking",
        thinking: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
    ];
    const media = { kind: "media", mediaType: undefined, name: undefined };
    expect(said({ role: "user", content })[0]?.parts).toEqual([
      { ...media, type: "image", mediaType: "image/png", source: { kind: "base64", data: "AAAA" } },
      { ...media, type: "image", source: { kind: "url", url: "https://images.test/a.png" } },
      { ...media, type: "audio", mediaType: "audio/mpeg", source: { kind: "base64", data: "UklG" } },
      {
        ...media,
        type: "file",
        mediaType: "application/pdf",
        source: { kind: "base64", data: "JVBE" },
        name: "a.pdf",
      },
      { ...media, type: "file", source: { kind: "id", id: "file-1" } },
      { kind: "reasoning", text: "ab", signature: undefined, isRedacted: false },
    ]);
  });

  it("takes wishes, under any of their names", () => {
    const schema = { type: "object" };
    const asked = read({
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 0,
      top_k: 3,
      random_seed: 4,
      stop: "x",
      tools: [{ type: "function", function: { name: "get", parameters: schema, strict: true } }],
      tool_choice: "any",
      parallel_tool_calls: false,
      response_format: { type: "json_schema", json_schema: { name: "n", schema } },
      reasoning: { effort: "low" },
      stream: true,
    });
    expect(asked).toMatchObject({
      outputTokensMax: 7,
      sampling: { ...noSampling, temperature: 0, topK: 3, seed: 4, stop: ["x"] },
      tools: [{ name: "get", description: undefined, parameters: schema, isStrict: true }],
      toolChoice: { kind: "required" },
      allowsParallelToolCalls: false,
      format: { kind: "schema", name: "n", schema, isStrict: undefined },
      reasoning: { effort: "low", tokensMax: undefined },
      isStream: true,
      extras: [],
    });
    expect(read({ tool_choice: { type: "function", function: { name: "get" } } }).toolChoice).toEqual({
      kind: "tool",
      name: "get",
    });
    expect(read({ function_call: { name: "get" } }).toolChoice).toEqual({ kind: "tool", name: "get" });
    expect(read({ thinking: { type: "enabled", budget_tokens: 9 } }).reasoning).toEqual({ tokensMax: 9 });
    for (const off of [
      { enable_thinking: false },
      { reasoning: { enabled: false } },
      { thinking: { type: "disabled" } },
    ])
      expect(read(off).reasoning).toEqual({ effort: "none" });
  });

  it("says nothing of what only describes the call, or asks for what is usual", () => {
    const asked = read({
      ...{ metadata: { a: "b" }, user: "u", store: true, service_tier: "flex", prompt_cache_key: "k" },
      ...{
        n: 1,
        logprobs: false,
        top_logprobs: 0,
        logit_bias: {},
        modalities: ["text"],
        verbosity: "medium",
      },
      ...{ stream: true, stream_options: { include_usage: true }, tools: [], web_search_options: null },
    });
    expect(asked.extras).toEqual([]);
    expect(read({ messages: [{ ...user, name: "ann" }] }).extras).toEqual([]);
  });
});

describe("what a conversation cannot say is named", () => {
  const custom = { type: "custom", custom: { name: "f", input: "x" } };
  const named: readonly [string, JsonObject][] = [
    ["n", { n: 2 }],
    ["logit_bias", { logit_bias: { "5": 1 } }],
    ["logprobs", { logprobs: true, top_logprobs: 2 }],
    ["modalities", { modalities: ["text", "audio"] }],
    ["audio", { audio: { voice: "alloy", format: "wav" } }],
    ["prediction", { prediction: { type: "content", content: "x" } }],
    ["web_search_options", { web_search_options: { search_context_size: "low" } }],
    ["verbosity", { verbosity: "low" }],
    ["tools.0", { tools: [{ type: "openrouter:web_search" }] }],
    ["tools.1", { tools: [{ function: { name: "f" } }, { type: "custom", custom: { name: "g" } }] }],
    ["tool_choice", { tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [] } } }],
    ["response_format", { response_format: { type: "grammar" } }],
    ["reasoning_effort", { reasoning_effort: "enormous" }],
    ["temperature", { temperature: "hot" }],
    ["stop", { stop: [1] }],
    ["messages.0.role", { messages: [{ role: "critic", content: "a" }] }],
    ["messages.0.prefix", { messages: [{ role: "assistant", content: "a", prefix: true }] }],
    ["messages.0.audio", { messages: [{ role: "assistant", content: null, audio: { id: "a" } }] }],
    ["messages.0.tool_calls.0", { messages: [{ role: "assistant", content: null, tool_calls: [custom] }] }],
    ["messages.0.content.0", { messages: [{ role: "user", content: [{ type: "telepathy" }] }] }],
    [
      "messages.0.content.0",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: "ftp://a" }] }] },
    ],
    [
      "messages.0.content",
      { messages: [{ role: "tool", tool_call_id: "c", content: [{ type: "refusal", refusal: "n" }] }] },
    ],
    ["anything_new", { anything_new: 1 }],
  ];
  it.each(named)("%s", (name, members) => {
    expect(read(members).extras).toEqual([name]);
  });
});
