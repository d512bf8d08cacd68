// Owns answers as Google writes them, and Ollama its own. Knows no dialect's code.

import type { JsonValue } from "../../../../../core/contracts/dialect.ts";
import { gemini } from "../../../../../core/dialects/gemini.ts";
import { ollamaChat } from "../../../../../core/dialects/ollama.ts";
import { type ArgsForm, argsText, choicesOf, find, interleave, type Say, textOf, type Wire } from "./wire.ts";

const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 21, totalTokenCount: 30 };
const about = { modelVersion: "m", responseId: "r1" };
const event = (value: JsonValue): string => `data: ${JSON.stringify(value)}\r\n\r\n`;

/** Of all that was said on it: the tokens come at the end, once. */
function logprobs(said: readonly Say[], index: number): JsonValue {
  const pieces = find(said, "text", index)?.pieces ?? [];
  const chosen = pieces.map((token) => ({ token, tokenId: 1, logProbability: -0.1 }));
  return { topCandidates: chosen.map((one) => ({ candidates: [one] })), chosenCandidates: chosen };
}

/** Vertex AI streams arguments by their places. */
function partsOf({ kind, pieces }: Say): readonly JsonValue[] {
  if (kind === "text") return pieces.map((text) => ({ text }));
  if (kind === "reasoning") return pieces.map((text) => ({ text, thought: true }));
  const named = { functionCall: { name: "search", willContinue: true } };
  const texts = pieces.map((stringValue, at) => ({
    functionCall: {
      partialArgs: [{ jsonPath: "$.query", stringValue, willContinue: at < pieces.length - 1 }],
      willContinue: true,
    },
  }));
  const number = { partialArgs: [{ jsonPath: "$.n", numberValue: 12 }], willContinue: true };
  return [named, ...texts, { functionCall: number }, { functionCall: {} }];
}

function candidateEvents(said: readonly Say[], index: number): readonly string[] {
  const parts = said.filter(({ choice }) => choice === index).flatMap(partsOf);
  const candidates = parts.map((part) => ({ content: { parts: [part], role: "model" }, index }));
  const last = {
    content: { parts: [{ text: "" }], role: "model" },
    finishReason: "STOP",
    index,
    logprobsResult: logprobs(said, index),
  };
  return [...candidates, last].map((candidate) =>
    event({ candidates: [candidate], usageMetadata, ...about }),
  );
}

function candidate(said: readonly Say[], index: number, form: ArgsForm): string {
  const parts = said
    .filter(({ choice }) => choice === index)
    .map((say) => {
      const text = textOf(say);
      if (say.kind === "text") return JSON.stringify({ text });
      if (say.kind === "reasoning") return JSON.stringify({ text, thought: true });
      return JSON.stringify({ functionCall: { name: "search", args: {} } }).replace(
        "{}",
        argsText(say, form),
      );
    });
  const whole = { content: { parts: [], role: "model" }, finishReason: "STOP", index };
  const proof = { ...whole, logprobsResult: logprobs(said, index) };
  return JSON.stringify(proof).replace("[]", `[${parts.join()}]`);
}

export const geminiWire: Wire = {
  name: "gemini",
  dialect: gemini,
  place: "sidecar",
  kinds: ["text", "reasoning", "tool.args"],
  choicesMax: 2,
  streamType: "text/event-stream",
  wholeType: "application/json; charset=UTF-8",
  stream(said) {
    return Buffer.from(interleave(choicesOf(said).map((index) => candidateEvents(said, index))).join(""));
  },
  whole(said, form) {
    const candidates = choicesOf(said).map((index) => candidate(said, index, form));
    const answer = JSON.stringify({ candidates: [], usageMetadata, ...about });
    return Buffer.from(answer.replace("[]", `[${candidates.join()}]`));
  },
  asked: {
    path: (how) =>
      `/v1beta/models/m:${how === "stream" ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: ({ system, user, query, result }) => ({
      systemInstruction: { parts: [{ text: system }] },
      contents: [
        { role: "user", parts: [{ text: user }] },
        { role: "model", parts: [{ functionCall: { name: "search", args: { query } } }] },
        { role: "user", parts: [{ functionResponse: { name: "search", response: { result } } }] },
      ],
    }),
  },
};

const line = (value: JsonValue): string =>
  `${JSON.stringify({ model: "m", created_at: "t", ...Object(value) })}\n`;
const ollamaEnd = { done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 21 };

function ollamaCall(say: Say, form: ArgsForm): string {
  const tool_calls = [{ function: { name: "search", arguments: {} } }];
  return JSON.stringify(tool_calls).replace("{}", argsText(say, form));
}

function ollamaLines(say: Say, form: ArgsForm): readonly string[] {
  const role = "assistant";
  const name = say.kind === "text" ? "content" : "thinking";
  if (say.kind !== "tool.args") {
    return say.pieces.map((text) => line({ message: { role, content: "", [name]: text }, done: false }));
  }
  const called = line({ message: { role, content: "", tool_calls: [] }, done: false });
  return [called.replace("[]", ollamaCall(say, form))];
}

export const ollamaWire: Wire = {
  name: "ollama-chat",
  dialect: ollamaChat,
  place: "sidecar",
  kinds: ["text", "reasoning", "tool.args"],
  choicesMax: 1,
  streamType: "application/x-ndjson",
  wholeType: "application/json; charset=utf-8",
  stream(said, form) {
    const last = line({ message: { role: "assistant", content: "" }, ...ollamaEnd });
    return Buffer.from(said.flatMap((say) => ollamaLines(say, form)).join("") + last);
  },
  whole(said, form) {
    const [text, thinking, args] = (["text", "reasoning", "tool.args"] as const).map((kind) =>
      find(said, kind, 0),
    );
    const message = {
      role: "assistant",
      content: text === undefined ? "" : textOf(text),
      ...(thinking && { thinking: textOf(thinking) }),
      ...(args && { tool_calls: [] }),
    };
    const body = line({ message, ...ollamaEnd });
    return Buffer.from(args === undefined ? body : body.replace("[]", ollamaCall(args, form)));
  },
  asked: {
    path: () => "/api/chat",
    body: ({ system, user, query, result }, how) => ({
      model: "m",
      messages: [
        { role: "system", content: system },
        { role: "user", content: user },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ function: { name: "search", arguments: { query } } }],
        },
        { role: "tool", tool_name: "search", content: result },
      ],
      stream: how === "stream",
    }),
  },
};
