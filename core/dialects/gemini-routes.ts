// Owns the route table of Google's Gemini API and of Vertex AI, as their SDK 3.1 and references name the
// routes. Matches no path.

import type { CoveredRoute } from "../contracts/dialect.ts";
import { gemini } from "./gemini.ts";
import { geminiEmbeddings, vertexPredict } from "./gemini-embeddings.ts";
import { geminiModels, vertexModels } from "./gemini-models.ts";
import { geminiTokens } from "./gemini-tokens.ts";
import { listRoutes } from "./routes.ts";

const studio = ["/v1beta", "/v1", "/v1alpha"] as const;
/** Vertex AI's; the second of each is its express mode, which knows no project. */
const google = ["/v1beta1", "/v1"].flatMap((version) => [
  `${version}/projects/*/locations/*/publishers/google`,
  `${version}/publishers/google`,
]);
const project = ["/v1beta1", "/v1"].map((version) => `${version}/projects/*/locations/*`);

/** The lines below each of the prefixes. */
function under(prefixes: readonly string[], lines: string): string {
  const below = lines.trim().split("\n");
  return prefixes
    .flatMap((prefix) => below.map((line) => line.trim().replace(" /", ` ${prefix}/`)))
    .join("\n");
}

const asked = `
  POST /models/*:generateContent
  POST /models/*:streamGenerateContent
`;
const embedded = "POST /models/*:embedContent\nPOST /models/*:batchEmbedContents";

const inspected = [
  ...listRoutes("inspected", under([...studio, ...google], asked), gemini),
  ...listRoutes("inspected", under(studio, asked.replaceAll("/models/", "/tunedModels/")), gemini),
  ...listRoutes("inspected", under([...studio, ...google], "POST /models/*:countTokens"), geminiTokens),
  ...listRoutes("inspected", under([...studio, ...google], embedded), geminiEmbeddings),
  ...listRoutes("inspected", under(google, "POST /models/*:predict"), vertexPredict),
  ...listRoutes("inspected", under(studio, "GET /models\nGET /models/*"), geminiModels),
  ...listRoutes("inspected", under(google, "GET /models\nGET /models/*"), vertexModels),
];

/** Imagen, Veo, batches, PaLM: all that a model may be asked and that is not read. */
const otherMethods = `
  POST /models/*:predictLongRunning
  POST /models/*:fetchPredictOperation
  POST /models/*:batchGenerateContent
  POST /models/*:asyncBatchEmbedContent
  POST /models/*:computeTokens
  POST /models/*:rawPredict
  POST /models/*:streamRawPredict
  POST /models/*:serverStreamingPredict
  POST /models/*:generateAnswer
  POST /models/*:generateText
  POST /models/*:generateMessage
  POST /models/*:embedText
  POST /models/*:batchEmbedText
  POST /models/*:countTextTokens
  POST /models/*:countMessageTokens
  GET /models/*/operations
  GET,DELETE /models/*/operations/*
`;

const studioRefused = `
  POST /models/*:predict
  POST /dynamic/*:generateContent
  POST /dynamic/*:streamGenerateContent
  POST /interactions
  GET,DELETE /interactions/*
  POST /interactions/*/cancel
  GET,POST /agents
  GET,PATCH,DELETE /agents/*
  GET,POST /cachedContents
  GET,PATCH,DELETE /cachedContents/*
  GET,POST /files
  GET,DELETE /files/*
  GET /files/*:download
  POST /files:register
  GET /generatedFiles
  GET /generatedFiles/*
  GET,POST /fileSearchStores
  GET,DELETE /fileSearchStores/*
  POST /fileSearchStores/*:importFile
  POST /fileSearchStores/*:uploadToFileSearchStore
  GET,POST /fileSearchStores/*/documents
  GET,DELETE /fileSearchStores/*/documents/*
  GET /fileSearchStores/*/operations/*
  GET,POST /corpora
  GET,PATCH,DELETE /corpora/*
  POST /corpora/*:query
  GET,POST /corpora/*/documents
  GET,POST /corpora/*/permissions
  GET /batches
  GET,PATCH,DELETE /batches/*
  POST /batches/*:cancel
  GET /operations
  GET,DELETE /operations/*
  POST /auth_tokens
  GET,POST /tunedModels
  GET,PATCH,DELETE /tunedModels/*
  POST /tunedModels/*:generateText
  POST /tunedModels/*:transferOwnership
  POST /tunedModels/*:batchGenerateContent
  POST /tunedModels/*:asyncBatchEmbedContent
  GET,POST /tunedModels/*/permissions
  GET /tunedModels/*/operations
  GET /openai/models
  GET /openai/models/*
  POST /openai/chat/completions
  POST /openai/embeddings
  POST /openai/images/generations
  POST /openai/files
  POST /openai/batches
`;

const projectRefused = `
  POST /publishers/*/models/*:rawPredict
  POST /publishers/*/models/*:streamRawPredict
  POST /publishers/*/models/*:predict
  POST /endpoints/*:generateContent
  POST /endpoints/*:streamGenerateContent
  POST /endpoints/*:countTokens
  POST /endpoints/*:predict
  POST /endpoints/*:rawPredict
  POST /endpoints/*:streamRawPredict
  POST /endpoints/*/chat/completions
  POST /interactions
  GET,DELETE /interactions/*
  GET,POST /cachedContents
  GET,PATCH,DELETE /cachedContents/*
  GET,POST /batchPredictionJobs
  GET,DELETE /batchPredictionJobs/*
  POST /batchPredictionJobs/*:cancel
  GET,POST /tuningJobs
  GET /tuningJobs/*
  POST /tuningJobs/*:cancel
  GET,POST /ragCorpora
  POST /ragCorpora/*/ragFiles
  GET,POST /reasoningEngines
  POST /reasoningEngines/*:query
  POST /reasoningEngines/*:streamQuery
  GET /models
  GET,DELETE /models/*
  GET,DELETE /operations/*
`;

/** The Live API's sockets stand beside all versions. */
const beside = `
  POST /upload/v1beta/files
  POST /upload/v1alpha/files
  POST /upload/v1beta/fileSearchStores/*:uploadToFileSearchStore
  POST /batch
  GET /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent
  GET /ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent
  GET /ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained
  GET /ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateMusic
  GET /ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent
  GET /ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent
`;

/** What is inspected comes first: it is looked up most. */
export const geminiRoutes: readonly CoveredRoute[] = [
  ...inspected,
  ...listRoutes("refused", under([...studio, ...google], otherMethods)),
  ...listRoutes("refused", under(studio, studioRefused)),
  ...listRoutes("refused", under(project, projectRefused)),
  ...listRoutes("refused", beside),
];
