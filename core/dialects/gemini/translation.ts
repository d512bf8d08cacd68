// Owns how generateContent takes part in translation: its requests as conversations, answers out of deltas.
// Must not know another vendor.

import type { Translation } from "../../contracts/dialect.ts";
import { GeminiComposer } from "./composer.ts";
import { readConversation } from "./read-conversation.ts";
import { writeConversation } from "./write-conversation.ts";

export const translation: Translation = {
  read: readConversation,
  write: writeConversation,
  composer: ({ model, isStream, query = "?alt=sse" }) => {
    const isEvents = /[?&](?:\$|%24)?alt=sse/.test(query);
    return new GeminiComposer(model, isStream ? (isEvents ? "events" : "array") : "whole");
  },
};
