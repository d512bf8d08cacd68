// Owns Cohere's own chat as a dialect: it passes unread, but for what is billed and whether it is whole.
// Knows no route.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refusalHeaders, refuse } from "../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../text/json.ts";
import { LineCutter } from "../text/lines.ts";
import { isEncoded, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { SseCutter } from "../text/sse.ts";
import { readBilled } from "./cohere/billing.ts";
import { CohereStream } from "./cohere/stream.ts";
import { metered } from "./metered.ts";
import { readError } from "./openai-chat/answer.ts";

export const cohereChat: Dialect = {
  ...metered,
  name: "cohere-chat",
  reader: readAnswer,
  refuse: refuseAsMessage,
};

function readAnswer(head: AnswerHead, { frameBytesMax, bodyBytesMax }: ReadBounds): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (head.status >= 400) return new WholeReader(bodyBytesMax, (body) => readError(body, head));
  const type = mediaType(head.headers);
  if (type === "text/event-stream") {
    return new StreamReader(new SseCutter(frameBytesMax), new CohereStream("events"));
  }
  if (type !== "application/json") {
    return new StreamReader(new LineCutter(frameBytesMax), new CohereStream("lines"));
  }
  return new WholeReader(bodyBytesMax, readWhole);
}

function readWhole(body: Buffer): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  return [{ kind: "frame", bytes: body, deltas: readBilled(reading.value) }];
}

export function refuseAsMessage(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = { "content-type": "application/json", ...refusalHeaders(refusal) };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify({ message: refusal.message, error_type: refusal.code })),
  };
}
