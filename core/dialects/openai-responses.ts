// Owns the OpenAI Responses API as dialects, one for each thing it is asked. Must not know targets, policies
// or other dialects.

import type { AnswerHead, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../text/json.ts";
import { isEncoded, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { SseCutter } from "../text/sse.ts";
import { isOwnModel } from "./openai-chat/own-models.ts";
import { refuseAsError } from "./openai-chat/refusal.ts";
import { readWhole } from "./openai-responses/answer.ts";
import {
  readCompactCall,
  readCountCall,
  readResponsesCall,
  readStoredCall,
} from "./openai-responses/call.ts";
import { EventComposer, ResponseComposer } from "./openai-responses/composer.ts";
import { readDeclaredTools } from "./openai-responses/declared-tools.ts";
import { writeCall } from "./openai-responses/foreign-thoughts.ts";
import { capOutput, hint } from "./openai-responses/output-cap.ts";
import { readConversation } from "./openai-responses/read-conversation.ts";
import { ResponseStream } from "./openai-responses/stream.ts";
import { writeConversation } from "./openai-responses/write-conversation.ts";
import { StreamWriter, wholeWriter } from "./openai-responses/writer.ts";

export const openAiResponses: Dialect = {
  name: "openai-responses",
  readCall: readResponsesCall,
  writeCall,
  reader: readAnswer,
  writer: (head) => (isStream(head) ? new StreamWriter() : wholeWriter),
  refuse: refuseAsError,
  capOutput,
  hint,
  readTools: ({ value }) => readDeclaredTools(value),
  translation: {
    prover: (model) => (model === undefined || isOwnModel(model) ? "openai" : undefined),
    read: readConversation,
    write: writeConversation,
    composer: ({ model, isStream }) => (isStream ? new EventComposer(model) : new ResponseComposer(model)),
  },
};

/** Answers that the vendor keeps: fetched, cancelled, deleted, and what was asked for them. */
export const openAiStoredResponses: Dialect = {
  ...openAiResponses,
  name: "openai-stored-responses",
  readCall: readStoredCall,
  translation: undefined,
};

/** A conversation made short by the vendor, which takes no bound on how short. */
export const openAiCompactions: Dialect = {
  ...openAiResponses,
  name: "openai-compactions",
  readCall: readCompactCall,
  capOutput: () => refuse("budget_exceeded", { message: unbounded }),
  hint: () => [],
  translation: undefined,
};

/** What would be asked is counted, free of charge. */
export const openAiInputTokens: Dialect = {
  ...openAiResponses,
  name: "openai-input-tokens",
  readCall: readCountCall,
  translation: undefined,
};

const unbounded =
  "A budget is limited, and a compaction's length cannot be: shorten the conversation here, or wrap up.";

function isStream({ status, headers }: AnswerHead): boolean {
  return status < 400 && mediaType(headers) === "text/event-stream";
}

function readAnswer(head: AnswerHead, { frameBytesMax, bodyBytesMax }: ReadBounds): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (isStream(head)) return new StreamReader(new SseCutter(frameBytesMax), new ResponseStream());
  return new WholeReader(bodyBytesMax, head.status < 400 ? readBody : (body) => readError(body, head));
}

function readBody(body: Buffer): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const said = readWhole(reading.value);
  if (said === undefined) return refuse("upstream_malformed");
  const { deltas, keptIds } = said;
  return [{ kind: "frame", bytes: body, deltas, keptIds }];
}

/** Whatever stands before a provider may answer in its own format: nobody takes it for a response. */
function readError(body: Buffer, head: AnswerHead): readonly Frame[] {
  return [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status: head.status }] }];
}
