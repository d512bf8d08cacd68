// Owns what passes unread but is counted: a model is looked for in a JSON body or a form, nothing else. Knows
// no route.

import type { Call, Dialect, RequestHead, WrittenCall } from "../contracts/dialect.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { isForm } from "../text/form.ts";
import type { JsonObject } from "../text/json.ts";
import { readModelInForm, renameInForm } from "./form-model.ts";
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
    writeCall: (call, head, model) => writeCall(call, { head, model, place }),
    refuse: refuseAsError,
  };
}

function readCall(body: Buffer, head: RequestHead, place: ModelPlace): Call | Refusal {
  const naming = readNaming(body, head);
  if (naming.kind === "refusal") return naming;
  const fields = new Fields();
  const model = place.read(naming.names, head, fields);
  return fields.refusal ?? { ...rawCall(body), operation: "metered", model, value: naming.value };
}

/** `names`: what may name a model; `value`: the body where it is JSON. */
interface Naming {
  readonly kind: "naming";
  readonly names: JsonObject;
  readonly value: JsonObject | undefined;
}

/** What is neither a form nor JSON is refused: a model in it would be anybody's guess. */
function readNaming(body: Buffer, head: RequestHead): Naming | Refusal {
  if (body.length === 0) return { kind: "naming", names: {}, value: undefined };
  if (isForm(head.headers)) {
    const form = readModelInForm(body, head.headers);
    return form.kind === "refusal" ? form : { kind: "naming", names: form.names, value: undefined };
  }
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  return { kind: "naming", names: request.value, value: request.value };
}

interface Renaming {
  readonly head: RequestHead;
  readonly model: string | undefined;
  readonly place: ModelPlace;
}

function writeCall(call: Call, { head, model, place }: Renaming): WrittenCall {
  const written = place.write(call, head, model);
  const name = model ?? call.model;
  if (name === undefined || !isForm(head.headers)) return written;
  return { ...written, body: renameInForm(call.body, head.headers, name) };
}
