// Owns Cohere's API: routes, credential, headers. Reads no body.

import type { Api, CoveredRoute } from "../../contracts/dialect.ts";
import { cohereChat } from "../cohere-chat.ts";
import { cohereEmbeddings } from "../cohere-embeddings.ts";
import { openAiChat } from "../openai-chat.ts";
import { openAiEmbeddings } from "../openai-embeddings.ts";
import { listMetered, listRoutes } from "../routes.ts";

/** Of its own API embeddings are read; its OpenAI-compatible one is, all of it. */
const inspected = [
  ...listRoutes("inspected", "POST /v2/embed\nPOST /v1/embed", cohereEmbeddings),
  ...listRoutes("inspected", "POST /compatibility/v1/chat/completions", openAiChat),
  ...listRoutes("inspected", "POST /compatibility/v1/embeddings", openAiEmbeddings),
];

const metered = [
  ...listMetered("chat", "POST /v2/chat\nPOST /v1/chat", cohereChat).map((route) => ({
    ...route,
    saysUsage: true,
  })),
  ...listMetered("rerank", "POST /v2/rerank\nPOST /v1/rerank"),
];

const refused = listRoutes(
  "refused",
  `
  POST /v1/classify
  POST /v1/generate
  POST /v1/summarize
  POST /v1/tokenize
  POST /v1/detokenize
  POST /v1/check-api-key
  GET /v1/models
  GET /v1/models/*
  GET,POST /v1/embed-jobs
  GET /v1/embed-jobs/*
  POST /v1/embed-jobs/*/cancel
  GET,POST /v1/datasets
  GET /v1/datasets/usage
  GET,DELETE /v1/datasets/*
  GET,POST /v1/connectors
  GET,PATCH,DELETE /v1/connectors/*
  GET,POST /v1/finetuning/finetuned-models
  GET,PATCH,DELETE /v1/finetuning/finetuned-models/*
  POST /v1/audio/transcriptions
  POST /v2/audio/transcriptions
  GET /compatibility/v1/models
`,
);

const routes: readonly CoveredRoute[] = [...inspected, ...metered, ...refused];

const endpoints = new Map([
  [openAiChat, "/compatibility/v1/chat/completions"],
  [openAiEmbeddings, "/compatibility/v1/embeddings"],
  [cohereEmbeddings, "/v2/embed"],
]);

/** Calls from other APIs go to its OpenAI-compatible chat. */
export const cohereApi: Api = {
  routes,
  dialect: openAiChat,
  headers: [],
  authorize: (secret): Record<string, string> =>
    secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  endpoint: (dialect) => endpoints.get(dialect),
};
