// Owns Ollama's API: its own routes beside OpenAI's. Reads no body.

import type { Api, CoveredRoute } from "../../contracts/dialect.ts";
import { ollamaChat, ollamaEmbed, ollamaGenerate, ollamaModels } from "../ollama.ts";
import { openAiChat } from "../openai-chat.ts";
import { openAiCompletions } from "../openai-completions.ts";
import { openAiEmbeddings } from "../openai-embeddings.ts";
import { openAiModels } from "../openai-models.ts";
import { listRoutes } from "../routes.ts";

/** Models are fetched, made and deleted by whoever runs the server, never by an agent. */
const refused = listRoutes(
  "refused",
  `
  POST /api/embeddings
  POST /api/show
  GET /api/ps
  GET /api/version
  POST /api/pull
  POST /api/push
  POST /api/create
  POST /api/copy
  DELETE /api/delete
  POST /api/blobs/*
  POST /api/me
  POST /api/signout
  POST /api/web_search
  POST /api/web_fetch
  POST /v1/responses
  POST /v1/messages
  POST /v1/images/generations
`,
);

const routes: readonly CoveredRoute[] = [
  ...listRoutes("inspected", "POST /api/chat", ollamaChat),
  ...listRoutes("inspected", "POST /api/generate", ollamaGenerate),
  ...listRoutes("inspected", "POST /api/embed", ollamaEmbed),
  ...listRoutes("inspected", "GET /api/tags", ollamaModels),
  ...listRoutes("inspected", "POST /v1/chat/completions", openAiChat),
  ...listRoutes("inspected", "POST /v1/completions", openAiCompletions),
  ...listRoutes("inspected", "POST /v1/embeddings", openAiEmbeddings),
  ...listRoutes("inspected", "GET /v1/models\nGET /v1/models/*", openAiModels),
  ...refused,
];

const endpoints = new Map([
  [openAiChat, "/v1/chat/completions"],
  [openAiEmbeddings, "/v1/embeddings"],
  [openAiCompletions, "/v1/completions"],
  [ollamaChat, "/api/chat"],
  [ollamaGenerate, "/api/generate"],
  [ollamaEmbed, "/api/embed"],
]);

/** Translated calls go to its OpenAI-compatible chat. */
export const ollamaApi: Api = {
  routes,
  dialect: openAiChat,
  headers: [],
  authorize: (secret): Record<string, string> =>
    secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  endpoint: (dialect) => endpoints.get(dialect),
};
