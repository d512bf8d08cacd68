// Owns the proof that nothing of an answer, and nothing of what is data, passes guards unseen because of the
// place it stands in. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { agentWire, answer, ask, cut, data, digits, events, json, lines, number, said } from "./unseen.ts";
import { code } from "./walks.ts";
import { anthropicWire, converseWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import { geminiWire, ollamaWire } from "./wires/gemini.ts";
import { responsesWire } from "./wires/responses.ts";
import type { Wire } from "./wires/wire.ts";

describe("names of members, and numbers", () => {
  const called: readonly (readonly [string, Wire, JsonValue, string])[] = [
    ["an agent's request", agentWire, { data }, "edge.request"],
    [
      "Gemini's results",
      geminiWire,
      { contents: [{ role: "user", parts: [{ functionResponse: { name: "f", response: data } }] }] },
      "tool.result",
    ],
    [
      "Gemini's arguments",
      geminiWire,
      { contents: [{ role: "model", parts: [{ functionCall: { name: "f", args: data } }] }] },
      "llm.request",
    ],
    [
      "what streams Gemini's arguments",
      geminiWire,
      {
        contents: [
          { role: "model", parts: [{ functionCall: { name: "f", partialArgs: [{ stringValue: data }] } }] },
        ],
      },
      "llm.request",
    ],
    [
      "Converse's results",
      converseWire,
      {
        messages: [
          { role: "user", content: [{ toolResult: { toolUseId: "1", content: [{ json: data }] } }] },
        ],
      },
      "tool.result",
    ],
    [
      "Anthropic's arguments",
      anthropicWire,
      { messages: [{ role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: data }] }] },
      "llm.request",
    ],
    [
      "Ollama's arguments",
      ollamaWire,
      {
        messages: [
          { role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: data } }] },
        ],
      },
      "llm.request",
    ],
  ];
  it.each(called)("are read in %s", async (_what, wire, members, stage) => {
    const { refused, sent, found } = await ask(wire, members);
    expect([refused, found]).toEqual([code, [`words@${stage}=redact`]]);
    expect(sent).not.toContain(digits);
    expect(sent).toContain(cut);
  });

  it("are read in what defines a tool", async () => {
    const parameters = { type: "object", properties: { [said]: { type: "string" } } };
    const tools = [{ type: "function", function: { name: "f", parameters } }];
    const { refused, sent } = await ask(chatWire, { tools });
    expect([refused, sent.includes(digits)]).toEqual([code, false]);
  });

  it("are read in an agent's answer, whole or line by line, and hold nothing back", async () => {
    const whole = await answer(agentWire, JSON.stringify({ data }), json);
    expect([whole.refused, whole.bytes]).toEqual([code, `{"data":${cut}}`]);
    const text = `{"at":1700000000,"x":1}\n{"at":1700000001,"x":${number}}\n`;
    const streamed = await answer(agentWire, text, lines);
    expect(streamed.bytes).toBe(text.replace(digits, '"[WORD_REDACTED]"'));
  });
});

describe("words that look like JSON", () => {
  it("are pieces of what an agent streams", async () => {
    const words = ["call", "4111", "2222333", "34444", "true"].map((one) => `data: ${one}\n\n`).join("");
    const { refused, bytes } = await answer(agentWire, words, events);
    expect(refused).toBe(code);
    expect(bytes.split("\n\n")).toEqual([
      ...["data: call", "data: [WORD_REDACTED]", "data: ", "data: ", "data: true"],
      "",
    ]);
    const lined = await answer(agentWire, `"a"\n${digits}\n"b"\n`, lines);
    expect(lined.bytes).toBe('"a"\n"[WORD_REDACTED]"\n"b"\n');
    expect((await answer(agentWire, digits, json)).bytes).toBe('"[WORD_REDACTED]"');
  });
});

describe("tokens", () => {
  it("are read to the last list of them, however long the first", async () => {
    const long = [{ token: "x".repeat(20_000), logprob: -1, bytes: null, top_logprobs: [] }];
    const tokens = [{ token: digits, logprob: -1, bytes: null, top_logprobs: [] }];
    const message = { role: "assistant", content: "Fine." };
    const choice = { index: 0, message, logprobs: { content: long, refusal: tokens }, finish_reason: "stop" };
    const { bytes } = await answer(chatWire, JSON.stringify({ choices: [choice] }), json);
    expect(JSON.parse(bytes).choices[0].logprobs).toBeNull();
  });

  it("go where the words that they repeat are changed, in Ollama's answers", async () => {
    const tokens = [...said].map((token) => ({ token, logprob: -1, bytes: [...Buffer.from(token)] }));
    const message = { role: "assistant", content: said };
    const whole = { model: "m", message, logprobs: tokens, done: true, done_reason: "stop" };
    const { bytes } = await answer(ollamaWire, JSON.stringify(whole), json);
    expect(JSON.parse(bytes)).toMatchObject({ message: { content: "call [WORD_REDACTED]" }, logprobs: null });
    const streamed = tokens.map((token) => {
      const line = { model: "m", message: { role: "assistant", content: token.token }, logprobs: [token] };
      return `${JSON.stringify({ ...line, done: false })}\n`;
    });
    const last = { model: "m", message: { role: "assistant", content: "" }, done: true, done_reason: "stop" };
    const { bytes: cutLines } = await answer(
      ollamaWire,
      [...streamed, JSON.stringify(last), "\n"].join(""),
      lines,
    );
    const left = cutLines
      .trim()
      .split("\n")
      .flatMap((line) => JSON.parse(line).logprobs ?? []);
    expect(left.map(({ token }) => token).join("")).toBe("call ");
  });
});

