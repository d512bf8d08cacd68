// Owns reading an InvokeModel request into a Call. Knows no policy.

import type { Call, RequestHead } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { readRequest } from "../bedrock-converse/body.ts";
import { readBody } from "./bodies.ts";

export function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value, path } = request;
  const asked = readBody(value);
  if ("code" in asked) return asked;
  return {
    kind: "call",
    model: path.model,
    isStream: path.operation === "invoke-with-response-stream",
    body,
    value,
    ...asked,
    edits: new Map(),
  };
}
