// Owns Google's embeddings as dialects: embedContent and batchEmbedContents, Vertex AI's predict. Must not
// know targets or policies.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import { refuse } from "../contracts/refusal.ts";
import { refuseAnswer } from "../text/json.ts";
import { isEncoded } from "../text/media.ts";
import { readJsonBeyondNumbers } from "../text/numbers.ts";
import { refusingReader, WholeReader } from "../text/readers.ts";
import { readEmbedCall, readEmbedDeltas, readPredictCall } from "./gemini/embeddings.ts";
import { gemini } from "./gemini.ts";

export const geminiEmbeddings: Dialect = {
  ...gemini,
  name: "gemini-embeddings",
  readCall: readEmbedCall,
  reader: readEmbeddings,
  translation: undefined,
};

export const vertexPredict: Dialect = {
  ...geminiEmbeddings,
  name: "vertex-predict",
  readCall: readPredictCall,
};

/** Vectors are nobody's text: their numbers are passed over. */
function readEmbeddings(head: AnswerHead, bounds: ReadBounds): FrameReader {
  if (head.status >= 400) return gemini.reader(head, bounds);
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  return new WholeReader(bounds.bodyBytesMax, (body) => {
    const reading = readJsonBeyondNumbers(body);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const deltas = readEmbedDeltas(reading.value);
    return deltas === undefined ? refuse("upstream_malformed") : [{ kind: "frame", bytes: body, deltas }];
  });
}
