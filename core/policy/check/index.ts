// Owns the list of everything checked beyond the schemas. Each check stands alone and takes drafts that
// may be broken.

import type { Problem } from "../../contracts/policy.ts";
import type { Drafts } from "../draft.ts";
import type { LockFiles } from "../locks.ts";
import { checkAgentKeys } from "./agent-keys.ts";
import { checkAgents } from "./agents.ts";
import { checkApprovals } from "./approvals.ts";
import { checkCallers } from "./callers.ts";
import { checkCredentials } from "./credentials.ts";
import { checkDefaults } from "./defaults.ts";
import { checkEgress } from "./egress.ts";
import { checkGuards } from "./guards.ts";
import { checkDowngrades } from "./limit-actions.ts";
import { checkLimits } from "./limits.ts";
import { checkMcp } from "./mcp.ts";
import { checkProviders } from "./providers.ts";
import { checkReferences } from "./references.ts";
import { checkRegisteredTools } from "./registered-tools.ts";
import { checkToolServices } from "./tool-services.ts";
import { checkTools } from "./tools.ts";
import { checkUrls } from "./urls.ts";

export function checkDrafts(drafts: Drafts, nowMs: number, locks: LockFiles): readonly Problem[] {
  return [
    ...checkReferences(drafts),
    ...checkUrls(drafts),
    ...checkProviders(drafts),
    ...checkCredentials(drafts),
    ...checkCallers(drafts, nowMs),
    ...checkAgents(drafts),
    ...checkAgentKeys(drafts),
    ...checkEgress(drafts),
    ...checkLimits(drafts),
    ...checkDowngrades(drafts),
    ...checkGuards(drafts),
    ...checkTools(drafts),
    ...checkRegisteredTools(drafts),
    ...checkApprovals(drafts),
    ...checkToolServices(drafts),
    ...checkMcp(drafts, locks),
    ...checkDefaults(drafts),
  ];
}
