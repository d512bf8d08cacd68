// Owns the list of models as Google writes it, AI Studio's and Vertex AI's. Knows no policy: which names
// are on it is said from outside.

import querystring from "node:querystring";
import type { Call, Dialect, JsonValue, RequestHead } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { checkQuery } from "./gemini/address.ts";
import { writeCall } from "./gemini/call.ts";
import { gemini } from "./gemini.ts";
import { rawCall } from "./raw.ts";

/** `list`: the member that holds the models; `resource`: what stands before a model's name. */
function modelsDialect(name: string, list: string, resource: string): Dialect {
  const describe = (model: string): JsonValue => ({
    name: resource + model,
    displayName: model,
    supportedGenerationMethods: ["generateContent", "countTokens"],
  });
  return {
    ...gemini,
    name,
    readCall,
    writeCall,
    writeModels: (names, one): JsonValue =>
      one === undefined ? { [list]: names.map(describe) } : describe(one),
    translation: undefined,
  };
}

export const geminiModels = modelsDialect("gemini-models", "models", "models/");
export const vertexModels = modelsDialect("vertex-models", "publisherModels", "publishers/google/models/");

/** Of the list, or of the one model the path names. */
function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  if (body.length > 0) return refuse("request_malformed", { message: "A list of models takes no body." });
  const name = /\/models\/([^/]+)$/.exec(head.path)?.[1];
  const model = name === undefined ? undefined : querystring.unescape(name);
  return checkQuery(head) ?? { ...rawCall(body), operation: "models", model };
}
