// Owns the proof of what a Responses request asks of other vendors, and how they would ask it. Knows no hub.

import { describe, expect, it } from "vitest";
import { type Conversation, noSampling, type Part } from "../../../../core/contracts/conversation.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";

const head = { method: "POST", path: "/v1/responses", query: "", headers: {} };
const { translation } = openAiResponses;
if (translation === undefined) throw new Error("no translation");
const { read: readConversation, write: writeConversation } = translation;

function read(more: object): Conversation {
  const call = openAiResponses.readCall(Buffer.from(JSON.stringify({ model: "m", ...more })), head);
  if (call.kind === "refusal") throw new Error(call.message);
  return readConversation(call);
}
const extras = (more: object) => read({ input: "Hi", ...more }).extras;

const nothing: Conversation = {
  ...{ messages: [], tools: [], toolChoice: undefined, allowsParallelToolCalls: undefined },
  ...{ outputTokensMax: undefined, sampling: noSampling, format: undefined, reasoning: undefined },
  ...{ isStream: false, extras: [] },
};
const write = (more: Partial<Conversation>, model = "gpt-5.4") => {
  const body = writeConversation({ ...nothing, ...more }, model);
  return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body.field;
};
const inputOf = (role: "user" | "assistant", parts: readonly Part[], model?: string) => {
  const written = write({ messages: [{ role, parts }] }, model);
  return typeof written === "string" ? written : written.input;
};
const text = (said: string) => ({ kind: "text", text: said }) as const;

