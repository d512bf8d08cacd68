// Owns Bedrock's Converse API as a dialect, whole and as AWS's eventstream. Must not know targets or
// policies.

import type { Dialect } from "../contracts/dialect.ts";
import { answerReader, isStream } from "./bedrock-converse/answer.ts";
import { writeCall } from "./bedrock-converse/body.ts";
import { readCall } from "./bedrock-converse/call.ts";
import { EventComposer, WholeComposer } from "./bedrock-converse/composer.ts";
import { readDeclaredTools } from "./bedrock-converse/declared-tools.ts";
import { refuseAsException } from "./bedrock-converse/errors.ts";
import { withoutForeign } from "./bedrock-converse/foreign-thoughts.ts";
import { capOutput, hint } from "./bedrock-converse/output-cap.ts";
import { readConversation } from "./bedrock-converse/read-conversation.ts";
import { ConversePayloads } from "./bedrock-converse/stream.ts";
import { readWhole } from "./bedrock-converse/whole.ts";
import { writeConversation } from "./bedrock-converse/write-conversation.ts";
import { StreamWriter, wholeWriter } from "./bedrock-converse/writer.ts";

const format = { payloads: () => new ConversePayloads(), readWhole };

export const bedrockConverse: Dialect = {
  name: "bedrock-converse",
  readCall,
  writeCall: (call, head, model) => {
    const written = writeCall(call, head, model);
    return { ...written, body: withoutForeign(written.body, call) };
  },
  reader: (head, bounds) => answerReader(head, bounds, format),
  writer: (head) => (isStream(head) ? new StreamWriter() : wholeWriter),
  refuse: refuseAsException,
  capOutput,
  hint,
  readTools: ({ value }) => readDeclaredTools(value),
  translation: {
    // Claude proves on Bedrock what it proves elsewhere; the others there prove nothing.
    prover: (model = "claude") => (model.includes("claude") ? "anthropic" : undefined),
    read: readConversation,
    write: writeConversation,
    composer: ({ isStream }) => (isStream ? new EventComposer() : new WholeComposer()),
  },
};
