// Owns how an answer in OpenAI's format comes: as events, whole, or as an error. Must not know what it says.

import type { AnswerHead, FrameReader, ReadBounds } from "../../contracts/dialect.ts";
import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import { isEncoded, mediaType } from "../../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../../text/readers.ts";
import { SseCutter } from "../../text/sse.ts";
import { ChatStream, type ReadDeltas } from "./stream.ts";

export interface AnswerReadings {
  /** Of a whole body. */
  readonly whole: ReadDeltas;
  /** Of the data of one stream's events. */
  readonly chunks: () => ReadDeltas;
}

export function isStream({ status, headers }: AnswerHead): boolean {
  return status < 400 && mediaType(headers) === "text/event-stream";
}

export function readAnswer(
  head: AnswerHead,
  { frameBytesMax, bodyBytesMax }: ReadBounds,
  { whole, chunks }: AnswerReadings,
): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (isStream(head)) return new StreamReader(new SseCutter(frameBytesMax), new ChatStream(chunks()));
  return new WholeReader(bodyBytesMax, (body) =>
    head.status < 400 ? readWhole(body, whole) : readError(body, head),
  );
}

function readWhole(body: Buffer, readDeltas: ReadDeltas): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const deltas = readDeltas(reading.value);
  return deltas === undefined ? refuse("upstream_malformed") : [{ kind: "frame", bytes: body, deltas }];
}

/** Whatever stands before a provider may answer in its own format: nobody takes it for a completion. */
export function readError(body: Buffer, { status }: AnswerHead): readonly Frame[] {
  return [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status }] }];
}
