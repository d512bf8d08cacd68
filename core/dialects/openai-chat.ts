// Owns the OpenAI chat completions API as a dialect. Must not know targets, policies or other dialects.

import type { Dialect } from "../contracts/dialect.ts";
import { readChatTools } from "./declared-tools.ts";
import { addToMessages } from "./last-word.ts";
import { type AnswerReadings, isStream, readAnswer } from "./openai-chat/answer.ts";
import { readChatCall } from "./openai-chat/call.ts";
import { ChunkComposer } from "./openai-chat/chunk-composer.ts";
import { Announced, readDeltas } from "./openai-chat/deltas.ts";
import { capWith, lengthField } from "./openai-chat/output-cap.ts";
import { readConversation } from "./openai-chat/read-conversation.ts";
import { refuseAsError } from "./openai-chat/refusal.ts";
import { modelInBody } from "./openai-chat/request.ts";
import { streamUsage } from "./openai-chat/stream-usage.ts";
import { WholeComposer } from "./openai-chat/whole-composer.ts";
import { writeConversation } from "./openai-chat/write-conversation.ts";
import { chatChunk, StreamWriter, wholeWriter } from "./openai-chat/writer.ts";

const readings: AnswerReadings = {
  whole: (value) => readDeltas(value, "whole"),
  chunks: () => {
    const announced = new Announced();
    return (value) => readDeltas(value, "chunk", announced);
  },
};

export const openAiChat: Dialect = {
  name: "openai-chat",
  readCall: (body, head) => readChatCall(body, head, modelInBody),
  writeCall: modelInBody.write,
  reader: (head, bounds) => readAnswer(head, bounds, readings),
  writer: (head, call) => (isStream(head) ? new StreamWriter(chatChunk, call) : wholeWriter),
  refuse: refuseAsError,
  capOutput: capWith(lengthField),
  hint: addToMessages,
  readTools: ({ value }) => readChatTools(value),
  streamUsage,
  translation: {
    prover: () => undefined,
    read: readConversation,
    write: writeConversation,
    composer: ({ model, isStream }) => (isStream ? new ChunkComposer(model) : new WholeComposer(model)),
  },
};
