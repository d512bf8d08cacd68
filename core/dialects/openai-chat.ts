// Owns the OpenAI chat completions API as a dialect. Must not know targets, policies or other dialects.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../text/json.ts";
import { isEncoded, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { SseCutter } from "../text/sse.ts";
import { readCall, writeCall } from "./openai-chat/call.ts";
import { readDeltas } from "./openai-chat/deltas.ts";
import { refuseAsError } from "./openai-chat/refusal.ts";
import { ChatStream } from "./openai-chat/stream.ts";
import { StreamWriter, wholeWriter } from "./openai-chat/writer.ts";

export const openAiChat: Dialect = {
  name: "openai-chat",
  readCall,
  writeCall,
  reader: readAnswer,
  writer: (head) => (isStream(head) ? new StreamWriter() : wholeWriter),
  refuse: refuseAsError,
};

function isStream({ status, headers }: AnswerHead): boolean {
  return status < 400 && mediaType(headers) === "text/event-stream";
}

function readAnswer(head: AnswerHead, { frameBytesMax, bodyBytesMax }: ReadBounds): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (isStream(head)) return new StreamReader(new SseCutter(frameBytesMax), new ChatStream());
  return new WholeReader(bodyBytesMax, head.status < 400 ? readWhole : (body) => readError(body, head));
}

function readWhole(body: Buffer): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const deltas = readDeltas(reading.value, "whole");
  return deltas === undefined ? refuse("upstream_malformed") : [{ kind: "frame", bytes: body, deltas }];
}

/** Whatever stands before a provider may answer in its own format: nobody takes it for a completion. */
function readError(body: Buffer, head: AnswerHead): readonly Frame[] {
  return [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status: head.status }] }];
}
