// Owns turning drafts that passed every check into specs, one map a kind. Finds no problems: there are
// none left.

import type { Policy } from "../../contracts/policy.ts";
import type { PriceTable } from "../../prices/table.ts";
import type { Draft, Drafts, Kind } from "../draft.ts";
import type { LockFiles } from "../locks.ts";
import { toAgentSpec } from "./agent.ts";
import { toCallerSpec } from "./caller.ts";
import { toGuardSpec } from "./guard.ts";
import { toSharedLimitSpec } from "./limit.ts";
import { toMcpServerSpec } from "./mcp-server.ts";
import { toModelSpec } from "./model.ts";
import { toProviderSpec } from "./provider.ts";
import { toToolSpecs } from "./tool.ts";

type Specs = Pick<
  Policy,
  "providers" | "models" | "callers" | "agents" | "limits" | "guards" | "tools" | "mcpServers"
>;

export function normalise(drafts: Drafts, table: PriceTable | undefined, locks: LockFiles): Specs {
  const specsOf = <Spec>(kind: Kind, toSpec: (draft: Draft) => Spec): ReadonlyMap<string, Spec> =>
    new Map(drafts.ofKind(kind).map((draft) => [draft.name, toSpec(draft)]));
  const tools = toToolSpecs(drafts.ofKind("Tool"));
  return {
    providers: specsOf("Provider", (draft) => toProviderSpec(draft, table)),
    models: specsOf("Model", toModelSpec),
    callers: specsOf("Caller", toCallerSpec),
    agents: specsOf("Agent", (draft) => toAgentSpec(draft, tools)),
    limits: specsOf("Limit", toSharedLimitSpec),
    guards: specsOf("Guard", toGuardSpec),
    tools,
    mcpServers: specsOf("McpServer", (draft) => toMcpServerSpec(draft, locks)),
  };
}
