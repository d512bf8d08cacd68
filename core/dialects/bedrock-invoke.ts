// Owns Bedrock's InvokeModel as a dialect, for the bodies that can be read. Must not know targets or
// policies.

import type { Dialect } from "../contracts/dialect.ts";
import { answerReader, isStream } from "./bedrock-converse/answer.ts";
import { writeCall } from "./bedrock-converse/body.ts";
import { refuseAsException } from "./bedrock-converse/errors.ts";
import { wholeWriter } from "./bedrock-converse/writer.ts";
import { readCall } from "./bedrock-invoke/call.ts";
import { readDeclaredTools } from "./bedrock-invoke/declared-tools.ts";
import { capOutput, hint } from "./bedrock-invoke/output-cap.ts";
import { InvokePayloads } from "./bedrock-invoke/stream.ts";
import { readWhole } from "./bedrock-invoke/whole.ts";
import { StreamWriter } from "./bedrock-invoke/writer.ts";

const format = { payloads: () => new InvokePayloads(), readWhole };

export const bedrockInvoke: Dialect = {
  name: "bedrock-invoke",
  readCall,
  writeCall,
  reader: (head, bounds) => answerReader(head, bounds, format),
  writer: (head) => (isStream(head) ? new StreamWriter() : wholeWriter),
  refuse: refuseAsException,
  capOutput,
  hint,
  readTools: ({ value }) => readDeclaredTools(value),
};
