// Owns OpenAI's API and those made like it: routes, credential, headers. Reads no body.

import type { Api } from "../../contracts/dialect.ts";
import { openAiChat } from "../openai-chat.ts";
import { openAiCompletions } from "../openai-completions.ts";
import { openAiEmbeddings } from "../openai-embeddings.ts";
import { openAiCompactions, openAiInputTokens, openAiResponses } from "../openai-responses.ts";
import { openAiRoutes } from "../openai-routes.ts";

const endpoints = new Map([
  [openAiChat, "/v1/chat/completions"],
  [openAiEmbeddings, "/v1/embeddings"],
  [openAiCompletions, "/v1/completions"],
  [openAiResponses, "/v1/responses"],
  [openAiCompactions, "/v1/responses/compact"],
  [openAiInputTokens, "/v1/responses/input_tokens"],
]);

export const openAiApi: Api = {
  routes: openAiRoutes,
  dialect: openAiChat,
  chatForms: { chat: openAiChat, responses: openAiResponses },
  headers: ["openai-beta"],
  authorize: (secret): Record<string, string> =>
    secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  endpoint: (dialect) => endpoints.get(dialect),
};
