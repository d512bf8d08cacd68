// Owns Anthropic's Messages API as a dialect, and its counting of tokens. Must not know targets, policies
// or other dialects.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Delta, Frame } from "../contracts/frame.ts";
import type { JsonValue } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isObject, readJson, refuseAnswer } from "../text/json.ts";
import { isEncoded, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { SseCutter } from "../text/sse.ts";
import { writeConversation } from "./anthropic-messages/body.ts";
import { readCountCall, readMessagesCall, writeCall } from "./anthropic-messages/call.ts";
import { EventComposer, MessageComposer } from "./anthropic-messages/composer.ts";
import { readConversation } from "./anthropic-messages/conversation.ts";
import { readDeclaredTools } from "./anthropic-messages/declared-tools.ts";
import { readError, refuseAsError } from "./anthropic-messages/errors.ts";
import { readMessage } from "./anthropic-messages/message.ts";
import { capOutput, hint } from "./anthropic-messages/output-cap.ts";
import { MessageStream } from "./anthropic-messages/stream.ts";
import { StreamWriter, wholeWriter } from "./anthropic-messages/writer.ts";

export const anthropicMessages: Dialect = {
  name: "anthropic-messages",
  readCall: readMessagesCall,
  writeCall,
  reader: readAnswer,
  writer: (head) => (isStream(head) ? new StreamWriter() : wholeWriter),
  refuse: refuseAsError,
  capOutput,
  hint,
  readTools: ({ value }) => readDeclaredTools(value),
  translation: {
    prover: () => "anthropic",
    read: readConversation,
    write: writeConversation,
    composer: ({ model, isStream }) => (isStream ? new EventComposer(model) : new MessageComposer(model)),
  },
};

/** What is counted costs nothing, so its figure is no usage. */
export const anthropicCount: Dialect = {
  name: "anthropic-count-tokens",
  readCall: readCountCall,
  writeCall,
  reader: (head, bounds) => wholeReader(head, bounds, readCount),
  writer: () => wholeWriter,
  refuse: refuseAsError,
  readTools: ({ value }) => readDeclaredTools(value),
};

function isStream({ status, headers }: AnswerHead): boolean {
  return status < 400 && mediaType(headers) === "text/event-stream";
}

function readAnswer(head: AnswerHead, bounds: ReadBounds): FrameReader {
  if (!isStream(head) || isEncoded(head.headers)) return wholeReader(head, bounds, readMessage);
  return new StreamReader(new SseCutter(bounds.frameBytesMax), new MessageStream());
}

type ReadWhole = (value: JsonValue, data: Buffer) => readonly Delta[] | undefined;

function wholeReader(head: AnswerHead, { bodyBytesMax }: ReadBounds, read: ReadWhole): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  return new WholeReader(bodyBytesMax, (body) =>
    head.status < 400 ? readWhole(body, read) : [frameOf(body, [{ kind: "error", status: head.status }])],
  );
}

function readWhole(body: Buffer, read: ReadWhole): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const deltas = read(reading.value, body);
  return deltas === undefined ? refuse("upstream_malformed") : [frameOf(body, deltas)];
}

function readCount(value: JsonValue): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  return value.type === "error" ? [readError(value)] : [];
}

function frameOf(bytes: Buffer, deltas: readonly Delta[]): Frame {
  return { kind: "frame", bytes, deltas };
}
