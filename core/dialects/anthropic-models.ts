// Owns the list of models as Anthropic writes it. Knows no policy: which names are on it is said from
// outside.

import querystring from "node:querystring";
import type { Call, Dialect, JsonValue, RequestHead } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { withVersion } from "./anthropic-messages/call.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { rawCall } from "./raw.ts";

const onePath = "/v1/models/";

/** Nobody here knows when a model came to be: the field has to be a time. */
const unknownTime = "1970-01-01T00:00:00Z";

export const anthropicModels: Dialect = {
  ...anthropicMessages,
  name: "anthropic-models",
  readCall,
  writeCall: ({ body }, { path, query }) => ({ path: withVersion(path) + query, body }),
  writeModels: (names, one) => (one === undefined ? listOf(names) : modelObject(one)),
  translation: undefined,
};

/** Of the list, or of the one model the path names. */
function readCall(body: Buffer, { path }: RequestHead): Call | Refusal {
  if (body.length > 0) return refuse("request_malformed", { message: "A list of models takes no body." });
  const versioned = withVersion(path);
  const model = versioned.startsWith(onePath)
    ? querystring.unescape(versioned.slice(onePath.length))
    : undefined;
  return { ...rawCall(body), operation: "models", model };
}

/** All of them on one page, whatever page is asked for. */
function listOf(names: readonly string[]): JsonValue {
  return {
    data: names.map(modelObject),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
  };
}

function modelObject(id: string): JsonValue {
  return { type: "model", id, display_name: id, created_at: unknownTime };
}
