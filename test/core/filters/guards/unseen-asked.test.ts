// Owns the proof that nothing a model or an agent is told passes guards unseen because of the place it stands
// in. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { agentWire, ask, digits, fine, redacting, said, seeing } from "./unseen.ts";
import { code, upstreamOf, walkGuarded } from "./walks.ts";
import { anthropicWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import { ollamaWire } from "./wires/gemini.ts";
import { responsesWire } from "./wires/responses.ts";
import type { Wire } from "./wires/wire.ts";

describe("what a model is told", () => {
  const user = (content: JsonValue) => ({ messages: [{ role: "user", content }] });
  const places: readonly (readonly [string, Wire, JsonValue])[] = [
    ["the form of Anthropic's answer", anthropicWire, format("output_config")],
    [
      "its older field",
      anthropicWire,
      { output_format: { type: "json_schema", schema: { description: said } } },
    ],
    [
      "how Anthropic is to sum up",
      anthropicWire,
      { context_management: { edits: [{ instructions: said }] } },
    ],
    ["a file's name", chatWire, user([{ type: "file", file: { filename: said, file_data: "data:,x" } }])],
    ["a message's other members", chatWire, { messages: [{ role: "user", content: "Hi.", note: [said] }] }],
    ["a prompt beside messages", chatWire, { prompt: said }],
    ["instructions beside messages", chatWire, { system: said }],
    [
      "an id of more than a word",
      chatWire,
      { messages: [{ role: "tool", tool_call_id: said, content: "x" }] },
    ],
    ["where a search looks", chatWire, { web_search_options: { user_location: { city: said } } }],
    [
      "an Ollama message's other members",
      ollamaWire,
      { messages: [{ role: "tool", tool_name: said, content: "" }] },
    ],
    ["Azure's role", chatWire, { data_sources: [{ type: "a", parameters: { role_information: said } }] }],
    ["OpenRouter's search", chatWire, { plugins: [{ id: "web", search_prompt: said }] }],
  ];

  it.each(places)("is read: %s", async (_what, wire, members) => {
    const flagging = { onUninspectable: "flag" } as const;
    const { refused, sent } = await ask(wire, members, flagging);
    expect([refused, sent.includes(digits), sent.includes("[WORD_REDACTED]")]).toEqual([code, false, true]);
  });

  const media = ["video_url", "audio_url", "document_url", "input_video", "image_embeds", "file_id"];
  it.each(media)("is no text: %s", async (type) => {
    const value = type.endsWith("_url") ? { url: "https://a.example/x" } : "QUJD";
    const { refused } = await ask(chatWire, user([{ type, [type]: value }]));
    expect(refused).toBe("input_uninspectable");
  });

  const parts = ["video_url", "audio_url", "image_url", "file_data"];
  it.each(parts)("is no text in a response's input: %s", async (name) => {
    for (const value of ["https://a.example/x", { url: "data:a/b;base64,QUJD" }]) {
      const content = [{ type: name, [name]: value }];
      const { refused } = await ask(responsesWire, { input: [{ role: "user", content }] });
      expect(refused).toBe("input_uninspectable");
    }
  });

  it("is not told under a name that readers blind to case take for one that is read", async () => {
    const calls = [
      { Function: { name: "f", arguments: { a: said } } },
      { function: { Arguments: { a: said } } },
    ];
    for (const call of calls) {
      const messages = [{ role: "assistant", content: "", tool_calls: [call] }];
      expect((await ask(ollamaWire, { messages })).refused).toBe("body_ambiguous");
    }
  });
});

function format(name: string): JsonValue {
  return { [name]: { format: { type: "json_schema", schema: { type: "object", description: said } } } };
}

describe("a query", () => {
  const walk = (query: string, more: Partial<GuardRule> = {}) =>
    walkGuarded({
      ...{ wire: agentWire, how: "whole", rules: [seeing(["edge.request"], more)] },
      request: { method: "GET", query, body: "", headers: {} },
      upstream: upstreamOf(agentWire, "whole", fine(agentWire)),
    });
  const queries = [`?a=1&q=call+${digits}&b=%20`, `?a=1&call%20%34${digits.slice(1)}&b=%20`];

  it.each(queries)("is read where a caller asks by it alone: %s", async (query) => {
    expect((await walk(query)).headers["x-sluice-refusal"]).toBe(code);
    const { sent, bugs } = await walk(query, redacting);
    const [, rest] = String(sent[0]?.path).split("?");
    expect([bugs, rest]).toEqual([
      [],
      `a=1&${query.includes("q=") ? "q=" : ""}call%20%5BWORD_REDACTED%5D&b=%20`,
    ]);
    expect((await walk("?a=1&b=%20&c", redacting)).sent[0]?.path).toMatch(/\?a=1&b=%20&c$/);
  });
});
