// Owns the administration routes of an OpenAI provider: no agent's key reaches them. Matches no path.

import type { CoveredRoute } from "../contracts/dialect.ts";
import { listRoutes } from "./routes.ts";

export const openAiAdminRoutes: readonly CoveredRoute[] = listRoutes(
  "refused",
  `
  GET,POST /v1/organization/admin_api_keys
  GET,DELETE /v1/organization/admin_api_keys/*
  GET /v1/organization/audit_logs
  GET,POST /v1/organization/certificates
  GET,POST,DELETE /v1/organization/certificates/*
  POST /v1/organization/certificates/activate
  POST /v1/organization/certificates/deactivate
  GET /v1/organization/costs
  GET,POST /v1/organization/data_retention
  GET,POST /v1/organization/external_keys
  GET,DELETE /v1/organization/external_keys/*
  POST /v1/organization/external_keys/*/validate
  GET,POST /v1/organization/external_storage
  GET,DELETE /v1/organization/external_storage/*
  POST /v1/organization/external_storage/*/validate
  GET,POST /v1/organization/groups
  GET,POST,DELETE /v1/organization/groups/*
  GET,POST /v1/organization/groups/*/roles
  GET,DELETE /v1/organization/groups/*/roles/*
  GET,POST /v1/organization/groups/*/users
  GET,DELETE /v1/organization/groups/*/users/*
  GET,POST /v1/organization/invites
  GET,DELETE /v1/organization/invites/*
  GET,POST /v1/organization/projects
  GET,POST /v1/organization/projects/*
  GET /v1/organization/projects/*/api_keys
  GET,POST,DELETE /v1/organization/projects/*/api_keys/*
  POST /v1/organization/projects/*/archive
  GET /v1/organization/projects/*/certificates
  POST /v1/organization/projects/*/certificates/activate
  POST /v1/organization/projects/*/certificates/deactivate
  GET,POST /v1/organization/projects/*/data_retention
  GET,POST /v1/organization/projects/*/groups
  GET,DELETE /v1/organization/projects/*/groups/*
  GET,POST /v1/organization/projects/*/hosted_tool_permissions
  GET,POST,DELETE /v1/organization/projects/*/model_permissions
  GET /v1/organization/projects/*/rate_limits
  POST /v1/organization/projects/*/rate_limits/*
  GET,POST /v1/organization/projects/*/service_accounts
  GET,POST,DELETE /v1/organization/projects/*/service_accounts/*
  POST /v1/organization/projects/*/service_accounts/*/api_keys
  GET,POST /v1/organization/projects/*/service_tier_settings
  GET,POST /v1/organization/projects/*/spend_alerts
  GET,POST,DELETE /v1/organization/projects/*/spend_alerts/*
  GET,POST,DELETE /v1/organization/projects/*/spend_limit
  GET,POST /v1/organization/projects/*/users
  GET,POST,DELETE /v1/organization/projects/*/users/*
  GET,POST /v1/organization/roles
  GET,POST,DELETE /v1/organization/roles/*
  GET,POST /v1/organization/spend_alerts
  GET,POST,DELETE /v1/organization/spend_alerts/*
  GET,POST,DELETE /v1/organization/spend_limit
  GET /v1/organization/usage/audio_speeches
  GET /v1/organization/usage/audio_transcriptions
  GET /v1/organization/usage/code_interpreter_sessions
  GET /v1/organization/usage/completions
  GET /v1/organization/usage/decisions
  GET /v1/organization/usage/embeddings
  GET /v1/organization/usage/file_search_calls
  GET /v1/organization/usage/images
  GET /v1/organization/usage/moderations
  GET /v1/organization/usage/vector_stores
  GET /v1/organization/usage/web_search_calls
  GET /v1/organization/users
  GET,POST,DELETE /v1/organization/users/*
  GET,POST /v1/organization/users/*/roles
  GET,DELETE /v1/organization/users/*/roles/*
  GET,POST /v1/organization/workload_identity_providers
  GET,POST,DELETE /v1/organization/workload_identity_providers/*
  GET,POST /v1/organization/workload_identity_providers/*/federation_rules
  GET,POST,DELETE /v1/organization/workload_identity_providers/*/federation_rules/*
  GET,POST /v1/projects/*/groups/*/roles
  GET,DELETE /v1/projects/*/groups/*/roles/*
  GET,POST /v1/projects/*/roles
  GET,POST,DELETE /v1/projects/*/roles/*
  GET,POST /v1/projects/*/users/*/roles
  GET,DELETE /v1/projects/*/users/*/roles/*
`,
);
