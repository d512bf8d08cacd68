// Owns the route table of an OpenAI provider, as its SDK 7.55 names the routes. Matches no path.

import type { CoveredRoute } from "../contracts/dialect.ts";
import { openAiAdminRoutes } from "./openai-admin-routes.ts";
import { openAiChat } from "./openai-chat.ts";
import { openAiCompletions } from "./openai-completions.ts";
import { openAiEmbeddings } from "./openai-embeddings.ts";
import { openAiFileContents, openAiFiles } from "./openai-files.ts";
import { openAiModels } from "./openai-models.ts";
import {
  openAiCompactions,
  openAiInputTokens,
  openAiResponses,
  openAiStoredResponses,
} from "./openai-responses.ts";
import { listMetered, listRoutes } from "./routes.ts";

const inspected = [
  ...listRoutes("inspected", "POST /v1/chat/completions", openAiChat),
  ...listRoutes("inspected", "POST /v1/embeddings", openAiEmbeddings),
  ...listRoutes("inspected", "POST /v1/completions", openAiCompletions),
  ...listRoutes("inspected", "POST /v1/responses", openAiResponses),
  ...listRoutes("inspected", "POST /v1/responses/compact", openAiCompactions),
  ...listRoutes("inspected", "POST /v1/responses/input_tokens", openAiInputTokens),
  ...listRoutes(
    "inspected",
    `
    GET,DELETE /v1/responses/*
    POST /v1/responses/*/cancel
    GET /v1/responses/*/input_items
`,
    openAiStoredResponses,
  ),
];

const models = listRoutes("inspected", "GET /v1/models\nGET /v1/models/*", openAiModels);

/**
 * Cohere's own API, where its reranker is called as OpenAI's imitators are: what is chatted there has an
 * `api` of its own, and an OpenAI-compatible one below `/compatibility`.
 */
const cohere = listRoutes(
  "refused",
  `
  POST /v1/chat
  POST /v2/chat
  POST /v1/embed
  POST /v2/embed
  POST /v1/classify
  POST /v1/generate
  POST /v1/summarize
  POST /v1/tokenize
  POST /v1/detokenize
`,
);

/** Their models write no text for the agent, or none that can be read here. */
const metered = [
  ...listMetered("moderations", "POST /v1/moderations"),
  ...listMetered("rerank", "POST /v1/rerank\nPOST /v2/rerank"),
  ...listMetered(
    "audio",
    `
    POST /v1/audio/speech
    POST /v1/audio/transcriptions
    POST /v1/audio/translations
`,
  ),
  ...listMetered(
    "images",
    `
    POST /v1/images/edits
    POST /v1/images/generations
    POST /v1/images/variations
`,
  ),
  ...listMetered("files", "GET,POST /v1/files\nGET,DELETE /v1/files/*", openAiFiles),
  ...listMetered("files", "GET /v1/files/*/content", openAiFileContents),
  ...listMetered(
    "files",
    `
    POST /v1/uploads
    POST /v1/uploads/*/cancel
    POST /v1/uploads/*/complete
    POST /v1/uploads/*/parts
`,
    openAiFiles,
  ),
];

