// Owns the proof of how a conversation is written for Anthropic, and what it cannot be asked. Knows no
// other vendor.

import { describe, expect, it } from "vitest";
import {
  type Conversation,
  type Message,
  noSampling,
  type Part,
} from "../../../../core/contracts/conversation.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";

const text = (said: string): Part => ({ kind: "text", text: said });
const user = (...parts: Part[]): Message => ({ role: "user", parts });
const empty: Conversation = {
  messages: [user(text("Hi"))],
  tools: [],
  toolChoice: undefined,
  allowsParallelToolCalls: undefined,
  outputTokensMax: undefined,
  sampling: noSampling,
  format: undefined,
  reasoning: undefined,
  isStream: false,
  extras: [],
};
const look = { name: "look", description: undefined, parameters: undefined, isStrict: undefined };
const result = (id: string): Part => ({
  kind: "tool_result",
  id,
  name: undefined,
  content: [],
  isError: false,
});
const call = (args: string): Part => ({ kind: "tool_call", id: "call:1", name: "look", args });

const write = (more: Partial<Conversation>, model = "claude-sonnet-4-5") =>
  anthropicMessages.translation?.write({ ...empty, ...more }, model);
function body(more: Partial<Conversation>, model?: string) {
  const written = write(more, model);
  if (!Buffer.isBuffer(written)) throw new Error(written?.field);
  return JSON.parse(written.toString());
}

describe("a body", () => {
  it("has instructions apart, turns by turns, results first, and an answer's length", () => {
    const args = '{"n":12345678901234567890}';
    const messages: Message[] = [
      { role: "system", parts: [text("A")] },
      user(text("Hi")),
      { role: "assistant", parts: [call(args)] },
      { role: "developer", parts: [text("B")] },
      user(text("so")),
      user(result("call:1"), text("")),
    ];
    expect(body({ messages })).toEqual({
      model: "claude-sonnet-4-5",
      max_tokens: 4096,
      system: [
        { type: "text", text: "A" },
        { type: "text", text: "B" },
      ],
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        {
          role: "assistant",
          content: [{ type: "tool_use", id: "call_1", name: "look", input: JSON.parse(args) }],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: [] },
            { type: "text", text: "so" },
          ],
        },
      ],
    });
    expect(write({ messages })?.toString()).toContain(args);
  });

  it("has tools, a choice among them, and a format", () => {
    const schema = { type: "object" };
    const said = body({
      tools: [look],
      toolChoice: { kind: "tool", name: "look" },
      allowsParallelToolCalls: false,
      outputTokensMax: 9,
      format: { kind: "schema", name: "n", schema, isStrict: true },
      sampling: { ...noSampling, temperature: 0.5, stop: ["."] },
      isStream: true,
    });
    expect(said).toMatchObject({
      ...{ max_tokens: 9, temperature: 0.5, stop_sequences: ["."], stream: true },
      tools: [{ name: "look", input_schema: { type: "object" } }],
      tool_choice: { type: "tool", name: "look", disable_parallel_tool_use: true },
      output_config: { format: { type: "json_schema", schema } },
    });
    expect(body({ tools: [look], toolChoice: { kind: "required" } }).tool_choice).toEqual({ type: "any" });
    expect(
      body({ tools: [look], toolChoice: { kind: "none" }, allowsParallelToolCalls: false }).tool_choice,
    ).toEqual({
      type: "none",
    });
  });
});

describe("a wish to think", () => {
  const high = { effort: "high", tokensMax: undefined } as const;

  it("is a budget where the model takes one, within the answer's length", () => {
    expect(body({ reasoning: high })).toMatchObject({
      max_tokens: 16_384 + 4096,
      thinking: { type: "enabled", budget_tokens: 16_384 },
    });
    expect(body({ reasoning: high, outputTokensMax: 2000 }).thinking.budget_tokens).toBe(1999);
    expect(body({ reasoning: { effort: undefined, tokensMax: 3000 } }).thinking.budget_tokens).toBe(3000);
  });

  it.each(["claude-opus-4-7", "claude-opus-5", "claude-sonnet-4-6", "claude-haiku-4-15"])(
    "is an effort for %s",
    (model) => {
      expect(body({ reasoning: high }, model)).toMatchObject({
        ...{ max_tokens: 4096, thinking: { type: "adaptive" }, output_config: { effort: "high" } },
      });
    },
  );

  it.each([
    "claude-3-7-sonnet-latest",
    "claude-opus-4-20250514",
    "claude-opus-4-1-20250805",
    "eu.anthropic.claude-haiku-4-5-v1:0",
  ])("is a budget for %s", (model) => {
    expect(body({ reasoning: high }, model)).toHaveProperty("thinking.budget_tokens");
  });

  it.each<[string, Partial<Conversation>]>([
    ["nobody has it", { reasoning: { effort: "none", tokensMax: undefined } }],
    ["the answer is too short", { outputTokensMax: 1000 }],
    ["a tool is demanded", { tools: [look], toolChoice: { kind: "required" } }],
    ["the sampling is set", { sampling: { ...noSampling, temperature: 0 } }],
    [
      "it did not think before its calls",
      { messages: [{ role: "assistant", parts: [call("")] }, user(result("a"))] },
    ],
  ])("is left out where %s", (_why, more) => {
    expect(body({ reasoning: high, ...more }).thinking).toBeUndefined();
  });
});

describe("what Anthropic has no word for is named", () => {
  const media = (type: "image" | "audio" | "file", mediaType: string | undefined) =>
    user({ kind: "media", type, mediaType, source: { kind: "base64", data: "aGk=" }, name: undefined });

  it.each<[string, Partial<Conversation>]>([
    ["sampling.temperature", { sampling: { ...noSampling, temperature: 1.5 } }],
    ["sampling.seed", { sampling: { ...noSampling, seed: 1 } }],
    ["sampling.presencePenalty", { sampling: { ...noSampling, presencePenalty: 1 } }],
    ["sampling.frequencyPenalty", { sampling: { ...noSampling, frequencyPenalty: 1 } }],
    ["format", { format: { kind: "json" } }],
    ["tools.0.name", { tools: [{ ...look, name: "a.b" }] }],
    ["messages.0.tool_calls.arguments", { messages: [{ role: "assistant", parts: [call("[1]")] }] }],
    ["messages.0.audio", { messages: [media("audio", "audio/wav")] }],
    ["messages.0.file.media_type", { messages: [media("file", "text/csv")] }],
    ["messages.0.image.media_type", { messages: [media("image", undefined)] }],
  ])("%s", (field, more) => {
    expect(write(more)).toEqual({ kind: "uncarried", field });
  });

  it("but a text file is a document, and an edit is heard", () => {
    expect(body({ messages: [media("file", "text/plain")] }).messages[0].content).toEqual([
      { type: "document", source: { type: "text", media_type: "text/plain", data: "hi" } },
    ]);
    const asked = { model: "m", max_tokens: 1, messages: [{ role: "user", content: "secret" }] };
    const head = { method: "POST", path: "/v1/messages", query: "", headers: {} };
    const read = anthropicMessages.readCall(Buffer.from(JSON.stringify(asked)), head);
    if (read.kind === "refusal") throw new Error(read.message);
    read.edits.set("/messages/0/content", "***");
    expect(anthropicMessages.translation?.read(read).messages).toEqual([user(text("***"))]);
  });
});
