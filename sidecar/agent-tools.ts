// Owns the making of one agent's routes to tools from a policy. Knows no other route.

import type { Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy } from "../core/contracts/policy.ts";
import { ledgerFilter } from "../core/filters/ledger.ts";
import { plainDialect } from "../core/policy/dialects.ts";
import type { Equipment } from "../core/program/host.ts";
import { attributeFilter, type OpenTasks } from "./attribution.ts";
import { toolEdgeChain } from "./chain.ts";
import { outerFilters } from "./outer.ts";
import { followRegistry } from "./registered-tools.ts";
import { toolListings } from "./tool-listings.ts";
import { ToolRoutes } from "./tool-routes.ts";
import { offerTools, toolOffer, watchedTools } from "./tools.ts";

interface ToolsMeans {
  readonly policy: Policy;
  readonly equipment: Equipment;
  readonly tasks: OpenTasks;
}

/** The routes to tools that an agent may call, those that registered themselves among them. */
export function toolsOf(
  agent: AgentSpec,
  { policy, equipment, tasks }: ToolsMeans,
): { readonly routes: ToolRoutes; readonly targets: readonly Target[] } {
  const edge = {
    ...outerFilters(equipment, "tool"),
    attribute: attributeFilter(tasks, agent.onUnattributed),
  };
  const outer = { ...edge, ledger: ledgerFilter(equipment.ledger) };
  const means = { policy, equipment, outer };
  const { byName, targets } = offerTools(agent, means);
  equipment.toolHealth.watch(watchedTools(byName));
  const offered = followRegistry(agent, byName, {
    watch: equipment.registry,
    offer: toolOffer(agent, means),
    environment: equipment.settings.environment,
  });
  const routes = new ToolRoutes({
    agent: agent.name,
    tools: offered,
    edgeChain: (listing) => toolEdgeChain(edge, listing),
    ...toolListings(offered, agent),
    dialect: plainDialect,
  });
  return { routes, targets };
}