describe("what is read", () => {
  it("is instructions first, then the input, what one speaker says together in one message", () => {
    const { messages } = read({
      instructions: "Be kind",
      input: [
        { role: "user", content: "a" },
        { role: "user", content: [{ type: "input_text", text: "b" }] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "theirs" },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "c" }] },
        { type: "function_call", call_id: "c1", name: "look", arguments: '{"a":1}' },
        { type: "function_call", call_id: "c2", name: "look", arguments: "" },
        { type: "function_call_output", call_id: "c1", output: "r1" },
        { type: "function_call_output", call_id: "c2", output: [{ type: "input_text", text: "r2" }] },
        { role: "developer", content: "Be brief" },
      ],
    });
    const result = { kind: "tool_result", name: undefined, isError: false };
    expect(messages).toEqual([
      { role: "system", parts: [text("Be kind")] },
      { role: "user", parts: [text("a")] },
      { role: "user", parts: [text("b")] },
      {
        role: "assistant",
        parts: [
          { kind: "reasoning", text: "hm", signature: "theirs", isRedacted: false },
          text("c"),
          { kind: "tool_call", id: "c1", name: "look", args: '{"a":1}' },
          { kind: "tool_call", id: "c2", name: "look", args: "" },
        ],
      },
      {
        role: "user",
        parts: [
          { ...result, id: "c1", content: [text("r1")] },
          { ...result, id: "c2", content: [text("r2")] },
        ],
      },
      { role: "developer", parts: [text("Be brief")] },
    ]);
  });

  it("is a thought that is withheld where only its seal stands there, and none without", () => {
    const item = { type: "reasoning", summary: [] };
    expect(read({ input: [item] }).messages).toEqual([{ role: "assistant", parts: [] }]);
    expect(read({ input: [{ ...item, encrypted_content: "sealed" }] }).messages[0]?.parts).toEqual([
      { kind: "reasoning", text: "", signature: "sealed", isRedacted: true },
    ]);
  });

  it("is media by where it is", () => {
    const content = [
      { type: "input_image", image_url: "data:image/png;base64,aGk=" },
      { type: "input_image", image_url: "https://a.example/b.png" },
      { type: "input_image", file_id: "file_1" },
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,aGk=" },
      { type: "input_file", file_url: "https://a.example/a.pdf" },
      { type: "input_audio", input_audio: { data: "aGk=", format: "mp3" } },
    ];
    const { messages } = read({ input: [{ role: "user", content }] });
    const found = messages[0]?.parts.map(
      (part) => part.kind === "media" && [part.type, part.source.kind, part.mediaType],
    );
    expect(found).toEqual([
      ["image", "base64", "image/png"],
      ["image", "url", undefined],
      ["image", "id", undefined],
      ["file", "base64", "application/pdf"],
      ["file", "url", undefined],
      ["audio", "base64", "audio/mpeg"],
    ]);
  });

  it("is every wish that others know", () => {
    const tool = {
      type: "function",
      name: "look",
      description: "d",
      parameters: { type: "object" },
      strict: true,
    };
    const schema = { type: "object" };
    const wishes = read({
      ...{ input: "Hi", tools: [tool], tool_choice: { type: "function", name: "look" }, stream: true },
      ...{ parallel_tool_calls: false, max_output_tokens: 9, temperature: 0.5, top_p: 0.9 },
      ...{ reasoning: { effort: "low", summary: "auto" }, metadata: { a: "b" }, store: true, user: "u" },
      text: { format: { type: "json_schema", name: "town", schema, strict: true }, verbosity: "medium" },
      ...{ include: ["reasoning.encrypted_content"], truncation: "disabled", service_tier: "auto" },
    });
    expect({ ...wishes, messages: [] }).toEqual({
      ...nothing,
      tools: [{ name: "look", description: "d", parameters: { type: "object" }, isStrict: true }],
      ...{ toolChoice: { kind: "tool", name: "look" }, allowsParallelToolCalls: false, outputTokensMax: 9 },
      sampling: { ...noSampling, temperature: 0.5, topP: 0.9 },
      format: { kind: "schema", name: "town", schema, isStrict: true },
      ...{ reasoning: { effort: "low", tokensMax: undefined }, isStream: true },
    });
  });

  it("is some of the tools where only these may be called", () => {
    const tools = ["a", "b"].map((name) => ({ type: "function", name }));
    const choice = { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "b" }] };
    const { tools: allowed, toolChoice, extras } = read({ input: "Hi", tools, tool_choice: choice });
    expect([allowed.map(({ name }) => name), toolChoice, extras]).toEqual([["b"], { kind: "required" }, []]);
  });

  it("is named where no other vendor can be asked for it", () => {
    expect(extras({ previous_response_id: "resp_1" })).toEqual(["previous_response_id"]);
    expect(extras({ conversation: "conv_1", background: true })).toEqual(["conversation", "background"]);
    expect(extras({ prompt: { id: "p" }, context_management: [{ type: "compaction" }] })).toEqual([
      ...["prompt", "context_management"],
    ]);
    expect(extras({ tools: [{ type: "web_search" }, { type: "custom", name: "c" }] })).toEqual([
      "tools.0",
      "tools.1",
    ]);
    expect(extras({ tools: [{ type: "function", name: "f", defer_loading: true }] })).toEqual([
      "tools.0.defer_loading",
    ]);
    expect(extras({ tool_choice: { type: "mcp", server_label: "s" } })).toEqual(["tool_choice"]);
    expect(extras({ text: { verbosity: "low" }, truncation: "auto" })).toEqual([
      "text.verbosity",
      "truncation",
    ]);
    expect(extras({ include: ["message.output_text.logprobs"], top_logprobs: 2 })).toEqual([
      "top_logprobs",
      "include",
    ]);
    expect(extras({ reasoning: { effort: "never_seen", mode: "pro" } })).toEqual([
      "reasoning.effort",
      "reasoning.mode",
    ]);
    expect(extras({ input: [{ type: "item_reference", id: "i" }, { type: "web_search_call" }] })).toEqual([
      ...["input.0", "input.1"],
    ]);
    expect(extras({ input: [{ role: "user", content: [{ type: "never_seen" }] }] })).toEqual([
      "input.0.content.0",
    ]);
    expect(extras({ input: [{ role: "critic", content: "a" }] })).toEqual(["input.0"]);
  });
});

