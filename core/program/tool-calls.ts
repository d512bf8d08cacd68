// Owns putting the rule on models' calls of tools into a filter, with who is told. Knows no vendor.

import type { Filter } from "../contracts/exchange.ts";
import type { AgentSpec, Policy } from "../contracts/policy.ts";
import type { ToolCallWatch } from "../filters/tool-calls/rules.ts";
import { toolCallsFilter } from "../filters/tool-calls.ts";
import { agentTools } from "../policy/tools.ts";
import { plainId } from "../telemetry/plain.ts";
import type { Equipment } from "./host.ts";

/** Undefined: the policy says nothing of the agent's tools, so it costs nothing. */
export function toolCallsOf(agent: AgentSpec, policy: Policy, equipment: Equipment): Filter | undefined {
  const rules = agentTools(policy, agent);
  if (rules === undefined) return undefined;
  const { name, invalidCalls } = agent;
  return toolCallsFilter({ agent: name, rules, invalidCalls, watch: toolCallWatch(equipment) });
}

export function toolCallWatch({
  log,
  metrics,
  hash,
}: Pick<Equipment, "log" | "metrics" | "hash">): ToolCallWatch {
  return {
    decided(tool, verdict, exchange) {
      metrics.toolCallChecked(tool, verdict);
      if (verdict === "pass") return;
      const request_id = plainId(exchange.id, hash);
      log.toolCallChecked({ request_id, agent_id: exchange.route.agent, tool_name: tool, verdict });
    },
  };
}
