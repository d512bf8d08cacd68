// Owns Azure OpenAI's API: deployments, the v1 API, AI Foundry's models; its credential. Reads no body.

import type { Api, CoveredRoute } from "../../contracts/dialect.ts";
import { azureChat, azureCompletions, azureEmbeddings, azureMetered } from "../azure-deployments.ts";
import { openAiChat } from "../openai-chat.ts";
import { openAiCompletions } from "../openai-completions.ts";
import { openAiEmbeddings } from "../openai-embeddings.ts";
import { openAiFileContents, openAiFiles } from "../openai-files.ts";
import { openAiCompactions, openAiInputTokens, openAiResponses } from "../openai-responses.ts";
import { openAiDataRoutes } from "../openai-routes.ts";
import { listMetered, listRoutes } from "../routes.ts";

const deployments = [
  ...listRoutes("inspected", "POST /openai/deployments/*/chat/completions", azureChat),
  ...listRoutes("inspected", "POST /openai/deployments/*/embeddings", azureEmbeddings),
  ...listRoutes("inspected", "POST /openai/deployments/*/completions", azureCompletions),
];

/** AI Foundry's, for models of other makers; OpenAI's format. */
const models = [
  ...listRoutes("inspected", "POST /models/chat/completions", openAiChat),
  ...listRoutes("inspected", "POST /models/embeddings", openAiEmbeddings),
];

const metered = [
  ...listMetered(
    "audio",
    `
    POST /openai/deployments/*/audio/speech
    POST /openai/deployments/*/audio/transcriptions
    POST /openai/deployments/*/audio/translations
`,
    azureMetered,
  ),
  ...listMetered(
    "images",
    `
    POST /openai/deployments/*/images/generations
    POST /openai/deployments/*/images/edits
`,
    azureMetered,
  ),
  ...listMetered("files", "GET,POST /openai/files\nGET,DELETE /openai/files/*", openAiFiles),
  ...listMetered("files", "GET /openai/files/*/content", openAiFileContents),
];

/** The same under the older paths, with an `api-version`. */
const responses = openAiDataRoutes
  .filter(({ path }) => path.startsWith("/v1/responses"))
  .map((route) => ({ ...route, path: route.path.replace("/v1/", "/openai/") }));

const refused = listRoutes(
  "refused",
  `
  POST /openai/deployments/*/extensions/chat/completions
  GET,POST /openai/deployments
  GET,DELETE /openai/deployments/*
  GET /openai/realtime
  POST /openai/realtimeapi/sessions
  GET,POST /openai/assistants
  GET,POST /openai/threads
  POST /openai/threads/runs
  GET,POST /openai/batches
  GET,POST /openai/fine_tuning/jobs
  GET,POST /openai/vector_stores
  GET /openai/models
  GET /openai/models/*
  POST /models/images/embeddings
  GET /models/info
`,
);

export const azureOpenAiRoutes: readonly CoveredRoute[] = [
  ...deployments,
  ...models,
  ...metered,
  ...openAiDataRoutes.map((route) => ({ ...route, path: `/openai${route.path}` })),
  ...responses,
  ...refused,
];

/** The v1 API has the deployment's name in the body and needs no `api-version`. */
const endpoints = new Map([
  [openAiChat, "/openai/v1/chat/completions"],
  [openAiEmbeddings, "/openai/v1/embeddings"],
  [openAiCompletions, "/openai/v1/completions"],
  [openAiResponses, "/openai/v1/responses"],
  [openAiCompactions, "/openai/v1/responses/compact"],
  [openAiInputTokens, "/openai/v1/responses/input_tokens"],
]);

export const azureOpenAiApi: Api = {
  routes: azureOpenAiRoutes,
  dialect: openAiChat,
  chatForms: { chat: openAiChat, responses: openAiResponses },
  headers: [],
  authorize: (secret): Record<string, string> => (secret === undefined ? {} : { "api-key": secret }),
  endpoint: (dialect) => endpoints.get(dialect),
};
