// Owns reading and writing conversations in tests of chat completions. Knows the dialect only.

import type { Conversation } from "../../../../core/contracts/conversation.ts";
import type { JsonObject, JsonValue } from "../../../../core/contracts/json.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";

const head = { method: "POST", path: "/v1/chat/completions", query: "", headers: {} };
export const user = { role: "user", content: "hi" };

export function read(members: JsonObject, edits: Record<string, JsonValue> = {}): Conversation {
  const body = Buffer.from(JSON.stringify({ model: "m", messages: [user], ...members }));
  const call = openAiChat.readCall(body, head);
  if (call.kind === "refusal") throw new Error(call.message);
  for (const [pointer, value] of Object.entries(edits)) call.edits.set(pointer, value);
  const conversation = openAiChat.translation?.read(call);
  if (conversation === undefined) throw new Error("no translation");
  return conversation;
}

export function write(conversation: Partial<Conversation>, model = "mistral-large"): JsonValue {
  const written = openAiChat.translation?.write({ ...read({}), ...conversation }, model);
  return Buffer.isBuffer(written) ? JSON.parse(written.toString()) : { ...written };
}
