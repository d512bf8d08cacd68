// Owns Cohere's embeddings as a dialect: all that is embedded is read. Must not know targets or policies.

import type { Call, Dialect, JsonValue, RequestHead } from "../contracts/dialect.ts";
import type { Delta } from "../contracts/frame.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { isObject } from "../text/json.ts";
import { readBilled } from "./cohere/billing.ts";
import { refuseAsMessage } from "./cohere-chat.ts";
import { Fields } from "./openai-chat/fields.ts";
import { modelInBody, readRequest } from "./openai-chat/request.ts";
import { wholeWriter } from "./openai-chat/writer.ts";
import { readMixed } from "./openai-embeddings/call.ts";
import { readEmbeddings } from "./openai-embeddings.ts";
import { rawCall } from "./raw.ts";

export const cohereEmbeddings: Dialect = {
  name: "cohere-embeddings",
  readCall,
  writeCall: modelInBody.write,
  reader: (head, bounds) => readEmbeddings(head, bounds, readDeltas),
  writer: () => wholeWriter,
  refuse: refuseAsMessage,
};

/** `inputs` mix texts and images, as `texts` and `images` do not. */
const inputNames = ["texts", "images", "inputs"];

function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value } = request;
  const fields = new Fields();
  const model = modelInBody.read(value, head, fields);
  const inputs = inputNames.map((name) => readMixed(value[name] ?? null, `/${name}`));
  const media = inputs.flatMap((input) => input.media);
  return (
    fields.refusal ?? {
      ...rawCall(body),
      operation: "embeddings",
      model,
      value,
      texts: inputs.flatMap((input) => input.texts),
      media,
      references: media.filter(({ source }) => source === "url").map(({ pointer }) => pointer),
      outputTokensMax: 0,
    }
  );
}

/** `undefined`: no embeddings. */
function readDeltas(value: JsonValue): readonly Delta[] | undefined {
  if (!isObject(value) || value.embeddings === undefined) return undefined;
  const id = typeof value.id === "string" ? value.id : undefined;
  return [{ kind: "start", id, model: undefined }, ...readBilled(value)];
}
