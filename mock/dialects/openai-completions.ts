// Owns OpenAI's legacy completions on the wire; knows no socket and no script.

import type { Ask, AskedRequest, AskProblem, Frame, MockDialect, Piece, Reply, Usage } from "../dialect.ts";
import { endMark, jsonBody } from "../framing.ts";
import { listOf, membersOf, numberOf } from "../json-value.ts";
import { countTokens } from "../tokens.ts";
import { openaiBodyFraming, openaiEventFraming, writeAzureError, writeOpenaiError } from "./openai-error.ts";
import { isAzureCall, isOpenaiCall, readModel, refuseOpenai, unknownOpenaiModel } from "./openai-paths.ts";

const operation = "completions";
const choicesMax = 128;

export const openaiCompletions: MockDialect = {
  name: "openai-completions",
  claims: (head) => isOpenaiCall(head, operation),
  readAsk: readCompletionsAsk,
  countPrompt: ({ request }) =>
    promptsOf(request.body).reduce<number>((sum, prompt) => sum + countOne(prompt), 0),
  framing: ({ form }) => (form === "stream" ? openaiEventFraming : openaiBodyFraming),
  writeStream: writeCompletionStream,
  writeBody: (_ask, reply) => {
    const choices = reply.choices.map(({ pieces, finish }, index) =>
      choiceOf(index, textOf(pieces), finishOf(finish)),
    );
    return jsonBody({ ...topOf(reply), choices, usage: usageOf(reply.usage), ...reply.extra });
  },
  writeError: writeOpenaiError,
  unknownModel: unknownOpenaiModel,
};

export const azureCompletions: MockDialect = {
  ...openaiCompletions,
  claims: (head) => isAzureCall(head, operation),
  writeError: writeAzureError,
};

function readCompletionsAsk(request: AskedRequest): Ask | AskProblem {
  const model = readModel(request);
  if (typeof model !== "string") return model;
  const members = membersOf(request.body);
  const prompts = promptsOf(members);
  const choices = prompts.length * (numberOf(members.n) ?? 1);
  if (!Number.isInteger(choices) || choices < 1 || choices > choicesMax) {
    return refuseOpenai("The number of prompts and choices is out of range.", "n", null);
  }
  return {
    request,
    model,
    form: members.stream === true ? "stream" : "body",
    text: prompts.filter((prompt) => typeof prompt === "string").join("\n"),
    role: "user",
    choices,
    maxTokens: numberOf(members.max_tokens),
    wantsUsage: membersOf(members.stream_options).include_usage === true,
    tools: [],
    demandedTool: undefined,
  };
}

/** Texts, or lists of a text's tokens. */
function promptsOf(body: unknown): readonly unknown[] {
  const { prompt } = membersOf(body);
  if (!Array.isArray(prompt)) return [prompt ?? "<|endoftext|>"];
  return typeof prompt[0] === "number" ? [prompt] : prompt;
}

function countOne(prompt: unknown): number {
  return typeof prompt === "string" ? countTokens(prompt) : listOf(prompt).length;
}

function writeCompletionStream(ask: Ask, reply: Reply): Frame[] {
  const frame = (choices: readonly unknown[], tokens: number, usage?: unknown): Frame => {
    const told = ask.wantsUsage && reply.usage !== undefined ? { usage: usage ?? null } : {};
    const payload = JSON.stringify({ ...topOf(reply), choices, ...told, ...reply.extra });
    return { bytes: Buffer.from(`data: ${payload}\n\n`), tokens, isEndMark: false };
  };
  const frames = reply.choices.flatMap(({ pieces, finish }, index) => [
    ...pieces.map((piece) => frame([choiceOf(index, textOf([piece]), null)], 1)),
    frame([choiceOf(index, "", finishOf(finish))], 0),
  ]);
  if (ask.wantsUsage && reply.usage !== undefined) frames.push(frame([], 0, usageOf(reply.usage)));
  const done = { bytes: Buffer.from("data: [DONE]\n\n"), tokens: 0, isEndMark: false };
  return [...frames, endMark(done)];
}

function topOf({ id, created, model }: Reply) {
  return { id: `cmpl-${id}`, object: "text_completion", created, model };
}

function choiceOf(index: number, text: string, finish: string | null) {
  return { text, index, logprobs: null, finish_reason: finish };
}

/** Whatever is said is text here. */
function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.channel === "tool" ? "" : piece.text)).join("");
}

function finishOf(finish: string): string {
  return finish === "tool_calls" ? "stop" : finish;
}

function usageOf(usage: Usage | undefined) {
  return (
    usage && {
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      total_tokens: usage.totalTokens,
    }
  );
}
