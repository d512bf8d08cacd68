// Owns OpenAI's chat completions on the wire, in the shape its API sends; knows no socket and no script.

import type { Ask, Choice, Frame, MockDialect, Piece, Reply, Usage } from "../dialect.ts";
import { jsonBody } from "../framing.ts";
import { countPrompt } from "../prompt.ts";
import { randomId, seededRandom } from "../prose.ts";
import { readChatAsk, readPrompt } from "./openai-chat-ask.ts";
import { openaiBodyFraming, openaiEventFraming, writeAzureError, writeOpenaiError } from "./openai-error.ts";
import { isAzureCall, isOpenaiCall, unknownOpenaiModel } from "./openai-paths.ts";

const operation = "chat/completions";

export const openaiChat: MockDialect = {
  name: "openai-chat",
  claims: (head) => isOpenaiCall(head, operation),
  readAsk: readChatAsk,
  countPrompt: ({ request }) => countPrompt(readPrompt(request.body)),
  framing: ({ form }) => (form === "stream" ? openaiEventFraming : openaiBodyFraming),
  writeStream: (ask, reply) => new ChunkWriter(ask, reply).write(),
  writeBody: (_ask, reply) => jsonBody(completion(reply)),
  writeError: writeOpenaiError,
  unknownModel: unknownOpenaiModel,
};

/** The same at Azure, which says before and beside the answer what its filters found. */
export const azureChat: MockDialect = {
  ...openaiChat,
  claims: (head) => isAzureCall(head, operation),
  writeStream: (ask, reply) => [promptFilterFrame, ...new ChunkWriter(ask, reply).write()],
  writeBody: (_ask, reply) => jsonBody({ ...completion(reply), prompt_filter_results: promptFindings }),
  writeError: writeAzureError,
};

const endMark: Frame = { bytes: Buffer.from("data: [DONE]\n\n"), tokens: 0, isEndMark: true };
const obfuscationCharactersMax = 16;

const harmless = { filtered: false, severity: "safe" };
const findings = { hate: harmless, self_harm: harmless, sexual: harmless, violence: harmless };
const promptFindings = [{ prompt_index: 0, content_filter_results: findings }];
const nobody = { choices: [], created: 0, id: "", model: "", object: "" };
const promptFilter = JSON.stringify({ ...nobody, prompt_filter_results: promptFindings });
const promptFilterFrame: Frame = {
  bytes: Buffer.from(`data: ${promptFilter}\n\n`),
  tokens: 0,
  isEndMark: false,
};

interface Chunk {
  readonly choices: string;
  readonly usage?: Usage;
  readonly tokens: number;
}

/** Writes frames from text parts that are made once an answer: this is the hot path of every stream. */
class ChunkWriter {
  readonly #reply: Reply;
  readonly #opening: string;
  readonly #nullUsage: string;
  readonly #closing: string;
  readonly #usage: Usage | undefined;
  readonly #random = seededRandom(0);

  constructor(ask: Ask, reply: Reply) {
    const top = { ...identity(reply, "chat.completion.chunk"), ...service(reply) };
    const extra = JSON.stringify(reply.extra).slice(1, -1);
    this.#reply = reply;
    this.#usage = ask.wantsUsage ? reply.usage : undefined;
    this.#opening = `data: ${JSON.stringify(top).slice(0, -1)},"choices":[`;
    this.#nullUsage = this.#usage === undefined ? "" : ',"usage":null';
    this.#closing = extra === "" ? "}\n\n" : `,${extra}}\n\n`;
  }

