// Owns how any of Bedrock's answers is taken: whole, as AWS's eventstream, or as an error. Reads no body.

import type { AnswerHead, FrameReader, ReadBounds } from "../../contracts/dialect.ts";
import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { EventstreamCutter } from "../../text/eventstream.ts";
import { isEncoded, mediaType } from "../../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../../text/readers.ts";
import { MessageDecoder, type PayloadReader } from "./stream.ts";

export interface AnswerFormat {
  readonly payloads: () => PayloadReader;
  readonly readWhole: (body: Buffer, head: AnswerHead) => readonly Frame[] | Refusal;
}

export function isStream({ status, headers }: AnswerHead): boolean {
  return status < 400 && mediaType(headers) === "application/vnd.amazon.eventstream";
}

export function answerReader(head: AnswerHead, bounds: ReadBounds, format: AnswerFormat): FrameReader {
  const { status, headers } = head;
  if (isEncoded(headers)) return refusingReader(refuse("upstream_encoded"));
  if (isStream(head)) {
    return new StreamReader(
      new EventstreamCutter(bounds.frameBytesMax),
      new MessageDecoder(format.payloads()),
    );
  }
  return new WholeReader(bounds.bodyBytesMax, (body) =>
    status < 400 ? format.readWhole(body, head) : [errorFrame(body, status)],
  );
}

/** Whatever stands before Bedrock may answer in its own format: nobody takes it for an answer. */
function errorFrame(body: Buffer, status: number): Frame {
  return { kind: "frame", bytes: body, deltas: [{ kind: "error", status }] };
}
