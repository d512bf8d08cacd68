// Owns OpenAI's API and those made like it: routes, credential, headers. Reads no body.

import type { Api } from "../../contracts/dialect.ts";
import { openAiChat } from "../openai-chat.ts";
import { openAiRoutes } from "../openai-routes.ts";

export const openAiApi: Api = {
  routes: openAiRoutes,
  dialect: openAiChat,
  headers: ["openai-beta"],
  authorize: (secret): Record<string, string> =>
    secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  endpoint: (dialect) => (dialect === openAiChat ? "/v1/chat/completions" : undefined),
};
