// Owns the list of models as OpenAI writes it. Knows no policy: which names are on it is said from outside.

import querystring from "node:querystring";
import type { Call, Dialect, JsonValue, RequestHead } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { openAiChat } from "./openai-chat.ts";
import { rawCall } from "./raw.ts";

const onePath = "/v1/models/";

export const openAiModels: Dialect = {
  ...openAiChat,
  name: "openai-models",
  readCall,
  writeCall: ({ body }, { path, query }) => ({ path: path + query, body }),
  writeModels: (names, one): JsonValue =>
    one === undefined ? { object: "list", data: names.map(modelObject) } : modelObject(one),
  translation: undefined,
};

/** Of the list, or of the one model the path names. */
function readCall(body: Buffer, { path }: RequestHead): Call | Refusal {
  if (body.length > 0) return refuse("request_malformed", { message: "A list of models takes no body." });
  const at = path.indexOf(onePath);
  const model = at === -1 ? undefined : querystring.unescape(path.slice(at + onePath.length));
  return { ...rawCall(body), operation: "models", model };
}

function modelObject(id: string): JsonValue {
  return { id, object: "model", created: 0, owned_by: "sluice" };
}
