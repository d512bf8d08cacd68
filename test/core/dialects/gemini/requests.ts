// Owns Gemini requests for tests, read and written. Knows no answer.

import type { Conversation } from "../../../../core/contracts/conversation.ts";
import type { Call } from "../../../../core/contracts/dialect.ts";
import { translation } from "../../../../core/dialects/gemini/translation.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { askedAt } from "./exchanges.ts";

export const path = "/v1beta/models/gemini-3-flash-preview:generateContent";

export function callOf(request: unknown, url = path): Call {
  const call = gemini.readCall(Buffer.from(JSON.stringify(request)), askedAt(url));
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

export function written(
  conversation: Conversation,
  model = "gemini-3-flash-preview",
): Record<string, unknown> {
  const body = translation.write(conversation, model);
  if (!Buffer.isBuffer(body)) throw new Error(`uncarried: ${body.field}`);
  return JSON.parse(body.toString());
}
