// Owns what passes unread but is counted: a model is looked for in a JSON body, nothing else. Knows no
// route.

import type { Call, Dialect, RequestHead } from "../contracts/dialect.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { Fields } from "./openai-chat/fields.ts";
import { refuseAsError } from "./openai-chat/refusal.ts";
import { type ModelPlace, modelInBody, readRequest } from "./openai-chat/request.ts";
import { raw, rawCall } from "./raw.ts";

/** Some of these APIs have a model of their own where none is named. */
const modelIfNamed: ModelPlace = {
  ...modelInBody,
  read: ({ model }, _head, fields) => fields.text(model, "model"),
};

export const metered: Dialect = meteredWith(modelIfNamed);

export function meteredWith(place: ModelPlace): Dialect {
  return {
    ...raw,
    name: "metered",
    readCall: (body, head) => readCall(body, head, place),
    writeCall: place.write,
    refuse: refuseAsError,
  };
}

/** Of a body that is no form. */
function readCall(body: Buffer, head: RequestHead, place: ModelPlace): Call | Refusal {
  const request = body.length === 0 ? undefined : readRequest(body, head);
  if (request?.kind === "refusal") return request;
  const fields = new Fields();
  const model = place.read(request?.value ?? {}, head, fields);
  return fields.refusal ?? { ...rawCall(body), operation: "metered", model, value: request?.value };
}
