// Owns the proof that a conversation is written as a chat completions request. Knows the dialect only.

import { describe, expect, it } from "vitest";
import { type Conversation, noSampling } from "../../../../core/contracts/conversation.ts";
import { read, write } from "./conversations.ts";

describe("writing", () => {
  it("says nothing of choosing among tools where there are none", () => {
    const asked = {
      messages: [{ role: "user", content: "a" }],
      tool_choice: "auto",
      parallel_tool_calls: true,
    };
    expect(write(read(asked), "gpt-5")).toEqual({ messages: asked.messages, model: "gpt-5" });
  });

  it("is the same conversation read again", () => {
    const call = { id: "c1", type: "function", function: { name: "get", arguments: "{}" } };
    const asked = {
      ...{ max_completion_tokens: 7, temperature: 0.5, top_p: 0.9, seed: 1, stop: ["a", "b"], stream: true },
      ...{
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        parallel_tool_calls: true,
        reasoning_effort: "high",
      },
      tools: [
        { type: "function", function: { name: "get", description: "d", parameters: {}, strict: false } },
      ],
      tool_choice: { type: "function", function: { name: "get" } },
      response_format: { type: "json_schema", json_schema: { name: "n", schema: {}, strict: true } },
      messages: [
        { role: "system", content: "s" },
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
            { type: "input_audio", input_audio: { data: "UklG", format: "mp3" } },
            { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" } },
          ],
        },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "42" },
        { role: "assistant", refusal: "no", content: "well" },
      ],
    };
    expect(write(read(asked), "gpt-5")).toEqual({ ...asked, model: "gpt-5" });
    expect(write(read(asked))).toMatchObject({ max_tokens: 7 });
  });

  it("gives thoughts back to those who may want them", () => {
    const thought = { role: "assistant", content: "a", reasoning_content: "hm" };
    const asked = read({ messages: [thought] });
    expect(write(asked, "deepseek-chat")).toMatchObject({ messages: [thought] });
    expect(write(asked, "gpt-5")).toMatchObject({ messages: [{ role: "assistant", content: "a" }] });
    expect(JSON.stringify(write(asked, "gpt-5"))).not.toContain("hm");
  });

  it("puts results before what else a user says, and calls a developer the system", () => {
    const result = { kind: "tool_result", id: "c1", name: undefined, content: [], isError: true } as const;
    const messages = [
      { role: "developer", parts: [{ kind: "text", text: "d" }] },
      { role: "user", parts: [{ kind: "text", text: "and?" }, result] },
    ] as const;
    expect(write({ messages })).toMatchObject({
      messages: [
        { role: "system", content: "d" },
        { role: "tool", tool_call_id: "c1", content: "" },
        { role: "user", content: "and?" },
      ],
    });
  });

  it("says how much to think in OpenAI's words", () => {
    const words = [100, 4_096, 16_384].map((tokensMax) =>
      write({ reasoning: { effort: undefined, tokensMax } }),
    );
    expect(words).toMatchObject([
      { reasoning_effort: "low" },
      { reasoning_effort: "medium" },
      { reasoning_effort: "high" },
    ]);
  });

  it("names what OpenAI has no word for", () => {
    const media = { kind: "media", type: "file", mediaType: "application/pdf", name: undefined } as const;
    const held = { ...media, source: { kind: "id", id: "f" } } as const;
    const result = { kind: "tool_result", id: "c", name: undefined, isError: false } as const;
    const image = { ...media, type: "image", source: { kind: "url", url: "https://a.test" } } as const;
    const from = (role: "user" | "assistant", ...parts: Conversation["messages"][number]["parts"]) => ({
      messages: [{ role, parts }],
    });
    const cases: readonly [string, Partial<Conversation>][] = [
      ["sampling.topK", { sampling: { ...noSampling, topK: 1 } }],
      ["sampling.stop", { sampling: { ...noSampling, stop: ["1", "2", "3", "4", "5"] } }],
      ["messages.0.parts.0", from("user", held)],
      ["messages.0.parts.0", from("user", { ...media, source: { kind: "url", url: "https://a.test" } })],
      ["messages.0.parts.0", from("user", { ...media, type: "video", source: { kind: "base64", data: "" } })],
      ["messages.0.parts.0", from("user", { ...media, type: "audio", source: { kind: "base64", data: "" } })],
      [
        "messages.0.parts.0",
        from("user", { ...media, mediaType: undefined, source: { kind: "base64", data: "" } }),
      ],
      ["messages.0.parts.0", from("user", { ...result, content: [image] })],
      ["messages.0.parts.0", from("assistant", image)],
    ];
    for (const [field, conversation] of cases) {
      expect(write(conversation)).toEqual({ kind: "uncarried", field });
    }
  });
});
