// Owns OpenAI's embeddings as a dialect, and those of its imitators. Must not know targets or policies.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import { refuse } from "../contracts/refusal.ts";
import { refuseAnswer } from "../text/json.ts";
import { isEncoded } from "../text/media.ts";
import { readJsonBeyondNumbers } from "../text/numbers.ts";
import { refusingReader, WholeReader } from "../text/readers.ts";
import { readError } from "./openai-chat/answer.ts";
import { refuseAsError } from "./openai-chat/refusal.ts";
import { modelInBody } from "./openai-chat/request.ts";
import type { ReadDeltas } from "./openai-chat/stream.ts";
import { wholeWriter } from "./openai-chat/writer.ts";
import { readEmbeddingsCall } from "./openai-embeddings/call.ts";
import { readDeltas } from "./openai-embeddings/deltas.ts";

export const openAiEmbeddings: Dialect = {
  name: "openai-embeddings",
  readCall: (body, head) => readEmbeddingsCall(body, head, modelInBody),
  writeCall: modelInBody.write,
  reader: (head, bounds) => readEmbeddings(head, bounds, readDeltas),
  writer: () => wholeWriter,
  refuse: refuseAsError,
};

/** Thousands of vectors come in one body: their numbers are nobody's text and are passed over. */
export function readEmbeddings(
  head: AnswerHead,
  { bodyBytesMax }: ReadBounds,
  readDeltas: ReadDeltas,
): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  return new WholeReader(bodyBytesMax, (body) => {
    if (head.status >= 400) return readError(body, head);
    const reading = readJsonBeyondNumbers(body);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const deltas = readDeltas(reading.value);
    return deltas === undefined ? refuse("upstream_malformed") : [{ kind: "frame", bytes: body, deltas }];
  });
}
