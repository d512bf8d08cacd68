// Owns the rule for tools the provider runs itself (web search, code interpreter …): denied unless the policy
// lists them.

import type { Filter } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";

/**
 * `allowed`: the vendor's names, or `any`. Without it a model could reach what the egress list keeps from
 * the agent.
 */
export function hostedToolsFilter(allowed: ReadonlySet<string> | "any"): Filter {
  return {
    name: "hosted-tools",
    wantsCall: true,
    open: () => ({
      kind: "visit",
      call: ({ hostedTools }) => {
        if (allowed === "any" || hostedTools.every((tool) => allowed.has(tool))) return undefined;
        return refuse("hosted_tool_denied", {
          message: "The request switches on a provider-run tool that this agent's policy does not list.",
        });
      },
    }),
  };
}
