// Owns the route table of an Anthropic provider, as its SDK 1.11 names the routes. Matches no path.

import type { CoveredRoute } from "../contracts/dialect.ts";
import { anthropicAdminRoutes } from "./anthropic-admin-routes.ts";
import { anthropicCount, anthropicMessages } from "./anthropic-messages.ts";
import { anthropicModels } from "./anthropic-models.ts";
import { listRoutes } from "./routes.ts";

/** @ai-sdk/anthropic counts the version among the base URL: the same without it. */
const inspected = [
  ...listRoutes("inspected", "POST /v1/messages\nPOST /messages", anthropicMessages),
  ...listRoutes("inspected", "POST /v1/messages/count_tokens\nPOST /messages/count_tokens", anthropicCount),
  ...listRoutes("inspected", "GET /v1/models\nGET /v1/models/*\nGET /models\nGET /models/*", anthropicModels),
];

const refused = listRoutes(
  "refused",
  `
  GET,POST /v1/agents
  GET,POST /v1/agents/*
  POST /v1/agents/*/archive
  GET /v1/agents/*/versions
  POST /v1/complete
  GET /v1/deployment_runs
  GET /v1/deployment_runs/*
  GET,POST /v1/deployments
  GET,POST /v1/deployments/*
  POST /v1/deployments/*/archive
  POST /v1/deployments/*/pause
  POST /v1/deployments/*/run
  POST /v1/deployments/*/unpause
  GET,POST /v1/dreams
  GET /v1/dreams/*
  POST /v1/dreams/*/archive
  POST /v1/dreams/*/cancel
  GET,POST /v1/environments
  GET,POST,DELETE /v1/environments/*
  POST /v1/environments/*/archive
  GET /v1/environments/*/work
  GET,POST /v1/environments/*/work/*
  POST /v1/environments/*/work/*/ack
  POST /v1/environments/*/work/*/heartbeat
  POST /v1/environments/*/work/*/stop
  GET /v1/environments/*/work/poll
  GET /v1/environments/*/work/stats
  GET,POST /v1/files
  GET,DELETE /v1/files/*
  GET /v1/files/*/content
  GET,POST /v1/memory_stores
  GET,POST,DELETE /v1/memory_stores/*
  POST /v1/memory_stores/*/archive
  GET,POST /v1/memory_stores/*/memories
  GET,POST,DELETE /v1/memory_stores/*/memories/*
  GET /v1/memory_stores/*/memory_versions
  GET /v1/memory_stores/*/memory_versions/*
  POST /v1/memory_stores/*/memory_versions/*/redact
  GET,POST /v1/messages/batches
  GET,DELETE /v1/messages/batches/*
  POST /v1/messages/batches/*/cancel
  GET /v1/messages/batches/*/results
  GET,POST /v1/sessions
  GET,POST,DELETE /v1/sessions/*
  POST /v1/sessions/*/archive
  GET,POST /v1/sessions/*/events
  GET /v1/sessions/*/events/stream
  GET,POST /v1/sessions/*/resources
  GET,POST,DELETE /v1/sessions/*/resources/*
  GET /v1/sessions/*/threads
  GET /v1/sessions/*/threads/*
  POST /v1/sessions/*/threads/*/archive
  GET /v1/sessions/*/threads/*/events
  GET /v1/sessions/*/threads/*/stream
  GET,POST /v1/skills
  GET,DELETE /v1/skills/*
  GET,POST /v1/skills/*/versions
  GET,DELETE /v1/skills/*/versions/*
  GET /v1/skills/*/versions/*/content
  GET,POST /v1/tunnels
  GET /v1/tunnels/*
  POST /v1/tunnels/*/archive
  GET,POST /v1/tunnels/*/certificates
  GET /v1/tunnels/*/certificates/*
  POST /v1/tunnels/*/certificates/*/archive
  POST /v1/tunnels/*/reveal_token
  POST /v1/tunnels/*/rotate_token
  GET,POST /v1/user_profiles
  GET,POST,DELETE /v1/user_profiles/*
  POST /v1/user_profiles/*/action_urls
  POST /v1/user_profiles/*/enrollment_url
  GET,POST /v1/vaults
  GET,POST,DELETE /v1/vaults/*
  POST /v1/vaults/*/archive
  GET,POST /v1/vaults/*/credentials
  GET,POST,DELETE /v1/vaults/*/credentials/*
  POST /v1/vaults/*/credentials/*/archive
  POST /v1/vaults/*/credentials/*/mcp_oauth_validate
`,
);

/** What is inspected comes first: it is looked up most. */
export const anthropicRoutes: readonly CoveredRoute[] = [...inspected, ...refused, ...anthropicAdminRoutes];
