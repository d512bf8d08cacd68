// Owns OpenAI's legacy completions as a dialect. Must not know targets or policies.

import type { Dialect } from "../contracts/dialect.ts";
import { type AnswerReadings, isStream, readAnswer } from "./openai-chat/answer.ts";
import { Announced } from "./openai-chat/deltas.ts";
import { refuseAsError } from "./openai-chat/refusal.ts";
import { modelInBody } from "./openai-chat/request.ts";
import { streamUsage } from "./openai-chat/stream-usage.ts";
import { type ChunkForm, StreamWriter, wholeWriter } from "./openai-chat/writer.ts";
import { readCompletionsCall } from "./openai-completions/call.ts";
import { readDeltas } from "./openai-completions/deltas.ts";
import { capOutput } from "./openai-completions/output-cap.ts";

const readings: AnswerReadings = {
  whole: (value) => readDeltas(value, new Announced()),
  chunks: () => {
    const announced = new Announced();
    return (value) => readDeltas(value, announced);
  },
};

const nothing = { text: "" };
const chunkForm: ChunkForm = { object: "text_completion", nothing, opening: nothing };

/** Without a last word: the model goes on from the prompt's own end. */
export const openAiCompletions: Dialect = {
  name: "openai-completions",
  readCall: (body, head) => readCompletionsCall(body, head, modelInBody),
  writeCall: modelInBody.write,
  reader: (head, bounds) => readAnswer(head, bounds, readings),
  writer: (head, call) => (isStream(head) ? new StreamWriter(chunkForm, call) : wholeWriter),
  refuse: refuseAsError,
  capOutput,
  streamUsage,
};
