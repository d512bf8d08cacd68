// Owns Gemini's generateContent, streamed and whole, and its countTokens on the wire; knows no socket.

import { argumentsOf, type Block, blocksOf, hasBlock, signatureOf } from "../blocks.ts";
import type { Ask, Choice, Frame, Framing, MockDialect, Reply, Usage } from "../dialect.ts";
import { bodyFraming, endMark, eventFraming, jsonBody } from "../framing.ts";
import { membersOf } from "../json-value.ts";
import { countPrompt } from "../prompt.ts";
import { readGeminiAsk, readGeminiFacts, readGeminiPrompt } from "./gemini-ask.ts";
import { geminiBodyHeaders, geminiLateError, unknownGeminiModel, writeGeminiError } from "./gemini-error.ts";
import { hasVerb } from "./gemini-paths.ts";

const eventHeaders = { ...geminiBodyHeaders, "content-type": "text/event-stream" };
const events = eventFraming(eventHeaders, `data: ${geminiLateError}\r\n\r\n`);
const whole = bodyFraming(geminiBodyHeaders, geminiLateError);

/** Without `alt=sse` a stream is one JSON array, sent piece by piece. */
const array: Framing = {
  name: "array",
  headers: geminiBodyHeaders,
  writeLateError: (framesBefore) => Buffer.from(`${framesBefore === 0 ? "[" : ",\r\n"}${geminiLateError}]`),
  reframe: (frame, change) =>
    Buffer.from(
      frame.toString("utf8").replace(/^(\[|,\r\n)(.*)$/s, (_, opening, text) => opening + change(text)),
    ),
};

export const gemini: MockDialect = {
  name: "gemini",
  claims: (head) => hasVerb(head, "generateContent", "streamGenerateContent"),
  readAsk: readGeminiAsk,
  countPrompt: ({ request }) => countPrompt(readGeminiPrompt(request.body)),
  framing: (ask) => (ask.form === "body" ? whole : isEventStream(ask) ? events : array),
  writeStream: writeGeminiStream,
  writeBody: (_ask, reply) => jsonBody(wholeAnswer(reply)),
  writeError: writeGeminiError,
  unknownModel: unknownGeminiModel,
};

export const geminiCountTokens: MockDialect = {
  ...gemini,
  name: "gemini-count-tokens",
  claims: (head) => hasVerb(head, "countTokens"),
  readAsk: (request) => {
    // The conversation, or a whole request that holds it.
    const body = membersOf(request.body).generateContentRequest ?? request.body;
    return readGeminiFacts({ ...request, body });
  },
  framing: () => whole,
  writeStream: () => [],
  writeBody: (_ask, { usage, extra }) => {
    const totalTokens = usage?.promptTokens;
    const promptTokensDetails = [{ modality: "TEXT", tokenCount: totalTokens }];
    return jsonBody({ totalTokens, promptTokensDetails, ...extra });
  },
};

function isEventStream({ request }: Ask): boolean {
  return new URLSearchParams(request.query).get("alt") === "sse";
}

const finishReasons: Readonly<Record<string, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  tool_calls: "STOP",
  content_filter: "SAFETY",
};

function writeGeminiStream(ask: Ask, reply: Reply): Frame[] {
  const frames: Frame[] = [];
  const isEvents = isEventStream(ask);
  const add = (chunk: object, tokens: number) => {
    const text = JSON.stringify(chunk);
    const framed = isEvents ? `data: ${text}\r\n\r\n` : `${frames.length === 0 ? "[" : ",\r\n"}${text}`;
    frames.push({ bytes: Buffer.from(framed), tokens, isEndMark: false });
  };
  let said = 0;
  for (const [index, choice] of reply.choices.entries()) {
    for (const { part, tokens } of streamedParts(choice, reply.id)) {
      said += tokens;
      const candidate = { content: { parts: [part], role: "model" }, index };
      add(chunkOf(reply, candidate, reply.usage && progressOf(reply.usage, said)), tokens);
    }
  }
  const marks = reply.choices.length;
  for (const [index, choice] of reply.choices.entries()) {
    const content = { parts: [{ text: "" }], role: "model" };
    const last = { content, finishReason: finishReasonOf(choice), index };
    add(chunkOf(reply, last, reply.usage && usageOf(reply.usage)), 0);
  }
  if (!isEvents) frames.push({ bytes: Buffer.from("]"), tokens: 0, isEndMark: true });
  const ends = isEvents ? marks : marks + 1;
  return frames.map((frame, at) => (at >= frames.length - ends ? endMark(frame) : frame));
}

interface StreamedPart {
  readonly part: object;
  readonly tokens: number;
}

/** Words come one by one; a call comes whole. */
function streamedParts({ pieces }: Choice, replyId: string): StreamedPart[] {
  const blocks = blocksOf(pieces);
  return blocks.flatMap((block, index): StreamedPart[] => {
    if (block.kind === "tool") {
      return [
        { part: wholePart(block, signatureFor(blocks, index, replyId)), tokens: block.parts.length + 1 },
      ];
    }
    return block.parts.map((text) => ({ part: wholePart({ ...block, parts: [text] }, {}), tokens: 1 }));
  });
}

/** What follows a thought carries its signature; the first call does, shown thought or not. */
function signatureFor(blocks: readonly Block[], index: number, replyId: string): object {
  const isFirstCall = blocks.findIndex(({ kind }) => kind === "tool") === index;
  const isSigned = isFirstCall || blocks[index - 1]?.kind === "reasoning";
  return isSigned ? { thoughtSignature: signatureOf(replyId) } : {};
}

function wholePart(block: Block, signature: object) {
  switch (block.kind) {
    case "tool":
      return { functionCall: { id: block.id, name: block.name, args: argumentsOf(block) }, ...signature };
    case "reasoning":
      return { text: block.parts.join(""), thought: true };
    default:
      return { text: block.parts.join(""), ...signature };
  }
}

function wholeAnswer(reply: Reply) {
  const candidates = reply.choices.map((choice, index) => {
    const blocks = blocksOf(choice.pieces);
    const parts = blocks.map((block, at) => wholePart(block, signatureFor(blocks, at, reply.id)));
    return { content: { parts, role: "model" }, finishReason: finishReasonOf(choice), index };
  });
  return { candidates, ...bottomOf(reply, reply.usage && usageOf(reply.usage)) };
}

function chunkOf(reply: Reply, candidate: object, usage: object | undefined) {
  return { candidates: [candidate], ...bottomOf(reply, usage) };
}

function bottomOf({ id, model, extra }: Reply, usageMetadata: object | undefined) {
  return { usageMetadata, modelVersion: model, responseId: id.slice(0, 22), ...extra };
}

function finishReasonOf({ pieces, finish }: Choice): string {
  if (finish === "stop" && hasBlock(blocksOf(pieces), "refusal")) return "SAFETY";
  return finishReasons[finish] ?? finish;
}

/** The candidates' tokens are told without the thoughts'. */
function usageOf({ promptTokens, completionTokens, totalTokens, cachedTokens, reasoningTokens }: Usage) {
  return {
    promptTokenCount: promptTokens,
    candidatesTokenCount: completionTokens - reasoningTokens,
    totalTokenCount: totalTokens,
    ...(cachedTokens === 0 ? {} : { cachedContentTokenCount: cachedTokens }),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokens }],
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
  };
}

/** In the middle of a stream: what was said so far. */
function progressOf({ promptTokens }: Usage, said: number) {
  const totalTokenCount = promptTokens + said;
  return { promptTokenCount: promptTokens, candidatesTokenCount: said, totalTokenCount };
}
