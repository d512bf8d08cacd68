// Owns how generateContent takes part in translation: its requests as conversations, answers out of deltas.
// Must not know another vendor.

import type { Translation } from "../../contracts/dialect.ts";
import { GeminiComposer } from "./composer.ts";
import { readConversation } from "./read-conversation.ts";
import { writeConversation } from "./write-conversation.ts";

/**
 * What Google signs is a call or a text as it stood in its own answer, so none of it outlives a translation:
 * `signFirstCall` says instead that there is none.
 */
export const translation: Translation = {
  prover: () => undefined,
  read: readConversation,
  write: writeConversation,
  composer: ({ model, isStream, query = "?alt=sse" }) => {
    const isEvents = /[?&](?:\$|%24)?alt=sse/.test(query);
    return new GeminiComposer(model, isStream ? (isEvents ? "events" : "array") : "whole");
  },
};
