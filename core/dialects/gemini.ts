// Owns Google's generateContent and streamGenerateContent as a dialect, AI Studio's and Vertex AI's. Must
// not know targets, policies or other dialects.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { refuse } from "../contracts/refusal.ts";
import { isEncoded, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { SseCutter } from "../text/sse.ts";
import { readChatCall, writeCall } from "./gemini/call.ts";
import { readDeclaredTools } from "./gemini/declared-tools.ts";
import { capOutput, hint } from "./gemini/output-cap.ts";
import { refuseAsError } from "./gemini/refusal.ts";
import { EventStream, JsonReader } from "./gemini/stream.ts";
import { translation } from "./gemini/translation.ts";
import { GeminiWriter } from "./gemini/writer.ts";

export const gemini: Dialect = {
  name: "gemini",
  readCall: readChatCall,
  writeCall,
  reader: readAnswer,
  writer: (head) => new GeminiWriter(head),
  refuse: refuseAsError,
  capOutput,
  hint,
  readTools: ({ value }) => readDeclaredTools(value),
  translation,
};

function readAnswer(head: AnswerHead, bounds: ReadBounds): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (head.status >= 400) return new WholeReader(bounds.bodyBytesMax, (body) => readError(body, head));
  if (mediaType(head.headers) !== "text/event-stream") return new JsonReader(bounds);
  return new StreamReader(new SseCutter(bounds.frameBytesMax), new EventStream());
}

/** Whatever stands before a provider may answer in its own format: nobody takes it for an answer. */
function readError(body: Buffer, { status }: AnswerHead): readonly Frame[] {
  return [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status }] }];
}