  write(): Frame[] {
    const { choices } = this.#reply;
    const frames = choices.map((choice, index) => this.#delta(index, openingDelta(choice)));
    // Choices take turns, as they do in the real one.
    const turns = Math.max(...choices.map((choice) => choice.pieces.length));
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [index, choice] of choices.entries()) {
        const piece = choice.pieces[turn];
        if (piece !== undefined) frames.push(this.#delta(index, pieceDelta(piece), 1));
      }
    }
    for (const [index, choice] of choices.entries()) {
      const finish = JSON.stringify(choice.finish);
      const ending = `{"index":${index},"delta":{},"logprobs":null,"finish_reason":${finish}}`;
      frames.push(this.#frame({ choices: ending, tokens: 0 }));
    }
    if (this.#usage !== undefined) frames.push(this.#frame({ choices: "", usage: this.#usage, tokens: 0 }));
    return [...frames, endMark];
  }

  #delta(index: number, delta: string, tokens = 0): Frame {
    const choices = `{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":null}`;
    return this.#frame({ choices, tokens });
  }

  #frame({ choices, usage, tokens }: Chunk): Frame {
    const told = usage === undefined ? this.#nullUsage : `,"usage":${JSON.stringify(usageObject(usage))}`;
    const text = `${this.#opening}${choices}]${told}${this.#obfuscation()}${this.#closing}`;
    return { bytes: Buffer.from(text), tokens, isEndMark: false };
  }

  #obfuscation(): string {
    if (!this.#reply.isObfuscated) return "";
    const length = Math.ceil(this.#random() * obfuscationCharactersMax);
    return `,"obfuscation":"${randomId(this.#random, length)}"`;
  }
}

function openingDelta(choice: Choice): string {
  const hasText = choice.pieces.some((piece) => piece.channel === "text" || piece.channel === "refusal");
  const hasCalls = choice.pieces.some((piece) => piece.channel === "tool");
  const content = hasCalls && !hasText ? "null" : '""';
  return `{"role":"assistant","content":${content},"refusal":null}`;
}

function pieceDelta(piece: Piece): string {
  switch (piece.channel) {
    case "reasoning":
      // OpenAI shows no thought here; servers of its format do, under this name.
      return `{"reasoning_content":${JSON.stringify(piece.text)}}`;
    case "text":
      return `{"content":${JSON.stringify(piece.text)}}`;
    case "refusal":
      return `{"refusal":${JSON.stringify(piece.text)}}`;
    case "tool":
      return callDelta(piece.call, openCall(piece.id, piece.name));
    case "arguments":
      return callDelta(piece.call, `"function":{"arguments":${JSON.stringify(piece.text)}}`);
  }
}

function callDelta(call: number, said: string): string {
  return `{"tool_calls":[{"index":${call},${said}}]}`;
}

function openCall(id: string, name: string): string {
  return `"id":"call_${id}","type":"function","function":{"name":${JSON.stringify(name)},"arguments":""}`;
}

function identity(reply: Reply, object: string) {
  return { id: `chatcmpl-${reply.id}`, object, created: reply.created, model: reply.model };
}

function service(reply: Reply) {
  const print = Buffer.from(reply.id).toString("hex").slice(0, 10);
  return { service_tier: "default", system_fingerprint: `fp_${print}` };
}

function completion(reply: Reply) {
  return {
    ...identity(reply, "chat.completion"),
    choices: reply.choices.map(messageChoice),
    usage: reply.usage && usageObject(reply.usage),
    ...service(reply),
    ...reply.extra,
  };
}

function messageChoice(choice: Choice, index: number) {
  const calls = toolCalls(choice.pieces);
  const thought = joinText(choice.pieces, "reasoning");
  const message = {
    role: "assistant",
    ...(thought === null ? {} : { reasoning_content: thought }),
    content: joinText(choice.pieces, "text"),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    refusal: joinText(choice.pieces, "refusal"),
    annotations: [],
  };
  return { index, message, logprobs: null, finish_reason: choice.finish };
}

function joinText(pieces: readonly Piece[], channel: "reasoning" | "text" | "refusal"): string | null {
  const parts = pieces.flatMap((piece) => (piece.channel === channel ? [piece.text] : []));
  return parts.length === 0 ? null : parts.join("");
}

function toolCalls(pieces: readonly Piece[]) {
  return pieces.flatMap((piece) => {
    if (piece.channel !== "tool") return [];
    const parts = pieces.flatMap((part) =>
      part.channel === "arguments" && part.call === piece.call ? [part.text] : [],
    );
    const called = { name: piece.name, arguments: parts.join("") };
    return [{ id: `call_${piece.id}`, type: "function", function: called }];
  });
}

function usageObject(usage: Usage) {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