describe("what a dialect does not list", () => {
  const sse = (value: JsonValue) => `data: ${JSON.stringify(value)}\n\n`;

  it("is read in a chat's chunks, messages and parts", async () => {
    const places: readonly JsonValue[] = [
      { choices: [], related_questions: [said] },
      {
        choices: [
          { index: 0, message: { role: "assistant", content: "", thinking_blocks: [{ thinking: said }] } },
        ],
      },
      {
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: "", context: { citations: [{ content: said }] } },
          },
        ],
      },
      { choices: [{ index: 0, messages: [{ role: "tool", content: said }], message: { content: "" } }] },
      { choices: [{ index: 0, message: { content: [{ type: "note", words: [said] }] } }] },
    ];
    for (const place of places) {
      const { refused, bytes } = await answer(chatWire, JSON.stringify(place), json);
      expect([refused, bytes.replace("[WORD_REDACTED]", digits)]).toEqual([code, JSON.stringify(place)]);
    }
    const pieces = [said.slice(0, 8), said.slice(8)].map((words) =>
      sse({ choices: [{ index: 0, delta: { thinking_blocks: [{ thinking: words }] } }] }),
    );
    const end = `${sse({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;
    expect((await answer(chatWire, pieces.join("") + end, events)).refused).toBe(code);
  });

  it("is read in blocks and parts of others", async () => {
    const message = { role: "assistant", content: [{ note: { words: said } }] };
    const block = JSON.stringify({ output: { message }, stopReason: "end_turn" });
    expect((await answer(converseWire, block, json)).refused).toBe(code);
    const parts = [{ text: "Fine." }, { partMetadata: { words: said } }];
    const part = JSON.stringify({ candidates: [{ content: { parts }, finishReason: "STOP" }] });
    expect((await answer(geminiWire, part, json)).refused).toBe(code);
    const event = sse({ type: "message_note", words: said }) + sse({ type: "message_stop" });
    expect((await answer(anthropicWire, event, events)).refused).toBe(code);
  });

  it("is read beside the data of an agent's events, which cannot be without it", async () => {
    for (const beside of [`event: ${said}`, `id: ${said}`, `: ${said}`]) {
      const { refused, bytes } = await answer(agentWire, `id: 1\n${beside}\ndata: "a"\n\n`, events);
      expect([refused, bytes.includes("[WORD_REDACTED]")]).toEqual([code, false]);
    }
  });

  it("is read in a response's messages and their parts", async () => {
    const content = [{ type: "output_note", words: said }];
    for (const message of [
      { type: "message", content },
      { type: "message", words: said, content: [] },
    ]) {
      const body = JSON.stringify({ id: "r", status: "completed", output: [message] });
      const { refused, bytes } = await answer(responsesWire, body, json);
      expect([refused, bytes.replace("[WORD_REDACTED]", digits)]).toEqual([code, body]);
    }
  });

  it("is read in a response's events, over as many as it takes", async () => {
    const pieces = [said.slice(0, 8), said.slice(8)].map((delta) =>
      sse({ type: "response.reasoning.delta", item_id: "rs_1", output_index: 0, delta }),
    );
    const end = sse({ type: "response.completed", response: { id: "r", status: "completed", output: [] } });
    const { refused, bytes } = await answer(responsesWire, pieces.join("") + end, events);
    expect([refused, bytes.includes("call [WORD_REDACTED]")]).toEqual([code, true]);
  });
});

describe("what a vendor's own tools found", () => {
  it("is read wherever Gemini says it", async () => {
    const places: readonly JsonValue[] = [
      { groundingMetadata: { groundingChunks: [{ web: { uri: "https://a.example", title: said } }] } },
      {
        groundingMetadata: {
          groundingChunks: [{ maps: { placeAnswerSources: [{ reviewSnippets: [said] }] } }],
        },
      },
      { groundingMetadata: { webSearchQueries: [said] } },
      { citationMetadata: { citationSources: [{ title: said }] } },
      { urlContextMetadata: { urlMetadata: [{ retrievedUrl: `https://a.example/?q=${digits}` }] } },
    ];
    for (const place of places) {
      const content = { role: "model", parts: [{ text: "Fine." }] };
      const body = JSON.stringify({ candidates: [{ content, finishReason: "STOP", ...(place as object) }] });
      const { bytes, found } = await answer(geminiWire, body, json);
      expect([bytes.replace("[WORD_REDACTED]", digits), found]).toEqual([body, ["words@tool.result=redact"]]);
    }
  });
});