/** Realtime and responses also take a GET: that is their WebSocket. */
const refused = listRoutes(
  "refused",
  `
  GET,POST /v1/agents
  GET,POST,DELETE /v1/agents/*
  GET,POST /v1/agents/automations
  GET,POST,DELETE /v1/agents/automations/*
  GET,POST /v1/agents/automations/*/invocations
  GET /v1/agents/automations/*/invocations/*
  POST /v1/agents/automations/*/pause
  POST /v1/agents/automations/*/resume
  GET,POST /v1/agents/environments
  GET /v1/agents/environments/*
  GET,POST /v1/agents/environments/*/files
  GET,POST /v1/agents/environments/templates
  GET,POST,DELETE /v1/agents/environments/templates/*
  GET /v1/agents/sessions
  GET,POST,DELETE /v1/agents/sessions/*
  GET /v1/agents/sessions/*/artifacts
  GET,DELETE /v1/agents/sessions/*/artifacts/*
  GET /v1/agents/sessions/*/artifacts/*/content
  GET,POST /v1/agents/sessions/*/events
  GET /v1/agents/sessions/*/items
  GET /v1/agents/sessions/*/subagents
  GET /v1/agents/sessions/*/subagents/*
  GET /v1/agents/sessions/*/subagents/*/items
  GET /v1/agents/sessions/*/subagents/*/turns
  GET /v1/agents/sessions/*/subagents/*/turns/*
  GET /v1/agents/sessions/*/subagents/*/turns/*/items
  GET /v1/agents/sessions/*/traces
  GET /v1/agents/sessions/*/turns
  GET /v1/agents/sessions/*/turns/*
  GET /v1/agents/sessions/*/turns/*/items
  GET,POST /v1/assistants
  GET,POST,DELETE /v1/assistants/*
  GET,POST /v1/audio/voice_consents
  GET,POST,DELETE /v1/audio/voice_consents/*
  POST /v1/audio/voices
  DELETE /v1/audio/voices/*
  GET,POST /v1/batches
  GET /v1/batches/*
  POST /v1/batches/*/cancel
  GET /v1/chat/completions
  GET,POST,DELETE /v1/chat/completions/*
  GET /v1/chat/completions/*/messages
  POST /v1/chatkit/sessions
  POST /v1/chatkit/sessions/*/cancel
  GET /v1/chatkit/threads
  GET,DELETE /v1/chatkit/threads/*
  GET /v1/chatkit/threads/*/items
  GET,POST /v1/containers
  GET,DELETE /v1/containers/*
  GET,POST /v1/containers/*/files
  GET,DELETE /v1/containers/*/files/*
  GET /v1/containers/*/files/*/content
  POST /v1/content_provenance_checks
  POST /v1/conversations
  GET,POST,DELETE /v1/conversations/*
  GET,POST /v1/conversations/*/items
  GET,DELETE /v1/conversations/*/items/*
  POST /v1/decisions
  POST /v1/edits
  GET /v1/engines
  GET /v1/engines/*
  POST /v1/engines/*/completions
  GET,POST /v1/evals
  GET,POST,DELETE /v1/evals/*
  GET,POST /v1/evals/*/runs
  GET,DELETE /v1/evals/*/runs/*
  POST /v1/evals/*/runs/*/cancel
  GET /v1/evals/*/runs/*/output_items
  GET /v1/evals/*/runs/*/output_items/*
  GET,POST /v1/fine-tunes
  POST /v1/fine_tuning/alpha/graders/run
  POST /v1/fine_tuning/alpha/graders/validate
  GET,POST /v1/fine_tuning/checkpoints/*/permissions
  DELETE /v1/fine_tuning/checkpoints/*/permissions/*
  GET,POST /v1/fine_tuning/jobs
  GET /v1/fine_tuning/jobs/*
  POST /v1/fine_tuning/jobs/*/cancel
  GET /v1/fine_tuning/jobs/*/checkpoints
  GET /v1/fine_tuning/jobs/*/events
  POST /v1/fine_tuning/jobs/*/pause
  POST /v1/fine_tuning/jobs/*/resume
  POST /v1/live/sessions
  POST /v1/live/sessions/*/accept
  GET /v1/live/sessions/*/content
  POST /v1/live/sessions/*/fork
  POST /v1/live/sessions/*/hangup
  POST /v1/live/sessions/*/refer
  POST /v1/live/sessions/*/reject
  DELETE /v1/models/*
  GET /v1/realtime
  POST /v1/realtime/calls
  POST /v1/realtime/calls/*/accept
  POST /v1/realtime/calls/*/hangup
  POST /v1/realtime/calls/*/refer
  POST /v1/realtime/calls/*/reject
  POST /v1/realtime/client_secrets
  POST /v1/realtime/sessions
  POST /v1/realtime/transcription_sessions
  POST /v1/realtime/translations/client_secrets
  GET /v1/responses
  GET /v1/safety/alerts/*
  GET /v1/safety/cases/*
  GET,POST /v1/skills
  GET,POST,DELETE /v1/skills/*
  GET /v1/skills/*/content
  GET,POST /v1/skills/*/versions
  GET,DELETE /v1/skills/*/versions/*
  GET /v1/skills/*/versions/*/content
  POST /v1/threads
  GET,POST,DELETE /v1/threads/*
  GET,POST /v1/threads/*/messages
  GET,POST,DELETE /v1/threads/*/messages/*
  GET,POST /v1/threads/*/runs
  GET,POST /v1/threads/*/runs/*
  POST /v1/threads/*/runs/*/cancel
  GET /v1/threads/*/runs/*/steps
  GET /v1/threads/*/runs/*/steps/*
  POST /v1/threads/*/runs/*/submit_tool_outputs
  POST /v1/threads/runs
  GET,POST /v1/vaults
  GET,POST,DELETE /v1/vaults/*
  GET,POST /v1/vaults/*/credentials
  GET,POST,DELETE /v1/vaults/*/credentials/*
  GET,POST /v1/vector_stores
  GET,POST,DELETE /v1/vector_stores/*
  POST /v1/vector_stores/*/file_batches
  GET /v1/vector_stores/*/file_batches/*
  POST /v1/vector_stores/*/file_batches/*/cancel
  GET /v1/vector_stores/*/file_batches/*/files
  GET,POST /v1/vector_stores/*/files
  GET,POST,DELETE /v1/vector_stores/*/files/*
  GET /v1/vector_stores/*/files/*/content
  POST /v1/vector_stores/*/search
  GET,POST /v1/videos
  GET,DELETE /v1/videos/*
  GET /v1/videos/*/content
  POST /v1/videos/*/remix
  POST /v1/videos/characters
  GET /v1/videos/characters/*
  POST /v1/videos/edits
  POST /v1/videos/extensions
  GET,POST /v1/webhook_endpoints
  GET,POST,DELETE /v1/webhook_endpoints/*
  POST /v1/webhook_endpoints/*/rotate_secret
  POST /v1/webhook_endpoints/*/test
  GET /v1/webhook_event_types
`,
);

/** What others have as well that offer OpenAI's API. What is inspected comes first: it is looked up most. */
export const openAiDataRoutes: readonly CoveredRoute[] = [...inspected, ...models, ...metered, ...refused];

export const openAiRoutes: readonly CoveredRoute[] = [...openAiDataRoutes, ...cohere, ...openAiAdminRoutes];
