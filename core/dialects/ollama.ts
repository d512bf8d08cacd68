// Owns Ollama's own API as dialects: chat, generate, the list of models. Must not know targets or policies.

import type { AnswerHead, Call, Dialect, FrameReader, JsonValue, ReadBounds } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refusalHeaders, refuse } from "../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../text/json.ts";
import { LineCutter } from "../text/lines.ts";
import { isEncoded, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { readChatTools } from "./declared-tools.ts";
import { addToMessages } from "./last-word.ts";
import { readChatCall, readGenerateCall } from "./ollama/call.ts";
import { type Form, readEmbedded, Sayings } from "./ollama/deltas.ts";
import { OllamaLines } from "./ollama/lines.ts";
import { capOutput, hintGenerate } from "./ollama/output-cap.ts";
import { LineWriter, wholeWriter } from "./ollama/writer.ts";
import { readError } from "./openai-chat/answer.ts";
import { modelInBody } from "./openai-chat/request.ts";
import { readEmbeddingsCall } from "./openai-embeddings/call.ts";
import { readEmbeddings } from "./openai-embeddings.ts";
import { rawCall } from "./raw.ts";

export const ollamaChat: Dialect = {
  name: "ollama-chat",
  readCall: readChatCall,
  writeCall: modelInBody.write,
  reader: (head, bounds) => readAnswer(head, bounds, "chat"),
  writer: (head) => (isStream(head) ? new LineWriter("chat") : wholeWriter),
  refuse: refuseAsError,
  capOutput,
  hint: addToMessages,
  readTools: ({ value }) => readChatTools(value),
};

export const ollamaGenerate: Dialect = {
  ...ollamaChat,
  name: "ollama-generate",
  readCall: readGenerateCall,
  reader: (head, bounds) => readAnswer(head, bounds, "generate"),
  writer: (head) => (isStream(head) ? new LineWriter("generate") : wholeWriter),
  hint: hintGenerate,
};

/** POST /api/embed. */
export const ollamaEmbed: Dialect = {
  ...ollamaChat,
  name: "ollama-embed",
  readCall: (body, head) => readEmbeddingsCall(body, head, modelInBody),
  reader: (head, bounds) => readEmbeddings(head, bounds, readEmbedded),
  writer: () => wholeWriter,
};

/** GET /api/tags. */
export const ollamaModels: Dialect = {
  ...ollamaChat,
  name: "ollama-models",
  readCall: readModelsCall,
  writeCall: ({ body }, { path, query }) => ({ path: path + query, body }),
  writeModels: (names): JsonValue => ({ models: names.map((name) => ({ name, model: name })) }),
};

function readModelsCall(body: Buffer): Call | Refusal {
  if (body.length > 0) return refuse("request_malformed", { message: "A list of models takes no body." });
  return { ...rawCall(body), operation: "models" };
}

function isStream({ status, headers }: AnswerHead): boolean {
  return status < 400 && mediaType(headers) === "application/x-ndjson";
}

function readAnswer(head: AnswerHead, bounds: ReadBounds, form: Form): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (isStream(head)) return new StreamReader(new LineCutter(bounds.frameBytesMax), new OllamaLines(form));
  return new WholeReader(bounds.bodyBytesMax, (body) => readWhole(body, head, form));
}

function readWhole(body: Buffer, head: AnswerHead, form: Form): readonly Frame[] | Refusal {
  if (head.status >= 400) return readError(body, head);
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const said = new Sayings(form).read(reading.value, body);
  if (said === undefined) return refuse("upstream_malformed");
  return said.isLast ? [{ kind: "frame", bytes: body, deltas: said.deltas }] : refuse("upstream_truncated");
}

function refuseAsError(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = { "content-type": "application/json", ...refusalHeaders(refusal) };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify({ error: refusal.message })),
  };
}
