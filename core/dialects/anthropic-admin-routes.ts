// Owns the routes of Anthropic's administration, which no agent has any business with. Matches no path.

import type { CoveredRoute } from "../contracts/dialect.ts";
import { listRoutes } from "./routes.ts";

export const anthropicAdminRoutes: readonly CoveredRoute[] = listRoutes(
  "refused",
  `
  GET /v1/organizations/analytics/apps/chat/projects
  GET /v1/organizations/analytics/artifacts
  GET /v1/organizations/analytics/connectors
  GET /v1/organizations/analytics/cost
  GET /v1/organizations/analytics/cost_report
  GET /v1/organizations/analytics/plugins
  GET /v1/organizations/analytics/skills
  GET /v1/organizations/analytics/summaries
  GET /v1/organizations/analytics/usage
  GET /v1/organizations/analytics/usage_report
  GET /v1/organizations/analytics/user_cost_report
  GET /v1/organizations/analytics/user_usage_report
  GET /v1/organizations/analytics/users
  GET /v1/organizations/api_keys
  GET,POST /v1/organizations/api_keys/*
  GET,POST /v1/organizations/claude_code/managed_settings/configuration
  GET,POST /v1/organizations/claude_code/managed_settings/rbac_group_default
  GET /v1/organizations/claude_code/managed_settings/rbac_groups
  GET,POST,DELETE /v1/organizations/claude_code/managed_settings/rbac_groups/*
  GET /v1/organizations/claude_tag/bundles
  GET,POST /v1/organizations/claude_tag/bundles/*
  GET,POST /v1/organizations/claude_tag/bundles/*/targets
  GET,DELETE /v1/organizations/claude_tag/bundles/*/targets/*
  GET,POST /v1/organizations/claude_tag/slack_channels
  GET,POST,DELETE /v1/organizations/claude_tag/slack_channels/*
  GET /v1/organizations/claude_tag/slack_workspaces
  GET,POST /v1/organizations/claude_tag/slack_workspaces/*
  GET,POST /v1/organizations/compliance_settings
  GET /v1/organizations/cost_report
  GET,POST /v1/organizations/external_keys
  GET,POST,DELETE /v1/organizations/external_keys/*
  POST /v1/organizations/external_keys/*/validate
  GET,POST /v1/organizations/federation_issuers
  GET,POST /v1/organizations/federation_issuers/*
  POST /v1/organizations/federation_issuers/*/archive
  GET,POST /v1/organizations/federation_rules
  GET,POST /v1/organizations/federation_rules/*
  POST /v1/organizations/federation_rules/*/archive
  GET,POST /v1/organizations/federation_rules/*/workspaces
  DELETE /v1/organizations/federation_rules/*/workspaces/*
  GET,POST /v1/organizations/invites
  GET,DELETE /v1/organizations/invites/*
  GET /v1/organizations/me
  GET /v1/organizations/plugin_marketplaces
  GET,POST /v1/organizations/plugin_marketplaces/*
  POST /v1/organizations/plugin_marketplaces/validate_archive
  POST /v1/organizations/plugin_marketplaces/validate_repository
  GET,POST /v1/organizations/plugins
  GET,POST,DELETE /v1/organizations/plugins/*
  GET /v1/organizations/plugins/*/installation_settings
  POST,DELETE /v1/organizations/plugins/*/installation_settings/*
  GET /v1/organizations/plugins/*/shares
  GET,POST /v1/organizations/plugins/*/versions
  GET /v1/organizations/plugins/*/versions/*
  GET /v1/organizations/plugins/*/versions/*/content
  GET /v1/organizations/rate_limits
  GET,POST /v1/organizations/rbac_groups
  GET,POST,DELETE /v1/organizations/rbac_groups/*
  GET,POST /v1/organizations/rbac_groups/*/members
  DELETE /v1/organizations/rbac_groups/*/members/*
  GET /v1/organizations/rbac_roles
  GET /v1/organizations/rbac_roles/*
  GET /v1/organizations/rbac_roles/*/permissions
  GET,POST /v1/organizations/service_accounts
  GET,POST /v1/organizations/service_accounts/*
  POST /v1/organizations/service_accounts/*/archive
  GET,POST /v1/organizations/service_accounts/*/workspaces
  DELETE /v1/organizations/service_accounts/*/workspaces/*
  GET /v1/organizations/spend_limit_increase_requests
  GET /v1/organizations/spend_limit_increase_requests/*
  POST /v1/organizations/spend_limit_increase_requests/*/approve
  POST /v1/organizations/spend_limit_increase_requests/*/deny
  GET,POST /v1/organizations/spend_limits
  GET,DELETE /v1/organizations/spend_limits/*
  GET /v1/organizations/spend_limits/effective
  GET,POST /v1/organizations/telemetry_destinations
  GET,POST,DELETE /v1/organizations/telemetry_destinations/*
  POST /v1/organizations/telemetry_destinations/*/test
  GET /v1/organizations/telemetry_destinations/*/workspaces
  POST,DELETE /v1/organizations/telemetry_destinations/*/workspaces/*
  GET /v1/organizations/usage_report/claude_code
  GET /v1/organizations/usage_report/messages
  GET /v1/organizations/users
  GET,POST,DELETE /v1/organizations/users/*
  POST /v1/organizations/users/*/sign_out
  GET,POST /v1/organizations/webhooks
  GET,POST,DELETE /v1/organizations/webhooks/*
  POST /v1/organizations/webhooks/*/regenerate_signing_secret
  GET,POST /v1/organizations/workspaces
  GET,POST /v1/organizations/workspaces/*
  POST /v1/organizations/workspaces/*/archive
  GET,POST /v1/organizations/workspaces/*/members
  GET,POST,DELETE /v1/organizations/workspaces/*/members/*
  GET /v1/organizations/workspaces/*/rate_limits
  POST /v1/organizations/workspaces/*/rate_limits/*
  GET,POST /v1/organizations/workspaces/*/service_accounts
  GET,POST,DELETE /v1/organizations/workspaces/*/service_accounts/*
`,
);
