// Owns answers as OpenAI writes chat completions and legacy completions. Knows no dialect's code.

import type { JsonValue } from "../../../../../core/contracts/dialect.ts";
import { openAiChat } from "../../../../../core/dialects/openai-chat.ts";
import { openAiCompletions } from "../../../../../core/dialects/openai-completions.ts";
import {
  type ArgsForm,
  argsPieces,
  argsText,
  choicesOf,
  event,
  find,
  interleave,
  type Say,
  textOf,
  tokens,
  type Wire,
} from "./wire.ts";

const usage = { prompt_tokens: 9, completion_tokens: 21, total_tokens: 30 };
const about = { id: "chatcmpl-1", created: 1_700_000_000, model: "m" };
const chunk = (choice: JsonValue[], more: object = {}): JsonValue => ({
  ...about,
  object: "chat.completion.chunk",
  choices: choice,
  ...more,
});
const call = { index: 0, id: "call_1", type: "function", function: { name: "search", arguments: "" } };
const logprobs = (text: string): JsonValue => ({ content: tokens(text), refusal: null });

function deltasOf(say: Say, form: ArgsForm): readonly object[] {
  if (say.kind === "reasoning")
    return say.pieces.map((text) => ({ delta: { reasoning_content: text }, logprobs: null }));
  if (say.kind === "text") {
    return say.pieces.map((text) => ({ delta: { content: text }, logprobs: logprobs(text) }));
  }
  const pieces = argsPieces(say, form).map((text) => ({
    delta: { tool_calls: [{ index: 0, function: { arguments: text } }] },
    logprobs: null,
  }));
  return [{ delta: { tool_calls: [call] }, logprobs: null }, ...pieces];
}

function choiceEvents(said: readonly Say[], index: number, form: ArgsForm): readonly string[] {
  const deltas = [
    { delta: { role: "assistant", content: "", refusal: null }, logprobs: null },
    ...said.filter(({ choice }) => choice === index).flatMap((say) => deltasOf(say, form)),
  ];
  const events = deltas.map((delta) => event(chunk([{ index, finish_reason: null, ...delta }])));
  const reason = find(said, "tool.args", index) === undefined ? "stop" : "tool_calls";
  return [...events, event(chunk([{ index, delta: {}, logprobs: null, finish_reason: reason }]))];
}

function message(said: readonly Say[], index: number, form: ArgsForm): JsonValue {
  const [text, reasoning, args] = (["text", "reasoning", "tool.args"] as const).map((kind) =>
    find(said, kind, index),
  );
  const called = args && { ...call, function: { name: "search", arguments: argsText(args, form) } };
  const content = text === undefined ? null : textOf(text);
  return {
    index,
    message: {
      role: "assistant",
      content,
      ...(reasoning && { reasoning_content: textOf(reasoning) }),
      ...(called && { tool_calls: [called] }),
    },
    logprobs: content === null ? null : logprobs(content),
    finish_reason: called ? "tool_calls" : "stop",
  };
}

export const chatWire: Wire = {
  name: "openai-chat",
  dialect: openAiChat,
  place: "sidecar",
  kinds: ["text", "reasoning", "tool.args"],
  choicesMax: 2,
  streamType: "text/event-stream",
  wholeType: "application/json",
  stream(said, form) {
    const events = interleave(choicesOf(said).map((index) => choiceEvents(said, index, form)));
    return Buffer.from(`${events.join("")}${event(chunk([], { usage }))}data: [DONE]\n\n`);
  },
  whole(said, form) {
    const choices = choicesOf(said).map((index) => message(said, index, form));
    return Buffer.from(JSON.stringify({ ...about, object: "chat.completion", choices, usage }));
  },
  asked: {
    path: () => "/v1/chat/completions",
    body: ({ system, user, query, result }, how) => ({
      model: "m",
      messages: [
        { role: "system", content: system },
        { role: "user", content: [{ type: "text", text: user }] },
        {
          role: "assistant",
          tool_calls: [{ ...call, function: { name: "search", arguments: JSON.stringify({ query }) } }],
        },
        { role: "tool", tool_call_id: "call_1", content: result },
      ],
      ...(how === "stream" && { stream: true, stream_options: { include_usage: true } }),
    }),
  },
};

const piece = (text: string, index: number, reason: string | null): JsonValue => ({
  ...about,
  object: "text_completion",
  choices: [
    {
      index,
      text,
      finish_reason: reason,
      logprobs: {
        tokens: [text],
        token_logprobs: [-0.1],
        text_offset: [0],
        top_logprobs: [{ [text]: -0.1 }],
      },
    },
  ],
});

export const completionsWire: Wire = {
  name: "openai-completions",
  dialect: openAiCompletions,
  place: "sidecar",
  kinds: ["text"],
  choicesMax: 2,
  streamType: "text/event-stream",
  wholeType: "application/json",
  stream(said) {
    const events = said.map(({ choice, pieces }) => [
      ...pieces.map((text) => event(piece(text, choice, null))),
      event(piece("", choice, "stop")),
    ]);
    const last = event({ ...about, object: "text_completion", choices: [], usage });
    return Buffer.from(`${interleave(events).join("")}${last}data: [DONE]\n\n`);
  },
  whole(said) {
    const choices = said.flatMap((say) => {
      const one = piece(textOf(say), say.choice, "stop") as { choices: JsonValue[] };
      return one.choices;
    });
    return Buffer.from(JSON.stringify({ ...about, object: "text_completion", choices, usage }));
  },
  asked: {
    path: () => "/v1/completions",
    body: ({ user }, how) => ({
      model: "m",
      prompt: user,
      ...(how === "stream" && { stream: true, stream_options: { include_usage: true } }),
    }),
  },
};