describe("what is written", () => {
  it("keeps nothing at the vendor, and says of functions that they are not strict", () => {
    const tool = { name: "look", description: undefined, parameters: undefined, isStrict: undefined };
    expect(write({ tools: [tool], isStream: true, toolChoice: { kind: "required" } })).toEqual({
      ...{ model: "gpt-5.4", input: [], store: false, stream: true, tool_choice: "required" },
      tools: [{ type: "function", name: "look", parameters: null, strict: false }],
    });
  });

  it("has an item for each call, result and thought, and parts for the rest, in their order", () => {
    const media = { kind: "media", name: undefined } as const;
    const image = {
      ...media,
      type: "image",
      mediaType: "image/png",
      source: { kind: "base64", data: "aGk=" },
    } as const;
    const call = { kind: "tool_call", id: "c", name: "look", args: "" } as const;
    expect(inputOf("assistant", [text("a"), call, text("b"), { kind: "refusal", text: "No" }])).toMatchObject(
      [
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "a" }] },
        { type: "function_call", call_id: "c", name: "look", arguments: "{}" },
        {
          type: "message",
          content: [
            { type: "output_text", text: "b" },
            { type: "refusal", refusal: "No" },
          ],
        },
      ],
    );
    const result = { kind: "tool_result", id: "c", name: undefined, isError: true } as const;
    const results = [
      { ...result, content: [] },
      { ...result, content: [text("r")] },
      { ...result, content: [text("r"), image] },
    ];
    expect(inputOf("user", [...results, text("a"), image])).toEqual([
      { type: "function_call_output", call_id: "c", output: "" },
      { type: "function_call_output", call_id: "c", output: "r" },
      {
        ...{ type: "function_call_output", call_id: "c" },
        output: [{ type: "input_text", text: "r" }, expect.objectContaining({ type: "input_image" })],
      },
      {
        ...{ type: "message", role: "user" },
        content: [
          { type: "input_text", text: "a" },
          { type: "input_image", image_url: "data:image/png;base64,aGk=", detail: "auto" },
        ],
      },
    ]);
  });

  it("brings thoughts back as the model's maker takes them", () => {
    const thought = { kind: "reasoning", text: "hm", isRedacted: false } as const;
    const sealed = { ...thought, signature: "sealed" };
    const unproven = { ...thought, signature: undefined };
    expect(inputOf("assistant", [sealed, unproven])).toEqual([
      { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "sealed" },
    ]);
    expect(inputOf("assistant", [unproven], "gpt-oss-120b")).toEqual([
      { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "hm" }] },
    ]);
  });

  it("asks for the seal where the model thinks and is OpenAI's", () => {
    const reasoning = { effort: "low", tokensMax: undefined } as const;
    const sealed = { reasoning: { effort: "low" }, include: ["reasoning.encrypted_content"] };
    expect(write({ reasoning })).toMatchObject(sealed);
    expect(write({ reasoning }, "deepseek-v4")).not.toHaveProperty("include");
    expect(write({ reasoning: { ...reasoning, effort: "none" } })).not.toHaveProperty("include");
    expect(write({ reasoning: { effort: undefined, tokensMax: 5_000 } })).toMatchObject({
      reasoning: { effort: "medium" },
    });
  });

  it("is not sent where a field has no word", () => {
    const sampling = (more: object) => write({ sampling: { ...noSampling, ...more } });
    expect(sampling({ topK: 1 })).toBe("sampling.topK");
    expect(sampling({ seed: 1 })).toBe("sampling.seed");
    expect(sampling({ stop: ["a"] })).toBe("sampling.stop");
    expect(sampling({ presencePenalty: 1 })).toBe("sampling.presencePenalty");
    expect(sampling({ frequencyPenalty: 1 })).toBe("sampling.frequencyPenalty");
    expect(sampling({ frequencyPenalty: 0, presencePenalty: 0 })).toHaveProperty("model");
    const source = { kind: "base64", data: "aGk=" } as const;
    const sound = { kind: "media", type: "audio", mediaType: "audio/mpeg", source, name: undefined } as const;
    expect(inputOf("user", [sound])).toBe("messages.0.parts.0");
    expect(inputOf("user", [{ ...sound, type: "image", source: { kind: "id", id: "f" } }])).toBe(
      "messages.0.parts.0",
    );
    expect(inputOf("user", [{ ...sound, type: "file", mediaType: undefined }])).toBe("messages.0.parts.0");
    expect(inputOf("assistant", [{ ...sound, type: "image", mediaType: "image/png" }])).toBe(
      "messages.0.parts.0",
    );
  });
});
